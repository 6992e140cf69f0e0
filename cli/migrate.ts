/**
 * Applies this version's schema to a Postgres 18 or Neon database: the migrations, then the kernel functions and the grants.
 * Everything runs in one transaction, so a live request uses either the old kernel or the new one. Safe to repeat.
 */
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import pg from 'pg';
import { fail, ownerDatabaseUrl, parseCommandLine } from './command-line.ts';
import { withClient } from './connect.ts';

const DRIZZLE = fileURLToPath(new URL('../drizzle', import.meta.url));
/** Applied in this order after the migrations, on every run. */
const FUNCTIONS = [
  'guards',
  'accruals',
  'milestone_postings',
  'plan_moves',
  'reversed_postings',
  'judge_operation',
  'known_key',
  'write_moves',
  'commit_operation',
  'preview_operation',
  'positions',
  'integrity',
  'grants',
];
const OLDEST_SERVER = 180000;
/** An arbitrary number that all migrations share. */
const MIGRATION_LOCK = 716_253_001;
/** Shorter than the lock_timeout of the app role, so that requests queued behind a waiting migration do not fail. */
const LOCK_TIMEOUT = '1s';
const LOCK_NOT_AVAILABLE = '55P03';
const ATTEMPTS = 10;

export interface MigrateOptions {
  readonly databaseUrl: string;
  /** The password with which the app role can log in. If undefined, the role keeps its password. */
  readonly appPassword?: string | undefined;
}

/** Returns the number of newly applied migrations. */
export async function migrate({ databaseUrl, appPassword }: MigrateOptions): Promise<{ applied: number }> {
  return withClient(databaseUrl, async (client) => {
    await checkServerVersion(client);
    for (let attempt = 1; ; attempt += 1) {
      try {
        return { applied: await migrateOnce(client, appPassword) };
      } catch (error) {
        await client.query('ROLLBACK').catch(() => {});
        if ((error as pg.DatabaseError).code !== LOCK_NOT_AVAILABLE) throw error;
        if (attempt === ATTEMPTS) {
          throw new Error(
            'Another transaction holds a lock on the tables, for example a dump or an open session. Nothing was changed. End it and run the migration again.',
          );
        }
        await sleep(attempt * 1_000);
      }
    }
  });
}

async function migrateOnce(client: pg.Client, appPassword: string | undefined): Promise<number> {
  await client.query('BEGIN');
  await client.query('SELECT pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
  // A waiting ALTER TABLE blocks every request behind it, so it gives up early and is tried again.
  await client.query(`SET LOCAL lock_timeout = '${LOCK_TIMEOUT}'`);
  const applied = await applyMigrations(client);
  for (const name of FUNCTIONS) {
    await client.query(await readFile(`${DRIZZLE}/functions/${name}.sql`, 'utf8'));
  }
  if (appPassword !== undefined) {
    // In clear text, because Neon accepts no hashed passwords. TLS protects it, and Postgres does not log it by default.
    await client.query(`ALTER ROLE onceward_app LOGIN PASSWORD ${pg.escapeLiteral(appPassword)}`);
  }
  await client.query('COMMIT');
  return applied;
}

async function checkServerVersion(client: pg.Client): Promise<void> {
  const { rows } = await client.query('SHOW server_version_num');
  const version = Number(rows[0].server_version_num);
  if (version < OLDEST_SERVER) {
    throw new Error(
      `This server is Postgres ${Math.floor(version / 10000)}; Onceward needs Postgres 18 or newer (it uses uuidv7). ` +
        'On Neon, choose Postgres 18 when creating the project. Nothing was changed.',
    );
  }
}

/** Keeps Drizzle's journal, but runs inside our transaction; Drizzle's own migrators open a transaction themselves. */
async function applyMigrations(client: pg.Client): Promise<number> {
  await client.query('CREATE SCHEMA IF NOT EXISTS drizzle');
  await client.query(
    'CREATE TABLE IF NOT EXISTS drizzle.__drizzle_migrations (id serial PRIMARY KEY, hash text NOT NULL, created_at bigint)',
  );
  const { rows } = await client.query('SELECT max(created_at) AS newest FROM drizzle.__drizzle_migrations');
  const newest = Number(rows[0].newest ?? 0);
  const pending = readMigrationFiles({ migrationsFolder: DRIZZLE }).filter((m) => m.folderMillis > newest);
  for (const migration of pending) {
    for (const statement of migration.sql) await client.query(statement);
    await client.query('INSERT INTO drizzle.__drizzle_migrations (hash, created_at) VALUES ($1, $2)', [
      migration.hash,
      migration.folderMillis,
    ]);
  }
  return pending.length;
}

const HELP = `npm run migrate -- [--database-url URL]

Creates or updates Onceward's schema in Postgres 18 or Neon. Safe to repeat, and safe while requests are served.

  --database-url URL   the owner's connection string (default: OWNER_DATABASE_URL, or the local stack's)
  APP_PASSWORD         environment variable: sets the password with which the role onceward_app logs in`;

if (import.meta.main) {
  const { values } = parseCommandLine({ help: HELP, options: { 'database-url': { type: 'string' } } });
  try {
    const { applied } = await migrate({
      databaseUrl: await ownerDatabaseUrl(values['database-url']),
      appPassword: process.env.APP_PASSWORD,
    });
    console.log(
      `${applied === 0 ? 'No new migration' : `${applied} migration(s) applied`}; kernel functions and grants are up to date.`,
    );
    if (process.env.APP_PASSWORD === undefined) {
      console.log('The password of the role onceward_app was not changed. Set APP_PASSWORD to change it.');
    }
  } catch (error) {
    fail(error);
  }
}
