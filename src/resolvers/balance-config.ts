/** balanceConfig: a published balance config. Players do not see it, because it shows what is to come. */
import { type PublishedConfigRow, readConfigAs } from '../ledger/read-config.ts';
import { builder } from '../schema/builder.ts';
import { defineQuery } from './define-query.ts';

const BalanceConfig = builder.objectRef<PublishedConfigRow>('BalanceConfig').implement({
  description: 'A published balance config. Versions only rise; each claim names the one that computed it.',
  fields: (t) => ({
    version: t.expose('version', { type: 'SafeInt' }),
    sha256: t.exposeString('sha256', { description: 'Of the canonical JSON of the document.' }),
    document: t.expose('document', { type: 'JSON' }),
    publishedBy: t.exposeString('publishedBy'),
    publishedAt: t.expose('publishedAt', { type: 'DateTime' }),
    reason: t.exposeString('reason', { nullable: true }),
  }),
});

export const balanceConfig = defineQuery({
  name: 'balanceConfig',
  description:
    'Servers and staff: the newest balance config, or the one of a version. Null: it does not exist.',
  type: BalanceConfig,
  nullable: true,
  actors: ['server', 'staff'],
  args: (t) => ({ version: t({ type: 'PositiveInt' }) }),
  resolve: async ({ version }, { actor, read }) => {
    const [row] = await read((database) => readConfigAs(database, actor, version ?? 'current'));
    return row ?? null;
  },
  example: {},
});
