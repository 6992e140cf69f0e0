/** spendStatPoints: its input, its result union and its place in the schema. */
import { spendStatPoints } from '../resolvers/spend-stat-points.ts';
import { builder } from './builder.ts';
import { expectedVersion, idempotencyKey } from './input-fields.ts';
import { Receipt } from './receipt.ts';
import {
  IdempotencyKeyReused,
  InsufficientBalance,
  LimitExceeded,
  resultTypeName,
  VersionConflict,
} from './rejections.ts';

const SpendStatPointsInput = builder.inputType('SpendStatPointsInput', {
  description: 'At least one of energy, stamina and health must be 1 or more.',
  fields: (t) => ({
    idempotencyKey: idempotencyKey(t),
    energy: t.field({ type: 'SafeInt', description: 'Points to put into energy, 0 or more.' }),
    stamina: t.field({ type: 'SafeInt', description: 'Points to put into stamina, 0 or more.' }),
    health: t.field({ type: 'SafeInt', description: 'Points to put into health, 0 or more.' }),
    expectedVersion: expectedVersion(t),
  }),
});

const SpendStatPointsResult = builder.unionType('SpendStatPointsResult', {
  description: 'Every outcome of spendStatPoints.',
  types: [Receipt, IdempotencyKeyReused, InsufficientBalance, LimitExceeded, VersionConflict],
  resolveType: resultTypeName,
});

builder.mutationField('spendStatPoints', (t) =>
  t.field({
    type: SpendStatPointsResult,
    description: 'Turn unspent stat points into energy, stamina or health.',
    args: { input: t.arg({ type: SpendStatPointsInput, required: true }) },
    resolve: (_, { input }, context) =>
      spendStatPoints(
        {
          idempotencyKey: input.idempotencyKey,
          energy: input.energy ?? 0,
          stamina: input.stamina ?? 0,
          health: input.health ?? 0,
          expectedVersion: input.expectedVersion ?? null,
        },
        context,
      ),
  }),
);
