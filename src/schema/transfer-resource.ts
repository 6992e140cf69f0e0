/** transferResource: its input, its result union and its place in the schema. */
import { transferResource } from '../resolvers/transfer-resource.ts';
import { builder } from './builder.ts';
import { expectedVersion, idempotencyKey } from './input-fields.ts';
import { Receipt } from './receipt.ts';
import {
  IdempotencyKeyReused,
  InsufficientBalance,
  LimitExceeded,
  resultTypeName,
  UnknownPlayer,
  VersionConflict,
} from './rejections.ts';

const TransferResourceInput = builder.inputType('TransferResourceInput', {
  fields: (t) => ({
    idempotencyKey: idempotencyKey(t),
    toPlayerId: t.field({
      type: 'PlayerId',
      required: true,
      description: 'Who gets it: a player who exists.',
    }),
    resource: t.field({
      type: 'ResourceName',
      required: true,
      description: 'A resource that the balance config lets players give to each other.',
    }),
    amount: t.field({
      type: 'SafeInt',
      required: true,
      description: 'At least 1.',
    }),
    playerId: t.field({
      type: 'PlayerId',
      description: 'Servers: whose operation it is. Players act for themselves.',
    }),
    expectedVersion: expectedVersion(t),
  }),
});

const TransferResourceResult = builder.unionType('TransferResourceResult', {
  description: 'Every outcome of transferResource.',
  types: [Receipt, IdempotencyKeyReused, InsufficientBalance, LimitExceeded, UnknownPlayer, VersionConflict],
  resolveType: resultTypeName,
});

builder.mutationField('transferResource', (t) =>
  t.field({
    type: TransferResourceResult,
    description:
      'Give another player what the balance config allows: both sides in one transaction, under one claim, or neither. Limits for each transfer and for each day are in the config.',
    args: { input: t.arg({ type: TransferResourceInput, required: true }) },
    resolve: (_, { input }, context) =>
      transferResource(
        { ...input, playerId: input.playerId ?? null, expectedVersion: input.expectedVersion ?? null },
        context,
      ),
  }),
);
