/** applyDamage and heal: game servers change a player's current health. */
import { APPLY_DAMAGE, decideApplyDamage, decideHeal, HEAL } from '../domain/combat.ts';
import type { InputFields } from '../schema/inputs.ts';
import { defineMutation } from './define-mutation.ts';

const healthFields = (amount: string) => (t: InputFields) => ({
  playerId: t.field({ type: 'PlayerId', required: true, description: 'The player whose health changes.' }),
  amount: t.field({ type: 'PositiveInt', required: true, description: amount }),
  source: t.field({
    type: 'ClaimKey',
    description: 'Where it came from, such as an encounter. Kept with the claim.',
  }),
});

export const applyDamage = defineMutation({
  ...APPLY_DAMAGE,
  description:
    'Game servers: takes current health, down to 0. The change shows what was applied (`delta`) and what was cut off (`cutOff`). Concurrent changes are never overwritten.',
  actors: ['server'],
  input: healthFields('Points of damage.'),
  rejections: [],
  decide: decideApplyDamage,
  example: { playerId: 'player-1', amount: 30, source: 'battle-1' },
  notes: 'Only game servers.',
});

export const heal = defineMutation({
  ...HEAL,
  description:
    'Game servers: gives current health back, up to the maximum of the player’s stats. The change shows what was applied (`delta`) and what was cut off (`cutOff`).',
  actors: ['server'],
  input: healthFields('Points of health.'),
  rejections: [],
  decide: decideHeal,
  example: { playerId: 'player-1', amount: 30, source: 'potion-1' },
  notes: 'Only game servers.',
});
