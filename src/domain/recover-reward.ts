/**
 * recoverReward: pays what was announced and never claimed. It is the very claim that the player would have made, so it
 * pays once, whoever comes first, and counts against the day on which it is paid; it gives what was announced, and nobody
 * states facts anew. What a balance begins with and what time brings it was announced by nobody: that is today's.
 */
import { type Command, cannot, commit, type Decision, draftOperation, NO_CONFIG } from './command.ts';
import { accrualsOf } from './postings.ts';
import { claimQuota } from './quota.ts';

export interface RecoverReward {
  readonly type: string;
  readonly key: string;
  /** Staff say why; a server need not. */
  readonly reason: string | null;
}

export function decideRecoverReward(command: Command, { type, key, reason }: RecoverReward): Decision {
  const draft = draftOperation(command, {
    name: 'recoverReward',
    permission: 'reward:recover',
    input: { type, key, reason },
  });
  const { rules, now } = command;
  if (!rules) return cannot(draft, NO_CONFIG);
  const claimType = rules.claimTypes.get(type);
  return commit(draft, rules, {
    claimType: type,
    claimKey: key,
    paysOwed: true,
    accruals: accrualsOf(rules),
    milestones: [],
    // A claim type that has left the config since has no bound any more, and what is owed is owed.
    quotas: claimType ? claimQuota(claimType, now, rules) : [],
    reason,
  });
}
