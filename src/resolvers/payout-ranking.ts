/** payoutRanking: a game server pays a ranking by a rank table of the balance config. */
import { MAX_PARTICIPANTS } from '../domain/payout-rule.ts';
import { checkRanking, decidePlace, PAYOUT_RANKING, placesOf } from '../domain/payouts.ts';
import { builder } from '../schema/builder.ts';
import { defineBulk, MAX_ITEMS } from './define-bulk.ts';
import { throwIfFault } from './observe.ts';

const RankInput = builder.inputType('RankInput', {
  description: 'A player and their rank.',
  fields: (t) => ({
    playerId: t.field({
      type: 'PlayerId',
      required: true,
      description: 'A player who is unknown is created.',
    }),
    rank: t.field({
      type: 'PositiveInt',
      required: true,
      description: 'Their position, or the rank of the player before them, with whom they share it.',
    }),
  }),
});

export const payoutRanking = defineBulk({
  ...PAYOUT_RANKING,
  description:
    'Game servers: pays a ranking by a rank table of the balance config. Each position of a ranking is paid once in the whole game, and each player once per ranking, by any server and under any key.',
  actors: ['server'],
  input: (t) => ({
    payout: t.field({
      type: 'ClaimType',
      required: true,
      description: 'One of `payouts` of the balance config.',
    }),
    key: t.field({
      type: 'ClaimKey',
      required: true,
      description: 'Identifies the ranking, such as a tournament.',
    }),
    participants: t.field({
      type: 'PositiveInt',
      required: true,
      description: `How many positions the ranking has: at most ${MAX_PARTICIPANTS}.`,
    }),
    ranks: t.field({
      type: [RankInput],
      required: true,
      description: `1 to ${MAX_ITEMS} of them, in their order.`,
    }),
    from: t.field({
      type: 'PositiveInt',
      description:
        'The position of the first of `ranks`, where one call cannot hold all. A tie must be within one call. Left out: `ranks` has every position.',
    }),
  }),
  rejections: ['player_merged', 'already_claimed', 'limit_exceeded'],
  itemFields: (t) => ({
    playerId: t.field({ type: 'PlayerId', resolve: ({ item }) => item.playerId }),
    position: t.int({ resolve: ({ item }) => item.position }),
    rank: t.int({ resolve: ({ item }) => item.rank }),
  }),
  logDetails: ({ payout, key }) => ({ claimKey: `${payout} ${key}` }),
  parse: (input) => {
    throwIfFault(checkRanking(input, MAX_ITEMS));
    return input;
  },
  sent: ({ payout, key, participants, from, ranks }) => ({
    payout,
    key,
    participants,
    from,
    ranks: ranks.map(({ playerId, rank }) => ({ playerId, rank })),
  }),
  items: placesOf,
  decide: decidePlace,
  example: {
    payout: 'arena',
    key: 'arena-week-48',
    participants: 2,
    ranks: [
      { playerId: 'player-1', rank: 1 },
      { playerId: 'player-2', rank: 2 },
    ],
  },
  notes: 'A rank beyond the last row of the table is recorded and gives nothing.',
});
