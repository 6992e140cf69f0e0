/**
 * reverseClaim: a staff member takes a granted claim back. The kernel reads what it moved from the ledger. Guarantee counters and
 * levels are not moved back but computed again from what remains.
 */
import { parseClaimId } from './claim-id.ts';
import { type Decision, decide, type Intent } from './decide.ts';
import type { OperationKind } from './operation.ts';
import { countersOf } from './postings.ts';
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
  const claim = parseClaimId(claimId);
  if (!claim) throw new RangeError('a ClaimId is always the ID of a claim');
  return decide({ intent, kind: REVERSE_CLAIM, input: { claimId, reason, ifInsufficient } }, (rules) => ({
    kind: 'commit',
    claimType: REVERSE_CLAIM.claimType,
    claimKey: claimId,
    source: { kind: 'reversal', claimId, ...claim, allowDebt, counters: countersOf(rules) },
    // Levels that the remaining experience no longer reaches are taken back with what they gave.
    milestones: true,
    reason,
  }));
}
