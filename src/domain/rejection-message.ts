/** A sentence for each business "no", for the person who has to do something about it. One place, every kind. */
import type { Rejection } from './outcome.ts';

/** A reused key is no recorded rejection (the key has its outcome already), but it is told like one. */
export type ToldRejection =
  | Rejection
  | { readonly kind: 'idempotency_key_reused'; readonly fields: readonly string[] };

export function rejectionMessage(rejection: ToldRejection): string {
  switch (rejection.kind) {
    case 'already_claimed':
      if (rejection.sharedKey) {
        const { type, key } = rejection.sharedKey;
        return `Nothing of this claim was given: ${type} was given for ${key} before, by the claim in this answer. Claim what is new in a claim of its own`;
      }
      return 'This was claimed before; the original claim and what it gave are in this answer';
    case 'idempotency_key_reused':
      return `This idempotency key belongs to another request, which differs in: ${rejection.fields.join(', ')}. Make a new key for a new request`;
    case 'insufficient_balance':
      return `Not enough ${rejection.resource}: ${rejection.required} needed, ${rejection.available} there`;
    case 'limit_exceeded':
      return limitMessage(rejection);
    case 'version_conflict':
      return `The player is at version ${rejection.current}, not ${rejection.expected}; read the player again and decide anew`;
    case 'unknown_player':
      return `There is no player ${rejection.playerId}. A player appears with their own or a game server's first operation, never with an award`;
    case 'unknown_claim':
      return `This player has no granted claim ${rejection.claimId}`;
    case 'not_reversible':
      return `Claim ${rejection.claimId} is itself a reversal; give back by hand what it should not have taken`;
    case 'unknown_claim_type':
      return `The balance config has no claim type ${rejection.claimType}. Once it is published (a minute or two until it is seen everywhere), claim with a new key`;
    case 'not_eligible':
      return rejection.why === 'server_only'
        ? `${rejection.claimType} can only be claimed by a game server, for the player`
        : `${rejection.claimType} needs a ticket that a game server has signed`;
  }
}

function limitMessage({
  limit,
  resource,
  bound,
  remaining,
  requested,
  renewsAt,
}: Extract<Rejection, { kind: 'limit_exceeded' }>): string {
  switch (limit) {
    case 'resource_ceiling':
      return `${resource} can hold at most ${bound}: ${requested} were to be given and ${remaining} fit`;
    case 'staff_reward':
      return `One award may hand out at most ${bound} in all; this one asks for ${requested}`;
    case 'staff_daily_budget':
      return `The day's budget of ${bound} has ${remaining} left, this award asks for ${requested}; it renews at ${renewsAt}`;
  }
}
