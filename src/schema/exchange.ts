/** exchange: its input, its result union and its place in the schema. */
import { MAX_QUANTITY } from '../domain/exchange.ts';
import { type ExchangeInput as ExchangeInputShape, exchange } from '../resolvers/exchange.ts';
import { builder } from './builder.ts';
import { expectedVersion, type InputFields, idempotencyKey, type Optional } from './input-fields.ts';
import { Receipt } from './receipt.ts';
import {
  IdempotencyKeyReused,
  InsufficientBalance,
  LimitExceeded,
  resultTypeName,
  UnknownExchange,
  VersionConflict,
} from './rejections.ts';

/** What is exchanged for whom: the same for the mutation and its preview. */
export const exchangeRequestFields = (t: InputFields) => ({
  exchange: t.field({
    type: 'ClaimType',
    required: true,
    description: 'An exchange of the balance config, such as `summon`.',
  }),
  quantity: t.field({
    type: 'SafeInt',
    defaultValue: 1,
    description: `How often it is made, all at once or not at all: from 1 to what the config allows, at most ${MAX_QUANTITY}.`,
  }),
  playerId: t.field({
    type: 'PlayerId',
    description: 'Servers: whose operation it is. Players act for themselves.',
  }),
  expectedVersion: expectedVersion(t),
});

type ExchangeRequest = Omit<ExchangeInputShape, 'idempotencyKey'>;
type Sent = Optional<Omit<ExchangeRequest, 'quantity'> & { readonly quantity: number | null }>;

/** What GraphQL leaves out is null to the resolvers; a quantity of null is one. */
export function exchangeRequestOf(input: Sent): ExchangeRequest {
  const { exchange, playerId = null, expectedVersion = null } = input;
  return { exchange, quantity: input.quantity ?? 1, playerId, expectedVersion };
}

const ExchangeInput = builder.inputType('ExchangeInput', {
  fields: (t) => ({ idempotencyKey: idempotencyKey(t), ...exchangeRequestFields(t) }),
});

const ExchangeResult = builder.unionType('ExchangeResult', {
  description: 'Every outcome of exchange.',
  types: [
    Receipt,
    IdempotencyKeyReused,
    InsufficientBalance,
    LimitExceeded,
    UnknownExchange,
    VersionConflict,
  ],
  resolveType: resultTypeName,
});

builder.mutationField('exchange', (t) =>
  t.field({
    type: ExchangeResult,
    description:
      'Pay a price of the balance config and get what it is for, once, whole or not at all: redeem a token for a summon, use a drop charge, buy from a shop. What is drawn is drawn once; the receipt shows each draw (`claim.draws`), and a retry shows the same.',
    args: { input: t.arg({ type: ExchangeInput, required: true }) },
    resolve: (_, { input }, context) =>
      exchange({ idempotencyKey: input.idempotencyKey, ...exchangeRequestOf(input) }, context),
  }),
);
