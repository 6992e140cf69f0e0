import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { migrate } from '../../cli/migrate.ts';
import { STAFF_PERMISSION_NAMES, STAFF_PERMISSIONS } from '../../src/domain/actor.ts';
import { OPERATIONS, RESERVED_CLAIM_TYPES } from '../../src/resolvers/schema.ts';
import { commit } from '../support/ledger/ledger.ts';
import { startOldServer } from '../support/ledger/old-server.ts';
import { operation } from '../support/ledger/operations.ts';
import { publishTestRules } from '../support/ledger/rules.ts';
import { startDatabase } from '../support/postgres.ts';

let server: Awaited<ReturnType<typeof startDatabase>>;
beforeAll(async () => {
  server = await startDatabase();
});
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

/** Everything that a migration creates: tables, functions with their text and privileges, triggers, constraints. */
const SHAPE = `
  SELECT 'table ' || n.nspname || '.' || c.relname AS what, c.relacl::text AS how FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname IN ('onceward', 'drizzle')
  UNION ALL SELECT 'function ' || oid::regprocedure,
    md5(coalesce(prosrc, '') || coalesce(pg_get_function_sqlbody(oid), '')) || proconfig::text || proacl::text FROM pg_proc
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
    await publishTestRules(url);
    await withClient(url, async (client) => {
      expect(await commit(client, operation())).toMatchObject({ kind: 'granted' });
    });
    expect(await migrate({ databaseUrl: url })).toEqual({ applied: 0 });
    expect(await read(url, SHAPE)).toEqual(made);
  });

  test('restores functions, triggers and privileges that were changed by hand', async () => {
    const url = await emptyDatabase();
    await migrate({ databaseUrl: url });
    const made = await read(url, SHAPE);
    await withClient(url, (client) =>
      client.query(`
        GRANT INSERT ON onceward.balances TO onceward_app;
        GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA onceward TO PUBLIC;
        ALTER FUNCTION onceward.commit_operations(integer, jsonb, text[]) RESET ALL;
        DROP TRIGGER reward_claims_are_never_emptied ON onceward.reward_claims;`),
    );
    expect(await read(url, SHAPE)).not.toEqual(made);
    await migrate({ databaseUrl: url });
    expect(await read(url, SHAPE)).toEqual(made);
  });

  test('four times at once is done once', async () => {
    const url = await emptyDatabase();
    const results = await Promise.all([1, 2, 3, 4].map(() => migrate({ databaseUrl: url })));
    const counts = results.map(({ applied }) => applied).toSorted();
    expect(counts.slice(0, 3)).toEqual([0, 0, 0]);
    expect(counts[3]).toBeGreaterThanOrEqual(1);
    const [journal] = await read(url, 'SELECT count(*)::int AS rows FROM drizzle.__drizzle_migrations');
    expect(journal?.rows).toBe(counts[3]);
  });

  test('deletes refusals whose retention has ended, and keeps all others', async () => {
    const url = await emptyDatabase();
    await migrate({ databaseUrl: url });
    await withClient(url, (client) =>
      client.query(`
        INSERT INTO onceward.refusals (player, actor, refused_at, correlation_id, fingerprint, config_version, version,
                                       expires_on, operation, idempotency_key, claim_type, claim_key, input, rejection)
        SELECT 1, 1, now(), uuidv7(), uuidv7(), 1, 0, day, 1, 'key of ' || coalesce(day::text, 'staff'), 'x', 'x', '{}', '{}'
          FROM unnest(ARRAY[NULL, current_date - 40, current_date - 1, current_date, current_date + 1]::date[]) AS day`),
    );
    await migrate({ databaseUrl: url });
    const kept = await read(
      url,
      `SELECT expires_on - current_date AS days FROM onceward.refusals ORDER BY expires_on`,
    );
    expect(kept).toEqual([{ days: 0 }, { days: 1 }, { days: null }]);
  });
});

describe('the names and permissions of the code', () => {
  const NAMES = `SELECT kind, no, name FROM onceward.names ORDER BY kind, no`;

  test('have rows, and each name keeps its number', async () => {
    const url = await emptyDatabase();
    await migrate({ databaseUrl: url });
    const made = await read(url, NAMES);
    const ofKind = (kind: number) => made.filter((row) => row.kind === kind).map(({ name }) => name);
    expect(ofKind(2)).toEqual(RESERVED_CLAIM_TYPES);
    expect(ofKind(3)).toEqual([...OPERATIONS.map(({ name }) => name), 'import']);
    expect(ofKind(4)).toEqual(['staff:budget', 'staff:awards', 'codes', 'server:claims', 'server:value']);
    await withClient(url, (client) =>
      client.query(`SELECT onceward.register_names(4::smallint, ARRAY['b', 'staff:awards', 'a', 'b'])`),
    );
    await migrate({ databaseUrl: url });
    expect(await read(url, NAMES)).toEqual([
      ...made,
      { kind: 4, no: 6, name: 'b' },
      { kind: 4, no: 7, name: 'a' },
    ]);
  });

  test('make the permissions exactly those of staff and servers', async () => {
    const url = await emptyDatabase();
    await migrate({ databaseUrl: url });
    const [made] = await read(url, 'SELECT json_agg(p) AS held FROM onceward.role_permissions p');
    const expected = Object.entries(STAFF_PERMISSIONS).flatMap(([permission, roles]) =>
      roles.map((role) => ({ permission, role: role as string })),
    );
    const ofServers = ['claim', 'manual', 'recover', 'reverse', 'take'].map((name) => `reward:${name}`);
    for (const permission of [
      ...ofServers,
      'combat:correct',
      'campaign:run',
      'list:manage',
      'player:merge',
      'ranking:manage',
    ])
      expected.push({ permission, role: 'server' });
    expect(made?.held).toHaveLength(expected.length);
    expect(made?.held).toEqual(expect.arrayContaining(expected));
  });

  test('leave what was changed of the roles of staff, restore that of servers, and give what is new to the default roles', async () => {
    const url = await emptyDatabase();
    await migrate({ databaseUrl: url });
    await withClient(url, (client) =>
      client.query(`
        UPDATE onceward.role_permissions SET role = 'auditor' WHERE permission = 'reward:manual' AND role = 'support';
        UPDATE onceward.role_permissions SET permission = 'old:thing' WHERE permission = 'reward:take' AND role = 'server';
        DELETE FROM onceward.role_permissions WHERE role = 'economist';
        DELETE FROM onceward.roles WHERE name = 'economist';
        DELETE FROM onceward.role_permissions WHERE permission = 'note:write';
        DELETE FROM onceward.permissions WHERE name = 'note:write';
        INSERT INTO onceward.permissions (name) VALUES ('old:thing')`),
    );
    await migrate({ databaseUrl: url });
    const roleOf = async (permission: string) =>
      (
        await read(
          url,
          `SELECT role FROM onceward.role_permissions WHERE permission = '${permission}' ORDER BY 1`,
        )
      ).map(({ role }) => role);
    expect(await roleOf('reward:manual')).toEqual(['admin', 'auditor', 'server']);
    expect(await roleOf('reward:take')).toEqual(['admin', 'server', 'support']);
    expect(await roleOf('note:write')).toEqual(['admin', 'support']);
    expect(await roleOf('list:manage')).toEqual(['admin', 'server']);
    expect(await read(url, 'SELECT name FROM onceward.roles ORDER BY 1')).toEqual(
      ['admin', 'auditor', 'support'].map((name) => ({ name })),
    );
    const known = await read(url, 'SELECT name FROM onceward.permissions ORDER BY 1');
    expect(known.map(({ name }) => name)).toEqual(STAFF_PERMISSION_NAMES.toSorted());
  });
});

describe('a migration that fails changes nothing', () => {
  test('when a table is in the way, in an otherwise empty database', async () => {
    const url = await emptyDatabase();
    await withClient(url, (client) =>
      client.query('CREATE SCHEMA onceward; CREATE TABLE onceward.staff (id int)'),
    );
    const before = await read(url, SHAPE);
    await expect(migrate({ databaseUrl: url })).rejects.toThrow('already exists');
    expect(await read(url, SHAPE)).toEqual(before);
  });

  test('when the database has an older layout, made by another text of a migration', async () => {
    const url = await emptyDatabase();
    await migrate({ databaseUrl: url });
    await withClient(url, (client) =>
      client.query(`UPDATE drizzle.__drizzle_migrations SET hash = 'older' WHERE id = 2`),
    );
    const before = await read(url, SHAPE);
    await expect(migrate({ databaseUrl: url })).rejects.toThrow(
      /layout of an older, unreleased version.*Use an empty database/,
    );
    expect(await read(url, SHAPE)).toEqual(before);
  });

  test('when a function cannot be replaced: the older kernel works on', async () => {
    const url = await emptyDatabase();
    await migrate({ databaseUrl: url });
    await withClient(url, (client) =>
      client.query(`
        DROP FUNCTION onceward.integrity_page;
        CREATE FUNCTION onceward.integrity_page(text, integer) RETURNS text LANGUAGE sql AS $$ SELECT 'older' $$;
        CREATE OR REPLACE FUNCTION onceward.commit_operations(contract integer, operations jsonb, held text[])
          RETURNS json LANGUAGE sql AS $$ SELECT '{"outcomes": ["older"]}'::json $$;
        DROP TRIGGER ledger_entries_are_never_emptied ON onceward.ledger_entries;`),
    );
    await publishTestRules(url);
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
  ])('%s is refused before anything is changed, with what to do', async (version, number) => {
    const old = await startOldServer(number);
    const refused = migrate({ databaseUrl: old.url, appPassword: 'secret' });
    await expect(refused).rejects.toThrow(
      `This server is Postgres ${version}; Onceward needs Postgres 18 or newer`,
    );
    await expect(refused).rejects.toThrow('On Neon, choose Postgres 18');
    expect(old.statements).toEqual(["SET lock_timeout = '60s'", 'SHOW server_version_num']);
    await old.stop();
  });
});

describe('the password of the app role', () => {
  const stored = async () => {
    const [role] = await read(
      server.url,
      `SELECT rolcanlogin, rolpassword FROM pg_authid WHERE rolname = 'onceward_app'`,
    );
    return role;
  };

  test('is set only when one is given', async () => {
    const url = await emptyDatabase();
    await withClient(server.url, (client) =>
      client.query('ALTER ROLE onceward_app NOLOGIN PASSWORD NULL').catch(() => {}),
    );
    await migrate({ databaseUrl: url });
    expect(await stored()).toEqual({ rolcanlogin: false, rolpassword: null });

    await publishTestRules(url);
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
