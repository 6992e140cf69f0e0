/** previewExchange: its input, its result union, the odds of draws, and its place in the schema. */
import type { ExchangePreview as ExchangePreviewShape } from '../domain/preview.ts';
import type { GuaranteeStanding, TableOdds } from '../domain/preview-draws.ts';
import type { Amount } from '../domain/rules.ts';
import { previewExchange } from '../resolvers/preview-exchange.ts';
import { builder } from './builder.ts';
import { exchangeRequestFields, exchangeRequestOf } from './exchange.ts';
import { Preview } from './preview-fields.ts';
import {
  InsufficientBalance,
  LimitExceeded,
  resultTypeName,
  UnknownExchange,
  VersionConflict,
} from './rejections.ts';

const PreviewExchangeInput = builder.inputType('PreviewExchangeInput', {
  description: 'As for exchange, without an idempotency key.',
  fields: exchangeRequestFields,
});

const ResourceAmount = builder.objectRef<Amount>('ResourceAmount').implement({
  description: 'So much of a resource.',
  fields: (t) => ({
    resource: t.expose('resource', { type: 'ResourceName' }),
    amount: t.expose('amount', { type: 'SafeInt' }),
  }),
});

const PossibleOutcome = builder.objectRef<TableOdds['outcomes'][number]>('PossibleOutcome').implement({
  description: 'What a draw may bring.',
  fields: (t) => ({
    name: t.exposeString('name'),
    weight: t.expose('weight', { type: 'SafeInt', description: 'Its chance is `weight` in `of`.' }),
    gives: t.field({ type: [ResourceAmount], resolve: ({ gives }) => [...gives] }),
  }),
});

const Guarantee = builder.objectRef<GuaranteeStanding>('Guarantee').implement({
  description: 'After so many draws without one of its outcomes, the next draw is one of them.',
  fields: (t) => ({
    counter: t.expose('counter', { type: 'ResourceName', description: 'The resource that counts.' }),
    outcomes: t.stringList({ resolve: ({ outcomes }) => [...outcomes] }),
    since: t.expose('since', { type: 'SafeInt', description: 'Draws since one of these outcomes.' }),
    certainWithin: t.expose('certainWithin', {
      type: 'SafeInt',
      description:
        'One of these outcomes comes within so many draws, those of this exchange included: 1 is the very next.',
    }),
  }),
});

const DrawOdds = builder.objectRef<TableOdds>('DrawOdds').implement({
  description: 'The draws that an exchange makes from one weighted table, and the chances of each outcome.',
  fields: (t) => ({
    table: t.exposeString('table'),
    draws: t.expose('draws', { type: 'SafeInt', description: 'How often it would be drawn from.' }),
    of: t.expose('of', { type: 'SafeInt', description: 'The weights of all outcomes, added up.' }),
    outcomes: t.field({
      type: [PossibleOutcome],
      description: 'By name, as rolls fall to them.',
      resolve: ({ outcomes }) => [...outcomes],
    }),
    guarantee: t.expose('guarantee', {
      type: Guarantee,
      nullable: true,
      description: 'Null where the table has none.',
    }),
  }),
});

const ExchangePreview = builder.objectRef<ExchangePreviewShape>('ExchangePreview').implement({
  description:
    'What exchange would do at this moment: the price and what it surely gives (`changes`), and the odds of what would be drawn. Nothing was rolled.',
  interfaces: [Preview],
  fields: (t) => ({
    draws: t.field({
      type: [DrawOdds],
      description: 'One for each table; none for an exchange without draws.',
      resolve: ({ draws }) => [...draws],
    }),
  }),
});

const PreviewExchangeResult = builder.unionType('PreviewExchangeResult', {
  description: 'Every outcome of previewExchange.',
  types: [ExchangePreview, InsufficientBalance, LimitExceeded, UnknownExchange, VersionConflict],
  resolveType: (result) => (result.kind === 'preview' ? 'ExchangePreview' : resultTypeName(result)),
});

builder.queryField('previewExchange', (t) =>
  t.field({
    type: PreviewExchangeResult,
    description:
      'What exchange would do with today’s balance config, or the "no" that it would be: the changes that are certain, and the odds of what would be drawn. Nothing is written, rolled or reserved.',
    args: { input: t.arg({ type: PreviewExchangeInput, required: true }) },
    resolve: (_, { input }, context) => previewExchange(exchangeRequestOf(input), context),
  }),
);
