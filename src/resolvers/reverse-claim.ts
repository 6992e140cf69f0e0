/** reverseClaim: staff only. Whether the claim is there and was not reversed before is the ledger's to say. */
import { badInput, forbidden } from '../domain/fault.ts';
import { PATTERNS } from '../domain/patterns.ts';
import { checkReason } from '../domain/reason.ts';
import { decideReverseClaim, REVERSAL, type ReverseClaim } from '../domain/reverse-claim.ts';
import { type Asked, mutate, type ResultOf } from './carry-out.ts';
import { type RequestContext, requireActor } from './context.ts';
import { FaultError } from './observe.ts';

export type ReverseClaimInput = Asked & ReverseClaim;

const REFUSALS = [
  'already_claimed',
  'idempotency_key_reused',
  'insufficient_balance',
  'limit_exceeded',
  'not_reversible',
  'unknown_claim',
  'unknown_player',
  'version_conflict',
] as const;
type Refusal = (typeof REFUSALS)[number];

export function reverseClaim(input: ReverseClaimInput, context: RequestContext): Promise<ResultOf<Refusal>> {
  const { playerId, idempotencyKey, expectedVersion, reason, ifInsufficient } = input;
  // A UUID has one spelling in the database.
  const claimId = input.claimId.toLowerCase();
  const isId = PATTERNS.claimId.expression.test(claimId);
  // What is no ID may be a ticket in the wrong field: it is not logged.
  const about = { player: playerId, claimType: REVERSAL, claimKey: isId ? claimId : null, reason };
  return mutate(context, { name: 'reverseClaim', refusals: REFUSALS, about }, async () => {
    if (requireActor(context).kind !== 'staff')
      throw new FaultError(forbidden('Only staff may reverse claims'));
    if (!isId) throw new FaultError(badInput('claimId', `must be ${PATTERNS.claimId.expected}`));
    const fault = checkReason(reason);
    if (fault) throw new FaultError(fault);
    return {
      asked: { playerId, idempotencyKey, expectedVersion },
      decide: (command) => decideReverseClaim(command, { claimId, reason, ifInsufficient }),
    };
  });
}
