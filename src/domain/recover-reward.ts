/**
 * recoverReward: a server or staff member pays a reward that was announced and never claimed. It is the claim that the player
 * would have made, so it is paid once, by whichever caller. It pays what was announced, and uses no limits: the announcement has.
 * Opening balances, regeneration and the counters that the claim advances follow the current rules.
 */
import { type Decision, decide, type Intent } from './decide.ts';
import type { OperationKind } from './operation.ts';
import { progressOfClaim } from './progress.ts';
import type { Reason } from './values.ts';

/** Its claim type is that of the announced reward. */
export const RECOVER_REWARD = {
  name: 'recoverReward',
  claimType: null,
  permission: 'reward:recover',
} as const satisfies OperationKind;

export interface RecoverReward {
  readonly type: string;
  readonly key: string;
  /** Required of staff. */
  readonly reason: Reason | null;
}

export function decideRecoverReward(intent: Intent, { type, key, reason }: RecoverReward): Decision {
  return decide({ intent, kind: RECOVER_REWARD, input: { type, key, reason } }, (rules) => {
    const claimType = rules.claimTypes.get(type);
    const { advances, periods } = progressOfClaim(
      { requires: [], advances: claimType?.advances ?? [], streak: null },
      intent.now,
      rules,
    );
    return {
      kind: 'commit',
      claimType: type,
      claimKey: key,
      source: { kind: 'pending' },
      advances,
      periods,
      milestones: true,
      reason,
    };
  });
}
