/** applyDamage and heal: game servers change a player's current health; staff correct it, with a reason. */
import { APPLY_DAMAGE, decideApplyDamage, decideHeal, HEAL } from '../domain/combat.ts';
import { badInput } from '../domain/fault.ts';
import type { Reason } from '../domain/values.ts';
import type { InputFields } from '../schema/inputs.ts';
import { type Caller, defineMutation } from './define-mutation.ts';
import { FaultError } from './observe.ts';

const healthFields = (t: InputFields, amount: string) => ({
  playerId: t.field({ type: 'PlayerId', required: true, description: 'The player whose health changes.' }),
  amount: t.field({ type: 'PositiveInt', required: true, description: amount }),
  source: t.field({
    type: 'ClaimKey',
    description: 'Where it came from, such as an encounter. Kept with the claim (`combat`).',
  }),
  reason: t.field({ type: 'Reason', description: 'Why. Required of staff. Kept with the claim.' }),
});

function requireReason<Input extends { readonly reason: Reason | null }>(
  input: Input,
  { actor }: Caller,
): Input {
  if (input.reason === null && actor.kind === 'staff')
    throw new FaultError(badInput('reason', 'required for staff'));
  return input;
}

export const applyDamage = defineMutation({
  ...APPLY_DAMAGE,
  description:
    'Game servers, and staff as a correction: takes current health, down to 0. The change shows what was applied (`delta`) and what was cut off (`cutOff`). Concurrent changes are never overwritten.',
  actors: ['server', 'staff'],
  input: (t) => ({
    ...healthFields(t, 'Points of damage.'),
    type: t.field({
      type: 'ClaimType',
      description:
        'One of `combat.damageTypes` of the balance config; required if it lists any. Kept with the claim (`combat`).',
    }),
  }),
  rejections: ['unknown_player'],
  logDetails: ({ reason }) => ({ reason }),
  parse: requireReason,
  decide: decideApplyDamage,
  example: { playerId: 'player-1', amount: 30, source: 'battle-1', reason: 'a hit that was not counted' },
  notes: 'Staff need a reason.',
});

export const heal = defineMutation({
  ...HEAL,
  description:
    'Game servers, and staff as a correction: gives current health back, up to the maximum of the player’s stats. The change shows what was applied (`delta`) and what was cut off (`cutOff`). It is no award: it uses no limits of staff.',
  actors: ['server', 'staff'],
  input: (t) => healthFields(t, 'Points of health.'),
  rejections: ['unknown_player'],
  logDetails: ({ reason }) => ({ reason }),
  parse: requireReason,
  decide: decideHeal,
  example: { playerId: 'player-1', amount: 30, source: 'potion-1', reason: 'a potion without effect' },
  notes: 'Staff need a reason.',
});
