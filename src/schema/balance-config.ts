/** balanceConfig: the numbers of the game as they were published. */
import type { PublishedConfigRow } from '../ledger/read-config.ts';
import { balanceConfig } from '../resolvers/balance-config.ts';
import { builder } from './builder.ts';

const BalanceConfig = builder.objectRef<PublishedConfigRow>('BalanceConfig').implement({
  description:
    'A published balance config. Versions only grow; each claim names the one that it was computed with.',
  fields: (t) => ({
    version: t.expose('version', { type: 'SafeInt' }),
    sha256: t.exposeString('sha256', { description: 'Of the canonical JSON of the document.' }),
    document: t.expose('document', { type: 'JSON' }),
    publishedBy: t.exposeString('publishedBy'),
    publishedAt: t.expose('publishedAt', { type: 'DateTime' }),
    reason: t.exposeString('reason', { nullable: true }),
  }),
});

builder.queryField('balanceConfig', (t) =>
  t.field({
    type: BalanceConfig,
    nullable: true,
    description:
      'Servers and staff: the newest balance config, or the one of that version. Null: there is none.',
    args: { version: t.arg({ type: 'SafeInt' }) },
    resolve: (_, { version }, context) => balanceConfig(version ?? null, context),
  }),
);
