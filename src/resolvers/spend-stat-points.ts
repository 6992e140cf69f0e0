/** spendStatPoints: players turn their unspent stat points into stats. */
import { checkStatPoints, decideSpendStatPoints, SPEND_STAT_POINTS } from '../domain/spend-stat-points.ts';
import { constrained } from '../domain/values.ts';
import { defineMutation } from './define-mutation.ts';
import { throwIfFault } from './observe.ts';

const NONE = constrained('NonNegativeInt', 0);

export const spendStatPoints = defineMutation({
  ...SPEND_STAT_POINTS,
  description: 'Turns unspent stat points into energy, stamina or health.',
  actors: ['player'],
  inputDescription: 'At least one of energy, stamina and health must be 1 or more.',
  input: (t) => ({
    energy: t.field({ type: 'NonNegativeInt', description: 'Points to put into energy.' }),
    stamina: t.field({ type: 'NonNegativeInt', description: 'Points to put into stamina.' }),
    health: t.field({ type: 'NonNegativeInt', description: 'Points to put into health.' }),
  }),
  rejections: ['insufficient_balance', 'limit_exceeded'],
  parse: ({ energy, stamina, health }) => {
    const points = { energy: energy ?? NONE, stamina: stamina ?? NONE, health: health ?? NONE };
    throwIfFault(checkStatPoints(points));
    return points;
  },
  decide: decideSpendStatPoints,
  example: { energy: 1, health: 1 },
  notes: 'Players only. Levels give stat points; the balance config says what each point adds.',
});
