/**
 * reverseClaim: staff, or a game server where the config allows it, takes a granted claim back, whole or in part. The kernel reads
 * what it moved from the ledger. Guarantee counters and levels are not moved back but computed again from what remains.
 */
import { parseClaimId } from './claim-id.ts';
import { type Decision, decide, type Intent } from './decide.ts';
import { countersOfTables } from './draw.ts';
import type { OperationKind } from './operation.ts';
import type { ClaimId, Quantity, Reason } from './values.ts';

export const REVERSE_CLAIM = {
  name: 'reverseClaim',
  claimType: 'reversal',
  permission: 'reward:reverse',
} as const satisfies OperationKind;

export interface ReverseClaim {
  readonly claimId: ClaimId;
  /** Whether the claim can be made again: its keys and what it used of limits become free. */
  readonly reopen: boolean;
  /** How many times what the claim made is taken back; null: all that is left. */
  readonly quantity: Quantity | null;
  readonly reason: Reason;
  /** Where the player no longer has enough: refuse, or leave a debt that future grants pay first. */
  readonly ifInsufficient: 'refuse' | 'debt';
}

export function decideReverseClaim(intent: Intent, request: ReverseClaim): Decision {
  const { claimId, reopen, quantity, reason, ifInsufficient } = request;
  const claim = parseClaimId(claimId);
  if (!claim) throw new RangeError('a ClaimId is always the ID of a claim');
  const input = { claimId, reopen, quantity, reason, ifInsufficient };
  const part = { reopen, quantity, allowDebt: ifInsufficient === 'debt' };
  return decide({ intent, kind: REVERSE_CLAIM, input }, (rules) => ({
    kind: 'commit',
    claimType: REVERSE_CLAIM.claimType,
    claimKey: claimId,
    // Which claims a server may reverse is for the kernel to decide: only the ledger knows the claim's type.
    source: {
      kind: 'reversal',
      claimId,
      ...claim,
      ...part,
      counters: countersOfTables([...rules.drawTables.values()]),
    },
    // Levels that the remaining experience no longer reaches are taken back with what they gave.
    milestones: true,
    reason,
  }));
}
