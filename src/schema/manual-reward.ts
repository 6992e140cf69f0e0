/** manualReward: its input, its result union and its place in the schema. */
import { MAX_GRANTS } from '../domain/manual-reward.ts';
import { REASON_LENGTH } from '../domain/reason.ts';
import { manualReward } from '../resolvers/manual-reward.ts';
import { builder } from './builder.ts';
import { expectedVersion, idempotencyKey } from './input-fields.ts';
import { Receipt } from './receipt.ts';
import {
  AlreadyClaimed,
  IdempotencyKeyReused,
  LimitExceeded,
  resultTypeName,
  UnknownPlayer,
  VersionConflict,
} from './rejections.ts';

const GrantInput = builder.inputType('GrantInput', {
  description: 'How much of which resource to give.',
  fields: (t) => ({
    resource: t.field({
      type: 'ResourceName',
      required: true,
      description: 'A resource that the balance config lets staff give.',
    }),
    amount: t.field({
      type: 'SafeInt',
      required: true,
      description: '1 or more. Taking back is a reversal, not an award.',
    }),
  }),
});

const ManualRewardInput = builder.inputType('ManualRewardInput', {
  fields: (t) => ({
    idempotencyKey: idempotencyKey(t),
    playerId: t.field({
      type: 'PlayerId',
      required: true,
      description: 'An existing player: an award creates nobody.',
    }),
    grants: t.field({
      type: [GrantInput],
      required: true,
      description: `1 to ${MAX_GRANTS} resources, each named once.`,
    }),
    reason: t.field({
      type: 'Text',
      required: true,
      description: `Why, in ${REASON_LENGTH.min} to ${REASON_LENGTH.max} characters. Kept with the award forever.`,
    }),
    rewardId: t.field({
      type: 'ClaimKey',
      description:
        'The ID of this reward in an outside promotion system: awarded once for each player. Left out: once for each player, staff member, grants, reason and UTC date.',
    }),
    expectedVersion: expectedVersion(t),
  }),
});

const ManualRewardResult = builder.unionType('ManualRewardResult', {
  description: 'Every outcome of manualReward.',
  types: [Receipt, AlreadyClaimed, IdempotencyKeyReused, LimitExceeded, UnknownPlayer, VersionConflict],
  resolveType: resultTypeName,
});

builder.mutationField('manualReward', (t) =>
  t.field({
    type: ManualRewardResult,
    description: "Staff: give a player resources by hand, with a reason, inside the staff member's limits.",
    args: { input: t.arg({ type: ManualRewardInput, required: true }) },
    resolve: (_, { input }, context) =>
      manualReward(
        { ...input, rewardId: input.rewardId ?? null, expectedVersion: input.expectedVersion ?? null },
        context,
      ),
  }),
);
