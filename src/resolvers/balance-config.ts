/** balanceConfig and balanceConfigs: published balance configs. Players do not see them, because they show what is to come. */
import { type PublishedConfigRow, readConfigAs } from '../ledger/read-config.ts';
import { configCursor, isConfigCursor, readConfigs } from '../ledger/read-publishing.ts';
import { BalanceConfigVersion, type ConfigVersionShape } from '../schema/balance-config.ts';
import { builder } from '../schema/builder.ts';
import { defineConnection, defineQuery, PAGE } from './define-query.ts';

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

export const balanceConfigs = defineConnection({
  name: 'balanceConfigs',
  description: `Staff: the versions of the balance config, newest first; ${PAGE.defaultSize} per page, at most ${PAGE.maxSize}.`,
  type: BalanceConfigVersion,
  actors: ['staff'],
  args: () => ({}),
  authorisePlayer: () => {},
  cursor: () => ({ toCursor: configCursor, isValid: isConfigCursor }),
  resolve: (_, page, { actor, read }) =>
    read((database) => readConfigs<ConfigVersionShape>(database, actor, page)),
  example: { first: 20 },
});
