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
      return `Not enough ${rejection.resource}${rejection.playerId ? ` with player ${rejection.playerId}` : ''}: ${rejection.required} needed, ${rejection.available} there`;
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
    case 'unknown_exchange':
      return `The balance config has no exchange ${rejection.exchange}. Once it is published (a minute or two until it is seen everywhere), exchange with a new key`;
    case 'not_announced':
      return `Nothing is owed to this player for ${rejection.claimType} ${rejection.claimKey}: it was never announced. unsettledClaims lists what is owed`;
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
    case 'staff_daily_awards':
      return `A staff member makes at most ${bound} awards in a day; the next day begins at ${renewsAt}`;
    case 'recipient_ceiling':
      return `The other player can't hold that much ${resource}: ${requested} do not fit`;
    case 'claims_per_day':
      return `This is claimed at most ${bound} times in a day; the next day begins at ${renewsAt}`;
    case 'exchanges_per_day':
      return `This exchange is made at most ${bound} times in a day: ${remaining} are left, ${requested} were asked for; the next day begins at ${renewsAt}`;
    case 'transfer_amount':
      return `At most ${bound} ${resource} in one transfer, not ${requested}`;
    case 'transfer_per_day':
      return `A player gives away at most ${bound} ${resource} in a day: ${remaining} are left, ${requested} were asked for; the next day begins at ${renewsAt}`;
  }
}
