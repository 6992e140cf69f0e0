/**
 * Applies this version's schema to a Postgres 18 or Neon database: the migrations, the kernel's functions and grants
 * (drizzle/kernel, in the order of the file names), and the names and permissions that the code defines. Everything runs in one
 * transaction, so a live request uses either the old kernel or the new one. Safe to repeat.
 */
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import pg from 'pg';
import { fail, ownerDatabaseUrl, parseCommandLine } from './command-line.ts';
import { LOCK_NOT_AVAILABLE, withClient } from './connect.ts';
import { seedFromCode } from './seeds.ts';

const DRIZZLE = fileURLToPath(new URL('../drizzle', import.meta.url));
const KERNEL = `${DRIZZLE}/kernel`;
const OLDEST_SERVER = 180000;
/** The journal of migrations. Only the owner can lock it. */
const JOURNAL = 'drizzle.__drizzle_migrations';
const MIGRATION_LOCK_TIMEOUT = '60s';
/** Shorter than the lock_timeout of the app role, so that requests queued behind a waiting migration do not fail. */
const LOCK_TIMEOUT = '1s';
const ATTEMPTS = 10;
/** A unique index of the catalogue refuses a second schema or table of the same name. */
const CREATED_MEANWHILE: readonly string[] = ['23505', '42P06', '42P07'];
/** How many refusals one statement deletes. */
const EXPIRY_CHUNK = 10_000;

export interface MigrateOptions {
  readonly databaseUrl: string;
  /** The password with which the app role can log in. If undefined, the role keeps its password. */
  readonly appPassword?: string | undefined;
  /** How long to wait for another migration. */
  readonly lockTimeout?: string;
}

const migrations = () => readMigrationFiles({ migrationsFolder: DRIZZLE });

/** Returns the number of newly applied migrations. */
export async function migrate({
  databaseUrl,
  appPassword,
  lockTimeout = MIGRATION_LOCK_TIMEOUT,
}: MigrateOptions): Promise<{ applied: number }> {
  return withClient(databaseUrl, async (client) => {
    await checkServerVersion(client);
    for (let attempt = 1; ; attempt += 1) {
      try {
        const applied = await migrateOnce(client, lockTimeout, appPassword);
        await expireRefusals(client);
        await client.query('SELECT onceward.adopt_restored_events()');
        return { applied };
      } catch (error) {
        await client.query('ROLLBACK').catch(() => {});
        const { code } = error as pg.DatabaseError;
        // Another first migration created the journal meanwhile.
        if (code !== undefined && CREATED_MEANWHILE.includes(code) && attempt < ATTEMPTS) continue;
        if (code !== LOCK_NOT_AVAILABLE) throw error;
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

async function migrateOnce(
  client: pg.Client,
  lockTimeout: string,
  appPassword: string | undefined,
): Promise<number> {
  await client.query('BEGIN');
  await lockMigrations(client, lockTimeout);
  // A waiting ALTER TABLE blocks every request behind it, so it gives up early and is tried again.
  await client.query(`SET LOCAL lock_timeout = '${LOCK_TIMEOUT}'`);
  await checkLayout(client);
  const applied = await applyMigrations(client);
  for (const file of (await readdir(KERNEL)).filter((name) => name.endsWith('.sql')).sort()) {
    await client.query(await readFile(`${KERNEL}/${file}`, 'utf8'));
  }
  await seedFromCode(client);
  if (appPassword !== undefined) {
    // In clear text, because Neon accepts no hashed passwords. TLS protects it, and Postgres does not log it by default.
    await client.query(`ALTER ROLE onceward_app LOGIN PASSWORD ${pg.escapeLiteral(appPassword)}`);
  }
  await client.query('COMMIT');
  return applied;
}

async function lockMigrations(client: pg.Client, timeout: string): Promise<void> {
  await client.query(`SET LOCAL lock_timeout = '${timeout}'`);
  try {
    await client.query('CREATE SCHEMA IF NOT EXISTS drizzle');
    await client.query(
      `CREATE TABLE IF NOT EXISTS ${JOURNAL} (id serial PRIMARY KEY, hash text NOT NULL, created_at bigint)`,
    );
    await client.query(`LOCK TABLE ${JOURNAL} IN EXCLUSIVE MODE`);
  } catch (error) {
    if ((error as pg.DatabaseError).code !== LOCK_NOT_AVAILABLE) throw error;
    throw new Error(
      `Another migration of this database has been running for ${timeout}. Nothing was changed. Wait until it has ended, or end its session, and run the migration again.`,
    );
  }
}

/** A released migration never changes. Until the first release, one that did makes a layout that cannot be upgraded. */
async function checkLayout(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ hash: string; created_at: string }>(
    `SELECT hash, created_at FROM ${JOURNAL}`,
  );
  const known = new Map(migrations().map(({ folderMillis, hash }) => [folderMillis, hash]));
  const isOlder = rows.some(({ hash, created_at }) => (known.get(Number(created_at)) ?? hash) !== hash);
  if (isOlder) throw new OlderLayoutError();
}

/** Thrown for a database that an unreleased, older layout was migrated to. */
export class OlderLayoutError extends Error {
  constructor() {
    super(
      'This database has the layout of an older, unreleased version of Onceward, which cannot be upgraded. Nothing was changed. Use an empty database.',
    );
  }
}

/** Deletes refusals whose retention has ended, a chunk in a transaction. */
async function expireRefusals(client: pg.Client): Promise<void> {
  for (let deleted = EXPIRY_CHUNK; deleted === EXPIRY_CHUNK; ) {
    const { rows } = await client.query('SELECT onceward.expire_refusals($1) AS deleted', [EXPIRY_CHUNK]);
    deleted = rows[0].deleted;
  }
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
  const { rows } = await client.query(`SELECT max(created_at) AS newest FROM ${JOURNAL}`);
  const newest = Number(rows[0].newest ?? 0);
  const pending = migrations().filter(({ folderMillis }) => folderMillis > newest);
  for (const migration of pending) {
    for (const statement of migration.sql) await client.query(statement);
    await client.query(`INSERT INTO ${JOURNAL} (hash, created_at) VALUES ($1, $2)`, [
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
