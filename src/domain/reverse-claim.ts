/**
 * reverseClaim: a staff member takes a granted claim back. The kernel reads what it moved from the ledger; the rules add
 * regeneration, guarantee counters and levels, which are computed again instead of being moved back.
 */
import { type Decision, decide, type Intent } from './decide.ts';
import type { OperationKind } from './operation.ts';
import { accrualsOf, countersOf, levelMilestone } from './postings.ts';
import type { ClaimId, Reason } from './values.ts';

export const REVERSE_CLAIM = {
  name: 'reverseClaim',
  claimType: 'reversal',
  permission: 'reward:reverse',
} as const satisfies OperationKind;

export interface ReverseClaim {
  readonly claimId: ClaimId;
  readonly reason: Reason;
  /** Where the player no longer has enough: refuse, or leave a debt that future grants pay first. */
  readonly ifInsufficient: 'refuse' | 'debt';
}

export function decideReverseClaim(
  intent: Intent,
  { claimId, reason, ifInsufficient }: ReverseClaim,
): Decision {
  const allowDebt = ifInsufficient === 'debt';
  return decide({ intent, kind: REVERSE_CLAIM, input: { claimId, reason, ifInsufficient } }, (rules) => ({
    kind: 'commit',
    claimType: REVERSE_CLAIM.claimType,
    claimKey: claimId,
    reverses: { claimId, allowDebt, accruals: accrualsOf(rules), counters: countersOf(rules) },
    // Levels that the remaining experience no longer reaches are taken back with what they gave.
    milestones: [levelMilestone(rules, allowDebt ? null : 0)],
    reason,
  }));
}
