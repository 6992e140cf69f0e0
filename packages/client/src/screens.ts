/**
 * Sends what a screen shows: each helper takes an entry as a query answered it, and sends with it the terms that the player saw.
 * While the intent is in the outbox, tapping the same entry again is the same intent.
 */
import {
  type Claimable,
  type ClaimRewardResult,
  claimReward,
  type ExchangeResult,
  exchange,
  type Offer,
} from './generated.ts';
import type { Outbox, Sent } from './outbox-types.ts';

export interface BuyOptions {
  /** How many times; 1 unless set. Then `terms` are those of `previewExchange` for this quantity. */
  readonly quantity?: number;
  readonly terms?: string;
  /** The option of an offer that has options. */
  readonly choose?: string;
  /** Of several prices, the one to pay: from 0. The first that the player can pay unless set. */
  readonly payWith?: number;
}

/** Buys an offer at the price that the player saw. */
export function buy(
  outbox: Outbox,
  offer: Pick<Offer, 'id' | 'terms'>,
  { quantity = 1, terms, choose, payWith }: BuyOptions = {},
): Promise<Sent<ExchangeResult>> {
  const shown = terms ?? (quantity === 1 ? offer.terms : undefined);
  return outbox.send(
    exchange,
    { exchange: offer.id, quantity, terms: shown, choose, payWith },
    { name: ['buy', offer.id, quantity, choose, payWith].join(':') },
  );
}

/** Claims an entry of a daily screen that is `ready`. With a ticket, a reward that a game server signed for. */
export function claim(
  outbox: Outbox,
  { id, period, terms }: Pick<Claimable, 'id' | 'period' | 'terms'>,
  ticket?: string,
): Promise<Sent<ClaimRewardResult>> {
  const what = ticket ? ticket.slice(-16) : (period?.key ?? '');
  return outbox.send(
    claimReward,
    { type: id, ...(ticket ? { ticket } : { terms }) },
    { name: `claim:${id}:${what}` },
  );
}
