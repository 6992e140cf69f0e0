/**
 * reverseClaim: a staff member takes a claim back, once. What moves is what the ledger says the claim moved: experience, the
 * level-ups that it set off and all. A reversal is a claim of its own, named after its original.
 */

import { type Command, cannot, commit, type Decision, draftOperation, NO_CONFIG } from './command.ts';
import { accrualsOf, countersOf, levelMilestone } from './postings.ts';

export const REVERSAL = 'reversal';

export interface ReverseClaim {
  readonly claimId: string;
  readonly reason: string;
  /** Where the player no longer has enough: refuse, or leave a debt that future grants pay first. */
  readonly ifInsufficient: 'refuse' | 'debt';
}

export function decideReverseClaim(
  command: Command,
  { claimId, reason, ifInsufficient }: ReverseClaim,
): Decision {
  const draft = draftOperation(command, {
    name: 'reverseClaim',
    permission: 'reward:reverse',
    input: { claimId, reason, ifInsufficient },
  });
  if (!command.rules) return cannot(draft, NO_CONFIG);
  return commit(draft, command.rules, {
    claimType: REVERSAL,
    claimKey: claimId,
    reverses: {
      claimId,
      allowDebt: ifInsufficient === 'debt',
      accruals: accrualsOf(command.rules),
      counters: countersOf(command.rules),
    },
    // Levels that the remaining experience no longer reaches are taken back with what they gave.
    milestones: [levelMilestone(command.rules, ifInsufficient === 'debt' ? null : 0)],
    reason,
  });
}
