/** recoverReward: its input, its result union and its place in the schema. */
import { REASON_LENGTH } from '../domain/reason.ts';
import { recoverReward } from '../resolvers/recover-reward.ts';
import { builder } from './builder.ts';
import { expectedVersion, idempotencyKey, owedClaim } from './input-fields.ts';
import { Receipt } from './receipt.ts';
import {
  AlreadyClaimed,
  IdempotencyKeyReused,
  LimitExceeded,
  NotAnnounced,
  resultTypeName,
  UnknownPlayer,
  VersionConflict,
} from './rejections.ts';

const RecoverRewardInput = builder.inputType('RecoverRewardInput', {
  fields: (t) => ({
    idempotencyKey: idempotencyKey(t),
    ...owedClaim(t),
    reason: t.field({
      type: 'Text',
      description: `Staff must say why, in ${REASON_LENGTH.min} to ${REASON_LENGTH.max} characters.`,
    }),
    expectedVersion: expectedVersion(t),
  }),
});

const RecoverRewardResult = builder.unionType('RecoverRewardResult', {
  description: 'Every outcome of recoverReward.',
  types: [
    Receipt,
    AlreadyClaimed,
    IdempotencyKeyReused,
    LimitExceeded,
    NotAnnounced,
    UnknownPlayer,
    VersionConflict,
  ],
  resolveType: resultTypeName,
});

builder.mutationField('recoverReward', (t) =>
  t.field({
    type: RecoverRewardResult,
    description:
      'Servers and staff: pay a reward that was announced and never claimed, as it was announced. What a balance begins with and what time brings it follow the current config. It is the claim that the player would have made: whoever comes second gets AlreadyClaimed.',
    args: { input: t.arg({ type: RecoverRewardInput, required: true }) },
    resolve: (_, { input }, context) =>
      recoverReward(
        { ...input, reason: input.reason ?? null, expectedVersion: input.expectedVersion ?? null },
        context,
      ),
  }),
);
