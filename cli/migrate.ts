/**
 * Brings a Postgres 18 or Neon database to this version's schema: the migrations, then the kernel's functions and the
 * grants, all in one transaction, so that live players meet the old kernel or the new one, never half of each.
 * Repeatable. It publishes no balance config and adds no staff: config-publish.ts and staff.ts do.
 */
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import pg from 'pg';
import { fail, ownerDatabaseUrl, parseCommandLine } from './command-line.ts';
import { withClient } from './connect.ts';

const DRIZZLE = fileURLToPath(new URL('../drizzle', import.meta.url));
/** Applied in this order, after the migrations, at every run. */
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
/** Any number will do, as long as every `migrate` takes the same lock. */
const MIGRATION_LOCK = 716_253_001;
/** Below the app role's own lock_timeout: a player behind a waiting migration still gets an answer. */
const LOCK_TIMEOUT = '1s';
const LOCK_NOT_AVAILABLE = '55P03';
const ATTEMPTS = 10;

export interface MigrateOptions {
  readonly databaseUrl: string;
  /** Lets the app role log in with this password; left out: the role stays as it is. */
  readonly appPassword?: string | undefined;
}

/** Returns how many migrations were new. Throws with a message fit for a person. */
export async function migrate({ databaseUrl, appPassword }: MigrateOptions): Promise<{ applied: number }> {
  return withClient(databaseUrl, async (client) => {
    await refuseOlderServer(client);
    for (let attempt = 1; ; attempt += 1) {
      try {
        return { applied: await migrateOnce(client, appPassword) };
      } catch (error) {
        await client.query('ROLLBACK').catch(() => {});
        if ((error as pg.DatabaseError).code !== LOCK_NOT_AVAILABLE) throw error;
        if (attempt === ATTEMPTS) {
          throw new Error(
            'Something has held the tables for too long (a dump? a forgotten transaction?). Nothing was changed; run it again.',
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
  // Whoever waits for a table here makes every player behind it wait: better to give up soon and come again.
  await client.query(`SET LOCAL lock_timeout = '${LOCK_TIMEOUT}'`);
  const applied = await applyMigrations(client);
  for (const name of FUNCTIONS) {
    await client.query(await readFile(`${DRIZZLE}/functions/${name}.sql`, 'utf8'));
  }
  if (appPassword !== undefined) {
    // In clear, since Neon takes no other; the statement is sent over TLS and not logged by default.
    await client.query(`ALTER ROLE onceward_app LOGIN PASSWORD ${pg.escapeLiteral(appPassword)}`);
  }
  await client.query('COMMIT');
  return applied;
}

async function refuseOlderServer(client: pg.Client): Promise<void> {
  const { rows } = await client.query('SHOW server_version_num');
  const version = Number(rows[0].server_version_num);
  if (version < OLDEST_SERVER) {
    throw new Error(
      `This server is Postgres ${Math.floor(version / 10000)}; Onceward needs Postgres 18 or newer (it uses uuidv7). ` +
        'On Neon, choose Postgres 18 when creating the project. Nothing was changed.',
    );
  }
}

/** Drizzle's own journal and hashes, but inside our transaction: its migrators open one of their own. */
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

Creates or updates Onceward's schema on Postgres 18 / Neon. Safe to repeat, safe while players play.

  --database-url URL   the owner's connection string (default: OWNER_DATABASE_URL, or the local stack's)
  APP_PASSWORD         environment variable: lets the role onceward_app log in with this password`;

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
      console.log('The role onceward_app keeps its password. Set APP_PASSWORD to give it one.');
    }
  } catch (error) {
    fail(error);
  }
}
