/**
 * recoverReward: a server or staff member pays a reward that was announced and never claimed. It is the claim that the player
 * would have made, so it is paid once, by whichever caller. It pays what was announced; opening balances and regeneration follow the
 * current rules.
 */
import { type Decision, decide, type Intent } from './decide.ts';
import { claimQuota } from './limits.ts';
import type { OperationKind } from './operation.ts';
import { accrualsOf } from './postings.ts';
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
    return {
      kind: 'commit',
      claimType: type,
      claimKey: key,
      paysOwed: true,
      accruals: accrualsOf(rules),
      milestones: [],
      // A claim type that the config no longer has is unbounded: the announced reward is still owed.
      quotas: claimType ? claimQuota(claimType, intent.now, rules) : [],
      reason,
    };
  });
}
