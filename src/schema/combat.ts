/** applyDamage and heal: one shape for both, and their place in the schema. */
import { applyDamage, heal } from '../resolvers/combat.ts';
import { builder } from './builder.ts';
import { expectedVersion, idempotencyKey } from './input-fields.ts';
import { Receipt } from './receipt.ts';
import { IdempotencyKeyReused, resultTypeName, VersionConflict } from './rejections.ts';

/** Either mutation: a game server names the player and the points, and gets a receipt. */
function healthMutation({
  name,
  typeName,
  amount,
  description,
  resolve,
}: {
  name: 'applyDamage' | 'heal';
  typeName: 'ApplyDamage' | 'Heal';
  amount: string;
  description: string;
  resolve: typeof heal;
}) {
  const Input = builder.inputType(`${typeName}Input`, {
    fields: (t) => ({
      idempotencyKey: idempotencyKey(t),
      playerId: t.field({ type: 'PlayerId', required: true, description: 'Whose health it is.' }),
      amount: t.field({ type: 'SafeInt', required: true, description: amount }),
      source: t.field({
        type: 'ClaimKey',
        description: 'What it came from, such as an encounter. Kept with the claim.',
      }),
      expectedVersion: expectedVersion(t),
    }),
  });
  const Result = builder.unionType(`${typeName}Result`, {
    description: `Every outcome of ${name}.`,
    types: [Receipt, IdempotencyKeyReused, VersionConflict],
    resolveType: resultTypeName,
  });
  builder.mutationField(name, (t) =>
    t.field({
      type: Result,
      description,
      args: { input: t.arg({ type: Input, required: true }) },
      resolve: (_, { input }, context) =>
        resolve(
          { ...input, source: input.source ?? null, expectedVersion: input.expectedVersion ?? null },
          context,
        ),
    }),
  );
}

healthMutation({
  name: 'applyDamage',
  typeName: 'ApplyDamage',
  amount: 'Points of damage, at least 1.',
  description:
    'Game servers: take current health, down to 0. The change says what was applied (`delta`) and what was cut off (`cutOff`). Nothing that happens at the same time is overwritten.',
  resolve: applyDamage,
});

healthMutation({
  name: 'heal',
  typeName: 'Heal',
  amount: 'Points of health, at least 1.',
  description:
    'Game servers: give current health back, up to the maximum that follows from the player’s stats. The change says what was applied (`delta`) and what was cut off (`cutOff`).',
  resolve: heal,
});
