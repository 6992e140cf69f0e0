/** spendStatPoints: players turn their unspent stat points into stats. */
import {
  checkSpendStatPoints,
  decideSpendStatPoints,
  SPEND_STAT_POINTS,
} from '../domain/spend-stat-points.ts';
import { defineMutation } from './define-mutation.ts';
import { throwFault } from './observe.ts';

export const spendStatPoints = defineMutation({
  ...SPEND_STAT_POINTS,
  description: 'Turns unspent stat points into energy, stamina or health.',
  actors: ['player'],
  inputDescription: 'At least one of energy, stamina and health must be 1 or more.',
  input: (t) => ({
    energy: t.field({ type: 'SafeInt', description: 'Points to put into energy, 0 or more.' }),
    stamina: t.field({ type: 'SafeInt', description: 'Points to put into stamina, 0 or more.' }),
    health: t.field({ type: 'SafeInt', description: 'Points to put into health, 0 or more.' }),
  }),
  rejections: ['insufficient_balance', 'limit_exceeded'],
  parse: ({ energy, stamina, health }) => {
    const points = { energy: energy ?? 0, stamina: stamina ?? 0, health: health ?? 0 };
    throwFault(checkSpendStatPoints(points));
    return points;
  },
  decide: decideSpendStatPoints,
  example: { energy: 1, health: 1 },
  notes: 'Players only. Levels give stat points; the balance config says what each point adds.',
});
