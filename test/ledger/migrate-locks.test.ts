// Migrations and publications wait for each other under locks that only the owner can take, and not for ever.
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { migrate } from '../../cli/migrate.ts';
import { publishTestRules } from '../support/ledger/rules.ts';
import { startDatabase } from '../support/postgres.ts';

let server: Awaited<ReturnType<typeof startDatabase>>;
beforeAll(async () => {
  server = await startDatabase();
});
afterAll(() => server?.stop());

async function withClient<T>(url: string, run: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await run(client);
  } finally {
    await client.end();
  }
}

/** An empty database. */
async function emptyDatabase(): Promise<string> {
  const name = `db_${randomUUID().replaceAll('-', '')}`;
  await withClient(server.url, (client) => client.query(`CREATE DATABASE ${name}`));
  return server.postgres.superuserUrl(name);
}

const tablesOf = (url: string) =>
  withClient(
    url,
    async (client) =>
      (
        await client.query(
          `SELECT schemaname, tablename FROM pg_tables WHERE schemaname IN ('onceward', 'drizzle') ORDER BY 1, 2`,
        )
      ).rows,
  );

describe('when another session holds a lock', () => {
  /** As a migration that has just begun. */
  const BEGIN = `BEGIN;
    CREATE SCHEMA drizzle;
    CREATE TABLE drizzle.__drizzle_migrations (id serial PRIMARY KEY, hash text NOT NULL, created_at bigint)`;
  const LOCK = 'BEGIN; LOCK TABLE drizzle.__drizzle_migrations IN EXCLUSIVE MODE';

  test.each([
    ['the first migration', BEGIN, 'ROLLBACK', 1],
    ['the first migration, which committed', BEGIN, 'COMMIT', 1],
    ['a later migration', LOCK, 'COMMIT', 0],
  ])('waits for %s', async (_, begin, end, least) => {
    const url = await emptyDatabase();
    if (begin === LOCK) await migrate({ databaseUrl: url });
    await withClient(url, async (holder) => {
      await holder.query(begin);
      const migrating = migrate({ databaseUrl: url });
      await new Promise((resolve) => setTimeout(resolve, 300));
      await holder.query(end);
      expect((await migrating).applied).toBeGreaterThanOrEqual(least);
    });
  });

  test.each([
    ['the first migration', BEGIN],
    ['a later migration', LOCK],
  ])('fails after the lock timeout of %s, and says what to do', async (_, begin) => {
    const url = await emptyDatabase();
    if (begin === LOCK) await migrate({ databaseUrl: url });
    const before = await tablesOf(url);
    await withClient(url, async (holder) => {
      await holder.query(begin);
      await expect(migrate({ databaseUrl: url, lockTimeout: '200ms' })).rejects.toThrow(
        'Another migration of this database has been running for 200ms. Nothing was changed.',
      );
    });
    expect(await tablesOf(url)).toEqual(before);
  });

  test('migrates and publishes while a session of the app role holds every lock that it can take, without time-outs', async () => {
    const url = await emptyDatabase();
    await migrate({ databaseUrl: url });
    await publishTestRules(url);
    await withClient(url, async (app) => {
      await app.query('SET SESSION AUTHORIZATION onceward_app');
      await app.query(
        'SET lock_timeout = 0; SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0',
      );
      // The keys of earlier versions.
      await app.query('SELECT pg_advisory_lock(716253001), pg_advisory_lock(716253002)');
      await app.query('BEGIN');
      for (const mode of [
        'ROW SHARE',
        'ROW EXCLUSIVE',
        'SHARE UPDATE EXCLUSIVE',
        'SHARE ROW EXCLUSIVE',
        'EXCLUSIVE',
      ])
        for (const table of ['onceward.balance_configs', 'drizzle.__drizzle_migrations']) {
          await app.query('SAVEPOINT attempt');
          const locked = app.query(`LOCK TABLE ${table} IN ${mode} MODE`);
          await expect(locked).rejects.toMatchObject({ code: '42501' });
          await app.query('ROLLBACK TO attempt');
        }
      await app.query('LOCK TABLE onceward.balance_configs IN ACCESS SHARE MODE');
      expect(await migrate({ databaseUrl: url, lockTimeout: '1s' })).toEqual({ applied: 0 });
      await publishTestRules(url);
    });
  });
});
