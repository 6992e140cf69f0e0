/** reverseClaim: its input, its result union and its place in the schema. */
import { REASON_LENGTH } from '../domain/reason.ts';
import { reverseClaim } from '../resolvers/reverse-claim.ts';
import { builder } from './builder.ts';
import { expectedVersion, idempotencyKey } from './input-fields.ts';
import { Receipt } from './receipt.ts';
import {
  AlreadyClaimed,
  IdempotencyKeyReused,
  InsufficientBalance,
  LimitExceeded,
  NotReversible,
  resultTypeName,
  UnknownClaim,
  UnknownPlayer,
  VersionConflict,
} from './rejections.ts';

const IfInsufficient = builder.enumType('IfInsufficient', {
  description: 'What a reversal does where the player no longer has what the claim gave.',
  values: {
    REFUSE: { value: 'refuse', description: 'Nothing moves: InsufficientBalance.' },
    DEBT: { value: 'debt', description: 'The balance falls below 0; future grants pay the debt first.' },
  } as const,
});

const ReverseClaimInput = builder.inputType('ReverseClaimInput', {
  fields: (t) => ({
    idempotencyKey: idempotencyKey(t),
    playerId: t.field({ type: 'PlayerId', required: true, description: 'Whose claim it is.' }),
    claimId: t.id({
      required: true,
      description: 'The claim to take back, as its receipt or the ledger names it.',
    }),
    reason: t.field({
      type: 'Text',
      required: true,
      description: `Why, in ${REASON_LENGTH.min} to ${REASON_LENGTH.max} characters. Kept with the reversal forever.`,
    }),
    ifInsufficient: t.field({ type: IfInsufficient, defaultValue: 'refuse' }),
    expectedVersion: expectedVersion(t),
  }),
});

const ReverseClaimResult = builder.unionType('ReverseClaimResult', {
  description: 'Every outcome of reverseClaim.',
  types: [
    Receipt,
    AlreadyClaimed,
    IdempotencyKeyReused,
    InsufficientBalance,
    LimitExceeded,
    NotReversible,
    UnknownClaim,
    UnknownPlayer,
    VersionConflict,
  ],
  resolveType: resultTypeName,
});

builder.mutationField('reverseClaim', (t) =>
  t.field({
    type: ReverseClaimResult,
    description:
      'Staff: take a claim back, once. Every balance that it moved is moved back, level-ups included; a second reversal is AlreadyClaimed.',
    args: { input: t.arg({ type: ReverseClaimInput, required: true }) },
    resolve: (_, { input }, context) =>
      reverseClaim(
        {
          ...input,
          ifInsufficient: input.ifInsufficient ?? 'refuse',
          expectedVersion: input.expectedVersion ?? null,
        },
        context,
      ),
  }),
);
