import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { migrate } from '../../cli/migrate.ts';
import { type LocalPostgres, startPostgres } from '../../dev/postgres.ts';
import { commit } from '../support/ledger/ledger.ts';
import { operation } from '../support/ledger/operations.ts';
import { publishTestRules } from '../support/ledger/rules.ts';
import { temporaryFolder } from '../support/postgres.ts';

// As on Neon: the owner of the database may create roles, and is not a superuser.
let postgres: LocalPostgres;
let ownerUrl: string;

async function run(url: string, ...statements: string[]): Promise<pg.QueryResult | undefined> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    let last: pg.QueryResult | undefined;
    for (const statement of statements) last = await client.query(statement);
    return last;
  } finally {
    await client.end();
  }
}

beforeAll(async () => {
  postgres = await startPostgres({ dataDir: await temporaryFolder() });
  await run(
    postgres.superuserUrl(),
    `CREATE ROLE game_owner LOGIN CREATEROLE CREATEDB PASSWORD 'owner'`,
    'CREATE DATABASE game OWNER game_owner',
  );
  ownerUrl = `postgresql://game_owner:owner@127.0.0.1:${postgres.port}/game`;
});
afterAll(() => postgres.remove());

describe('migrate', () => {
  test('works for an owner who is not a superuser, and again', async () => {
    expect(await migrate({ databaseUrl: ownerUrl, appPassword: 'app' })).toMatchObject({
      applied: expect.any(Number),
    });
    expect(await migrate({ databaseUrl: ownerUrl })).toEqual({ applied: 0 });
    const appUrl = `postgresql://onceward_app:app@127.0.0.1:${postgres.port}/game`;
    const client = new pg.Client(appUrl);
    await client.connect();
    await publishTestRules(ownerUrl);
    expect(await commit(client, operation())).toMatchObject({ kind: 'granted' });
    expect((await client.query('SHOW lock_timeout')).rows).toEqual([{ lock_timeout: '2s' }]);
    await client.end();
  });

  test('waits for a table that another session has locked', async () => {
    const holder = new pg.Client(ownerUrl);
    await holder.connect();
    await holder.query('BEGIN');
    await holder.query('LOCK TABLE onceward.ledger_entries IN ACCESS EXCLUSIVE MODE');
    const migrating = migrate({ databaseUrl: ownerUrl });
    // Longer than the first try waits.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    await holder.query('COMMIT');
    await holder.end();
    expect(await migrating).toEqual({ applied: 0 });
  });

  test('refuses an app role that is a member of another role, and names that role', async () => {
    await run(postgres.superuserUrl(), 'GRANT pg_write_all_data TO onceward_app');
    await expect(migrate({ databaseUrl: ownerUrl })).rejects.toThrow(/has powers besides.*pg_write_all_data/);
    await run(postgres.superuserUrl(), 'REVOKE pg_write_all_data FROM onceward_app');
    expect(await migrate({ databaseUrl: ownerUrl })).toEqual({ applied: 0 });
  });
});
