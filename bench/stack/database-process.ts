/**
 * The database process that database.ts starts: Postgres and a local Neon endpoint, separate from the benchmark so that the
 * endpoint's CPU time can be measured. Sends its addresses to its parent and stops when the parent disconnects.
 */
import { join } from 'node:path';
import { readConfigFile } from '../../cli/config-document.ts';
import { publishBalanceConfig, readCurrent } from '../../cli/config-store.ts';
import { startDatabase } from '../../dev/database.ts';
import { NEON_MAX_IDLE } from '../../dev/neon/sessions.ts';
import type { PublishedConfig } from '../../src/config/published.ts';

/** The message to the parent. */
export interface DatabaseAddresses {
  readonly databaseUrl: string;
  readonly ownerDatabaseUrl: string;
  readonly endpointUrl: string;
  readonly endpointControlUrl: string;
  readonly postgresPid: number;
  readonly config: PublishedConfig;
  /** What publishing the example config wrote to KV. */
  readonly kvEntries: Readonly<Record<string, string>>;
}

const EXAMPLE_CONFIG = join(import.meta.dirname, '../../config/balance.example.json');

/** Every subject has up to 64 sessions. A ledger with millions of entries needs more than the default cache. */
const SETTINGS = { max_connections: '500', shared_buffers: '512MB', max_wal_size: '4GB' };

async function start(dir: string, settings: Record<string, string>) {
  const database = await startDatabase({
    dir,
    settings: { ...SETTINGS, ...settings },
    // As on Neon: under more load than that, a claim may need a new session, which costs Postgres more.
    neon: { maxIdle: NEON_MAX_IDLE },
  });
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
  if ('problems' in published || !config) throw new Error('the example config is not valid');
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
