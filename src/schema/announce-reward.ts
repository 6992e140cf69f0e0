/** announceReward: its input, its result union and its place in the schema. */
import { announceReward } from '../resolvers/announce-reward.ts';
import { builder } from './builder.ts';
import { expectedVersion, idempotencyKey, owedClaim } from './input-fields.ts';
import { Receipt } from './receipt.ts';
import {
  AlreadyClaimed,
  IdempotencyKeyReused,
  resultTypeName,
  UnknownClaimType,
  VersionConflict,
} from './rejections.ts';

const AnnounceRewardInput = builder.inputType('AnnounceRewardInput', {
  fields: (t) => ({
    idempotencyKey: idempotencyKey(t),
    ...owedClaim(t),
    facts: t.field({
      type: 'Facts',
      description: 'The values that the reward formulas use.',
    }),
    expectedVersion: expectedVersion(t),
  }),
});

const AnnounceRewardResult = builder.unionType('AnnounceRewardResult', {
  description: 'Every outcome of announceReward.',
  types: [Receipt, AlreadyClaimed, IdempotencyKeyReused, UnknownClaimType, VersionConflict],
  resolveType: resultTypeName,
});

builder.mutationField('announceReward', (t) =>
  t.field({
    type: AnnounceRewardResult,
    description:
      'Game servers: say that a reward is owed, when an encounter or slip is over and before anybody claims it. Nothing moves yet; the reward stands among `unsettledClaims` until it is claimed or recovered. AlreadyClaimed: it was announced or paid before.',
    args: { input: t.arg({ type: AnnounceRewardInput, required: true }) },
    resolve: (_, { input }, context) =>
      announceReward(
        { ...input, facts: input.facts ?? null, expectedVersion: input.expectedVersion ?? null },
        context,
      ),
  }),
);
