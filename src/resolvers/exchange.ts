/** exchange: a player buys, summons or drops; a game server may do so for a player. Draws are rolled here and nowhere else. */
import { decideExchange, EXCHANGE } from '../domain/exchange.ts';
import { constrained, type Quantity } from '../domain/values.ts';
import { type InputFields, optionalPlayerId } from '../schema/inputs.ts';
import { defineMutation } from './define-mutation.ts';
import { fairRoll } from './roll.ts';

const ONCE = constrained('Quantity', 1);

/** The input of exchange and its preview. */
export const exchangeFields = (t: InputFields) => ({
  exchange: t.field({
    type: 'ClaimType',
    required: true,
    description: 'An exchange of the balance config, such as `summon`.',
  }),
  quantity: t.field({
    type: 'Quantity',
    defaultValue: ONCE,
    description: 'How many times to make it, all or nothing. The config may allow fewer.',
  }),
  playerId: optionalPlayerId(t),
});

export const aboutExchange = ({ exchange }: { exchange: string }) => ({ claimType: exchange });

export function parseExchange(input: { readonly exchange: string; readonly quantity: Quantity | null }) {
  return { exchange: input.exchange, quantity: input.quantity ?? ONCE };
}

export const exchange = defineMutation({
  ...EXCHANGE,
  description:
    'Pays a price of the balance config and gets what it buys, once, all or nothing: redeem a token for a summon, use a drop charge, buy from a shop. Each draw is rolled once; the receipt shows it (`claim.draws`), and a retry shows the same.',
  actors: ['player', 'server'],
  input: exchangeFields,
  rejections: ['insufficient_balance', 'limit_exceeded', 'unknown_exchange'],
  about: aboutExchange,
  parse: parseExchange,
  decide: (intent, request) => decideExchange(intent, request, fairRoll),
  example: { exchange: 'summon' },
  notes: 'Use previewExchange to see price and odds first. Servers add "playerId".',
});
