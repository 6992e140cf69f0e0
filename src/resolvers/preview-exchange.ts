/** previewExchange: the price and what is certain, and the odds of draws. Nothing is rolled. */
import { decideExchange } from '../domain/exchange.ts';
import { type ExchangePreview as ExchangePreviewShape, previewOfExchange } from '../domain/receipt.ts';
import { builder } from '../schema/builder.ts';
import { DrawOdds, Preview, Price, terms } from '../schema/preview.ts';
import { definePreview } from './define-preview.ts';
import { exchange } from './exchange.ts';

const ExchangePreview = builder.objectRef<ExchangePreviewShape>('ExchangePreview').implement({
  description:
    'What exchange would do now: the price and what is certain (`changes`), and the odds of draws. Nothing is rolled.',
  interfaces: [Preview],
  fields: (t) => ({
    terms: terms(t),
    draws: t.field({
      type: [DrawOdds],
      description:
        'One per table, then those of the tables that outcomes draw from; empty for an exchange without draws.',
      resolve: ({ draws }) => [...draws],
    }),
    prices: t.field({
      type: [Price],
      description: 'The ways to pay for this quantity, in the order in which they are tried.',
      resolve: ({ prices }) => [...prices],
    }),
    paidWith: t.exposeInt('paidWith', {
      nullable: true,
      description: 'Which of several `prices` would be paid, from 0; null where there is one.',
    }),
  }),
});

export const previewExchange = definePreview({
  name: 'previewExchange',
  description:
    'What exchange would do with the current balance config, or how it would be rejected: the changes that are certain, and the odds of draws. Nothing is written, rolled or reserved.',
  of: exchange,
  decide: (intent, request) => decideExchange(intent, request, null),
  type: ExchangePreview,
  shape: previewOfExchange,
});
