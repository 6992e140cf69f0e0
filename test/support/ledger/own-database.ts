/**
 * A Postgres with Onceward's schema for one test file that would disturb other files: migrations, published configs, the
 * password of the app role, statistics.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startDatabase } from '../../../dev/database.ts';
import { publishTestRules } from './rules.ts';

/** Faster, because no test needs this data after a crash. */
const NOT_DURABLE = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

/** `rules`: whether the config of tests (rules.ts) is published; otherwise there is none. */
export async function startOwnDatabase(
  settings: Record<string, string> = {},
  { rules = true }: { readonly rules?: boolean } = {},
) {
  const dir = await mkdtemp(join(tmpdir(), 'onceward-test-'));
  const database = await startDatabase({ dir, settings: { ...NOT_DURABLE, ...settings } });
  if (rules) await publishTestRules(database.ownerDatabaseUrl);
  return {
    ...database,
    passwordFile: join(dir, 'postgres', 'password'),
    stop: async () => {
      await database.stop();
      await database.postgres.remove();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** A session that nobody shares. The caller ends it. */
export async function connectTo(databaseUrl: string): Promise<pg.Client> {
  const session = new pg.Client({ connectionString: databaseUrl });
  await session.connect();
  return session;
}
