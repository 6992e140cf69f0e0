/** What players may see of claims that somebody else made. */
import type { Attempt, RewardClaim } from '../clients/journal.ts';

/** Whether the actor is a player who did not make the claim: keys, correlation IDs and subjects are hidden from them. */
export function isHidden(
  { actorKind, actorId }: Pick<RewardClaim, 'actorKind' | 'actorId'>,
  actor: Attempt['intent']['actor'],
): boolean {
  return actor.kind === 'player' && !(actorKind.toUpperCase() === 'PLAYER' && actorId === actor.id);
}

/** What everybody sees of a claim who sees it. */
export function publicPart(claim: RewardClaim): object {
  return {
    ...claim,
    idempotencyKey: null,
    correlationId: null,
    clientCorrelationId: null,
    actorId: null,
    reason: null,
  };
}
