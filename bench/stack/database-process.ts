/**
 * Runs in a process of its own, started by database.ts: Neon's endpoint, so that its CPU time can be told from everybody
 * else's, and Postgres below it. Tells its parent where all is, and ends when the parent lets go of it, however it does.
 */
import { join } from 'node:path';
import { readConfigFile } from '../../cli/config-document.ts';
import { publishBalanceConfig, readCurrent } from '../../cli/config-store.ts';
import { startDatabase } from '../../dev/database.ts';
import type { PublishedConfig } from '../../src/config/published.ts';

/** What the parent is told. */
export interface DatabaseAddresses {
  readonly databaseUrl: string;
  readonly ownerDatabaseUrl: string;
  readonly endpointUrl: string;
  readonly endpointControlUrl: string;
  readonly postgresPid: number;
  readonly config: PublishedConfig;
  /** What publishing wrote to KV. */
  readonly kvEntries: Readonly<Record<string, string>>;
}

const EXAMPLE_CONFIG = join(import.meta.dirname, '../../config/balance.example.json');

/** Every subject keeps up to 64 sessions, and a ledger of millions of entries wants more than the smallest cache. */
const SETTINGS = { max_connections: '500', shared_buffers: '512MB', max_wal_size: '4GB' };

async function start(dir: string, settings: Record<string, string>) {
  const database = await startDatabase({ dir, settings: { ...SETTINGS, ...settings } });
  const { ownerDatabaseUrl } = database;
  const kvEntries: Record<string, string> = {};
  const document = await readConfigFile(EXAMPLE_CONFIG);
  const published = await publishBalanceConfig({
    document,
    by: 'bench',
    reason: null,
    ownerDatabaseUrl,
    writeKv: async (entries) => {
      for (const { key, value } of entries) kvEntries[key] = value;
    },
  });
  const config = await readCurrent(ownerDatabaseUrl);
  if (published.kind === 'invalid' || !config) throw new Error('the example config is not valid');
  return { database, config, kvEntries };
}

const starting = start(process.argv[2] as string, JSON.parse(process.argv[3] ?? '{}'));
process.once('disconnect', async () => {
  const { database } = await starting;
  await database.stop();
  await database.postgres.remove();
});
const { database, config, kvEntries } = await starting;
process.send?.({
  databaseUrl: database.databaseUrl,
  ownerDatabaseUrl: database.ownerDatabaseUrl,
  endpointUrl: database.endpoint.url,
  endpointControlUrl: database.endpoint.controlUrl,
  postgresPid: database.postgres.pid,
  config,
  kvEntries,
} satisfies DatabaseAddresses);
