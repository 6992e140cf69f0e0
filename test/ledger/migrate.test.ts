import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { migrate } from '../../cli/migrate.ts';
import { commit } from '../support/ledger/ledger.ts';
import { startOldServer } from '../support/ledger/old-server.ts';
import { operation } from '../support/ledger/operations.ts';
import { startDatabase } from '../support/postgres.ts';

let server: Awaited<ReturnType<typeof startDatabase>>;
beforeAll(async () => {
  server = await startDatabase();
}, 60_000);
afterAll(() => server?.stop());

/** An empty database, and a client in it. */
async function emptyDatabase() {
  const name = `db_${randomUUID().replaceAll('-', '')}`;
  await withClient(server.url, (client) => client.query(`CREATE DATABASE ${name}`));
  return server.postgres.superuserUrl(name);
}

async function withClient<T>(url: string, run: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await run(client);
  } finally {
    await client.end();
  }
}

const read = (url: string, query: string) =>
  withClient(url, async (client) => (await client.query(query)).rows);

/** Everything a migration makes in a database: tables, functions with their text and rights, triggers, the journal. */
const SHAPE = `
  SELECT 'table ' || n.nspname || '.' || c.relname AS what, c.relacl::text AS how FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname IN ('onceward', 'drizzle')
  UNION ALL SELECT 'function ' || oid::regprocedure, md5(prosrc) || proconfig::text || proacl::text FROM pg_proc
    WHERE pronamespace = to_regnamespace('onceward')
  UNION ALL SELECT 'trigger ' || tgname, tgenabled::text FROM pg_trigger WHERE NOT tgisinternal
  UNION ALL SELECT 'constraint ' || conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE connamespace = to_regnamespace('onceward')
  UNION ALL SELECT 'schema ' || nspname, nspacl::text FROM pg_namespace WHERE nspname IN ('onceward', 'drizzle')
  ORDER BY 1`;

describe('migrating', () => {
  test('an empty database makes it ready for operations, and again changes nothing', async () => {
    const url = await emptyDatabase();
    const { applied } = await migrate({ databaseUrl: url });
    expect(applied).toBeGreaterThanOrEqual(1);
    const made = await read(url, SHAPE);
    expect(made.length).toBeGreaterThan(30);
    await withClient(url, async (client) => {
      expect(await commit(client, operation())).toMatchObject({ kind: 'granted' });
    });
    expect(await migrate({ databaseUrl: url })).toEqual({ applied: 0 });
    expect(await read(url, SHAPE)).toEqual(made);
  });

  test('mends functions, triggers and rights that somebody has changed by hand', async () => {
    const url = await emptyDatabase();
    await migrate({ databaseUrl: url });
    const made = await read(url, SHAPE);
    await withClient(url, (client) =>
      client.query(`
        GRANT INSERT ON onceward.balances TO onceward_app;
        GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA onceward TO PUBLIC;
        ALTER FUNCTION onceward.commit_operation(jsonb) RESET ALL;
        DROP TRIGGER reward_claims_are_never_emptied ON onceward.reward_claims;`),
    );
    expect(await read(url, SHAPE)).not.toEqual(made);
    await migrate({ databaseUrl: url });
    expect(await read(url, SHAPE)).toEqual(made);
  });

  test('by four at once is done once', async () => {
    const url = await emptyDatabase();
    const results = await Promise.all([1, 2, 3, 4].map(() => migrate({ databaseUrl: url })));
    const counts = results.map(({ applied }) => applied).toSorted();
    expect(counts.slice(0, 3)).toEqual([0, 0, 0]);
    expect(counts[3]).toBeGreaterThanOrEqual(1);
    const [journal] = await read(url, 'SELECT count(*)::int AS rows FROM drizzle.__drizzle_migrations');
    expect(journal?.rows).toBe(counts[3]);
  });
});

describe('a migration that fails leaves nothing behind', () => {
  test('where a table is in the way, in a database that was empty but for it', async () => {
    const url = await emptyDatabase();
    await withClient(url, (client) =>
      client.query('CREATE SCHEMA onceward; CREATE TABLE onceward.staff (id int)'),
    );
    const before = await read(url, SHAPE);
    await expect(migrate({ databaseUrl: url })).rejects.toThrow('already exists');
    expect(await read(url, SHAPE)).toEqual(before);
  });

  test('where the last function cannot be replaced, of an upgrade: the old kernel works on', async () => {
    const url = await emptyDatabase();
    await migrate({ databaseUrl: url });
    await withClient(url, (client) =>
      client.query(`
        DROP FUNCTION onceward.entry_sequence_at;
        CREATE FUNCTION onceward.entry_sequence_at(text, text, timestamptz) RETURNS text LANGUAGE sql AS $$ SELECT 'older' $$;
        CREATE OR REPLACE FUNCTION onceward.commit_operation(op jsonb) RETURNS jsonb LANGUAGE sql AS $$ SELECT '"older"'::jsonb $$;
        DROP TRIGGER ledger_entries_are_never_emptied ON onceward.ledger_entries;`),
    );
    const before = await read(url, SHAPE);
    await expect(migrate({ databaseUrl: url, appPassword: 'never set' })).rejects.toThrow('cannot change');
    expect(await read(url, SHAPE)).toEqual(before);
    await withClient(url, async (client) => expect(await commit(client, operation())).toBe('older'));
  });
});

describe('a server older than Postgres 18', () => {
  test.each([
    ['17', '170005'],
    ['16', '160009'],
  ])('%s is refused before anything is changed, in words that say what to do', async (version, number) => {
    const old = await startOldServer(number);
    const refused = migrate({ databaseUrl: old.url, appPassword: 'secret' });
    await expect(refused).rejects.toThrow(
      `This server is Postgres ${version}; Onceward needs Postgres 18 or newer`,
    );
    await expect(refused).rejects.toThrow('On Neon, choose Postgres 18');
    expect(old.statements).toEqual(['SHOW server_version_num']);
    await old.stop();
  });
});

describe('the app role’s password', () => {
  const stored = async () => {
    const [role] = await read(
      server.url,
      `SELECT rolcanlogin, rolpassword FROM pg_authid WHERE rolname = 'onceward_app'`,
    );
    return role;
  };

  test('is set only when it is given, and stays otherwise', async () => {
    const url = await emptyDatabase();
    await withClient(server.url, (client) =>
      client.query('ALTER ROLE onceward_app NOLOGIN PASSWORD NULL').catch(() => {}),
    );
    await migrate({ databaseUrl: url });
    expect(await stored()).toEqual({ rolcanlogin: false, rolpassword: null });

    const password = `it's a "password" with \\ and %`;
    await migrate({ databaseUrl: url, appPassword: password });
    const first = await stored();
    expect(first).toMatchObject({
      rolcanlogin: true,
      rolpassword: expect.stringMatching(/^SCRAM-SHA-256\$/),
    });
    const appUrl = new URL(url);
    appUrl.username = 'onceward_app';
    appUrl.password = encodeURIComponent(password);
    await withClient(appUrl.href, async (client) => {
      expect(await commit(client, operation())).toMatchObject({ kind: 'granted' });
    });

    await migrate({ databaseUrl: url });
    expect(await stored()).toEqual(first);
  });
});
