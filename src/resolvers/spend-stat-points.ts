/** spendStatPoints: players turn their unspent stat points into stats. */
import { checkStatPoints, decideSpendStatPoints, SPEND_STAT_POINTS } from '../domain/spend-stat-points.ts';
import { MAX_STATS } from '../domain/values.ts';
import { builder } from '../schema/builder.ts';
import { defineMutation } from './define-mutation.ts';
import { throwIfFault } from './observe.ts';

const StatPointsInput = builder.inputType('StatPointsInput', {
  description: 'How many points to put into a stat.',
  fields: (t) => ({
    stat: t.field({ type: 'StatName', required: true }),
    points: t.field({ type: 'PositiveInt', required: true }),
  }),
});

export const spendStatPoints = defineMutation({
  ...SPEND_STAT_POINTS,
  description: 'Turns unspent stat points into stats of the balance config, all or nothing.',
  actors: ['player'],
  input: (t) => ({
    points: t.field({
      type: [StatPointsInput],
      required: true,
      description: `1 to ${MAX_STATS} stats, each named once.`,
    }),
  }),
  rejections: ['insufficient_balance', 'limit_exceeded', 'player_frozen', 'unknown_stat'],
  parse: (input) => {
    throwIfFault(checkStatPoints(input.points));
    return input;
  },
  decide: decideSpendStatPoints,
  example: {
    points: [
      { stat: 'energy', points: 1 },
      { stat: 'health', points: 1 },
    ],
  },
  notes:
    'Players only. Levels give stat points; the balance config names the stats and says what each point adds.',
});
