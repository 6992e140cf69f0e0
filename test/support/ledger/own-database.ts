/**
 * A database with Onceward's schema for one test file that would disturb other files: published configs, dropped constraints,
 * statistics. It is a copy on the server of the test run, which takes a tenth of the time of a server. What concerns a whole
 * server needs one of its own: migrations, which change the app role, transactions that the outbox waits for, backups.
 */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { inject } from 'vitest';
import { withClient } from '../../../cli/connect.ts';
import { startDatabase } from '../../../dev/database.ts';
import '../provided.ts';
import { publishTestRules } from './rules.ts';

/** Faster, because no test needs this data after a crash. */
const NOT_DURABLE = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

interface Options {
  /** Whether the config of tests (rules.ts) is published; otherwise there is none. */
  readonly rules?: boolean;
}

/**
 * `settings` replace those of the app role, such as its lock_timeout: on a busy machine two seconds are soon over. The database
 * goes with the server, at the end of the run.
 */
export async function startOwnDatabase(
  settings: Readonly<Record<string, string>> = {},
  { rules = true }: Options = {},
) {
  const name = `own_${randomUUID().replaceAll('-', '_')}`;
  const within = (url: string) => new URL(name, url).href;
  const { withRules, withoutRules } = inject('templates');
  await withClient(inject('ownerDatabaseUrl'), async (client) => {
    await client.query(`CREATE DATABASE ${name} TEMPLATE ${rules ? withRules : withoutRules}`);
    for (const [setting, value] of Object.entries(settings))
      await client.query(
        `ALTER ROLE onceward_app IN DATABASE ${name} SET ${setting} = ${pg.escapeLiteral(value)}`,
      );
  });
  return {
    databaseUrl: within(inject('databaseUrl')),
    ownerDatabaseUrl: within(inject('ownerDatabaseUrl')),
    neonEndpoint: inject('neonEndpoint'),
    stop: async () => {},
  };
}

/** Keeps the statistics as they are: those of a database can only be kept by each table. */
export async function stopAutovacuum(owner: pg.ClientBase | pg.Pool): Promise<void> {
  await (owner as pg.Pool).query(`
    DO $$ DECLARE each regclass; BEGIN
      FOR each IN SELECT oid FROM pg_class WHERE relnamespace = 'onceward'::regnamespace AND relkind = 'r' LOOP
        EXECUTE format('ALTER TABLE %s SET (autovacuum_enabled = off)', each);
      END LOOP;
    END $$`);
}

export async function startOwnServer(
  settings: Readonly<Record<string, string>> = {},
  { rules = true }: Options = {},
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
