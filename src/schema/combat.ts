/** applyDamage and heal: their inputs, their result unions and their place in the schema. */
import { applyDamage, heal } from '../resolvers/combat.ts';
import { builder } from './builder.ts';
import { expectedVersion, idempotencyKey } from './input-fields.ts';
import { Receipt } from './receipt.ts';
import { IdempotencyKeyReused, resultTypeName, VersionConflict } from './rejections.ts';

const ApplyDamageInput = builder.inputType('ApplyDamageInput', {
  fields: (t) => ({
    idempotencyKey: idempotencyKey(t),
    playerId: t.field({
      type: 'PlayerId',
      required: true,
      description: 'Whose health it is.',
    }),
    amount: t.field({
      type: 'SafeInt',
      required: true,
      description: 'Points of damage, at least 1.',
    }),
    source: t.field({
      type: 'ClaimKey',
      description: 'What it came from, such as an encounter. Kept with the claim.',
    }),
    expectedVersion: expectedVersion(t),
  }),
});

const ApplyDamageResult = builder.unionType('ApplyDamageResult', {
  description: 'Every outcome of applyDamage.',
  types: [Receipt, IdempotencyKeyReused, VersionConflict],
  resolveType: resultTypeName,
});

builder.mutationField('applyDamage', (t) =>
  t.field({
    type: ApplyDamageResult,
    description:
      'Game servers: take current health, down to 0. The change says what was applied (`delta`) and what was cut off (`cutOff`). Nothing that happens at the same time is overwritten.',
    args: { input: t.arg({ type: ApplyDamageInput, required: true }) },
    resolve: (_, { input }, context) =>
      applyDamage(
        { ...input, source: input.source ?? null, expectedVersion: input.expectedVersion ?? null },
        context,
      ),
  }),
);

const HealInput = builder.inputType('HealInput', {
  fields: (t) => ({
    idempotencyKey: idempotencyKey(t),
    playerId: t.field({
      type: 'PlayerId',
      required: true,
      description: 'Whose health it is.',
    }),
    amount: t.field({
      type: 'SafeInt',
      required: true,
      description: 'Points of health, at least 1.',
    }),
    source: t.field({
      type: 'ClaimKey',
      description: 'What it came from, such as an encounter. Kept with the claim.',
    }),
    expectedVersion: expectedVersion(t),
  }),
});

const HealResult = builder.unionType('HealResult', {
  description: 'Every outcome of heal.',
  types: [Receipt, IdempotencyKeyReused, VersionConflict],
  resolveType: resultTypeName,
});

builder.mutationField('heal', (t) =>
  t.field({
    type: HealResult,
    description:
      'Game servers: give current health back, up to the maximum that follows from the player’s stats. The change says what was applied (`delta`) and what was cut off (`cutOff`).',
    args: { input: t.arg({ type: HealInput, required: true }) },
    resolve: (_, { input }, context) =>
      heal(
        { ...input, source: input.source ?? null, expectedVersion: input.expectedVersion ?? null },
        context,
      ),
  }),
);
