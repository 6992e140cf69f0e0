/** exchange: a player buys, summons or drops; a game server may do so for a player. Draws are rolled here and nowhere else. */
import { decideExchange, EXCHANGE } from '../domain/exchange.ts';
import { constrained } from '../domain/values.ts';
import { optionalPlayerId, terms } from '../schema/inputs.ts';
import { defineMutation } from './define-mutation.ts';

const ONCE = constrained('Quantity', 1);

export const exchange = defineMutation({
  ...EXCHANGE,
  description:
    'Pays a price of the balance config and gets what it buys, once, all or nothing: redeem a token for a summon, use a drop charge, buy from a shop. Each draw is rolled once; the receipt shows it (`claim.draws`), and a retry shows the same.',
  actors: ['player', 'server'],
  input: (t) => ({
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
    payWith: t.field({
      type: 'NonNegativeInt',
      description:
        'Of several prices, the one to pay: from 0 in the order of the config. Absent: the first that the player can pay.',
    }),
    choose: t.field({
      type: 'ClaimType',
      description: 'The option of an exchange that has options; required there.',
    }),
    playerId: optionalPlayerId(t),
    terms: terms(t),
  }),
  rejections: [
    'emission_paused',
    'insufficient_balance',
    'limit_exceeded',
    'not_available',
    'player_frozen',
    'requirements_not_met',
    'terms_changed',
    'unknown_exchange',
  ],
  logDetails: ({ exchange }) => ({ claimType: exchange }),
  parse: ({ exchange, quantity, payWith, choose, terms }) => ({
    exchange,
    quantity: quantity ?? ONCE,
    payWith,
    choose,
    terms,
  }),
  decide: decideExchange,
  example: { exchange: 'summon' },
  notes: 'Use previewExchange to see price and odds first. Servers add "playerId".',
});
