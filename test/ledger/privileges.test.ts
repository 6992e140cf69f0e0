import pg from 'pg';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import type { KernelOperation } from '../../src/ledger/kernel-contract.ts';
import { commit as commitWith, granted, openLedger } from '../support/ledger/ledger.ts';
import { award, fresh, give, operation } from '../support/ledger/operations.ts';
import { KERNEL, REMOVED_BY_NOW, TABLES } from '../support/ledger/privileged.ts';

const { app, owner, commit, playerLedger, addStaff } = openLedger();

/** Functions with the owner's privileges that the owner alone may call. */
const OF_THE_OWNER = ['archive_part', 'restore_parts'];
const DENIED = { code: '42501' };

beforeAll(async () => {
  await commit(operation());
});

test('the list of tables is complete', async () => {
  const { rows } = await owner.query(
    `SELECT tablename FROM pg_tables WHERE schemaname = 'onceward' ORDER BY 1`,
  );
  expect(rows.map(({ tablename }) => tablename)).toEqual(TABLES.toSorted());
});

describe.each(TABLES)('the app role on %s', (table) => {
  test('may read', async () => {
    await expect(app.query(`SELECT count(*) FROM onceward.${table}`)).resolves.toBeDefined();
  });

  test.each([
    ['insert', `INSERT INTO onceward.${table} DEFAULT VALUES`],
    ['delete', `DELETE FROM onceward.${table}`],
    ['truncate', `TRUNCATE onceward.${table} CASCADE`],
    ['alter', `ALTER TABLE onceward.${table} DISABLE TRIGGER ALL`],
    ['drop', `DROP TABLE onceward.${table} CASCADE`],
    ['lock others out', `DO $$ BEGIN LOCK TABLE onceward.${table} IN EXCLUSIVE MODE; END $$`],
    ['lock rows', `SELECT FROM onceward.${table} FOR UPDATE`],
  ])('may not %s', async (_, statement) => {
    await expect(app.query(statement)).rejects.toMatchObject(DENIED);
  });

  test('may update no column', async () => {
    const { rows } = await owner.query(
      `SELECT quote_ident(attname) AS name FROM pg_attribute
        WHERE attrelid = ('onceward.' || $1)::regclass AND attnum > 0 AND attidentity = '' AND attgenerated = ''`,
      [table],
    );
    expect(rows.length).toBeGreaterThan(0);
    for (const { name } of rows) {
      const update = app.query(`UPDATE onceward.${table} SET ${name} = ${name}`);
      await expect(update, name).rejects.toMatchObject(DENIED);
    }
  });
});

describe('the app role', () => {
  test('may execute the kernel, what expires, and functions that read with its own privileges under a fixed path', async () => {
    const { rows } = await owner.query(
      `SELECT p.oid::regprocedure::text AS name, has_function_privilege('onceward_app', p.oid, 'EXECUTE') AS may,
              p.provolatile <> 'v' AND NOT p.prosecdef AS reads,
              coalesce('search_path=pg_catalog, pg_temp' = ANY (p.proconfig), false) AS fixed
         FROM pg_proc p WHERE p.pronamespace = 'onceward'::regnamespace ORDER BY 1`,
    );
    const callable = [...KERNEL, REMOVED_BY_NOW].sort();
    for (const { name, may, reads, fixed } of rows)
      expect([name, may]).toEqual([name, fixed && (reads || callable.includes(name))]);
    expect(rows.filter(({ may, reads }) => may && !reads).map(({ name }) => name)).toEqual(callable);
  });

  test.each([
    ['become the owner', 'SET ROLE postgres'],
    ['take the session of the owner', 'SET SESSION AUTHORIZATION postgres'],
    ['create tables in the schema', 'CREATE TABLE onceward.forged (id int)'],
    [
      'create functions in the schema',
      `CREATE FUNCTION onceward.forged() RETURNS int LANGUAGE sql AS 'SELECT 1'`,
    ],
    ['create tables in public', 'CREATE TABLE public.forged (id int)'],
    ['create functions in public', `CREATE FUNCTION public.forged() RETURNS int LANGUAGE sql AS 'SELECT 1'`],
    ['create schemas', 'CREATE SCHEMA forged'],
    ['create roles', 'CREATE ROLE forged'],
    ['create databases', 'CREATE DATABASE forged'],
    ['create temporary tables', 'CREATE TEMP TABLE forged (id int)'],
    ['switch triggers off', `SET session_replication_role = 'replica'`],
    ['replace the kernel', 'ALTER FUNCTION onceward.commit_operations SECURITY INVOKER'],
    ['draw config versions', `SELECT nextval('onceward.balance_configs_version_seq')`],
    ['publish a config', `SELECT onceward.publish_config('{}', 'x', 'x', NULL, '{}')`],
    ['register names', `SELECT onceward.register_names(1::smallint, '{forged}')`],
    ['register actors', `SELECT onceward.register_actor('staff', 'forged')`],
    ['empty the outbox', `SELECT onceward.rotate_outbox('1')`],
    ['see the migrations', 'SELECT * FROM drizzle.__drizzle_migrations'],
    ['read the server’s files', `SELECT pg_read_file('postgresql.conf')`],
    ['run programs', `COPY (SELECT 1) TO PROGRAM 'true'`],
  ])('may not %s', async (_, statement) => {
    await expect(app.query(statement)).rejects.toMatchObject(DENIED);
  });

  test('may not grant itself privileges', async () => {
    // Postgres reports this as a warning.
    await app.query('GRANT INSERT ON onceward.balances TO onceward_app');
    const { rows } = await owner.query(
      `SELECT has_table_privilege('onceward_app', 'onceward.balances', 'INSERT') AS may`,
    );
    expect(rows[0].may).toBe(false);
  });

  test('owns nothing, is a member of no role, and has no privileged attribute', async () => {
    const { rows } = await owner.query(
      `SELECT rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls,
              (SELECT count(*)::int FROM pg_auth_members m WHERE m.member = r.oid) AS memberships,
              (SELECT count(*)::int FROM pg_class c WHERE c.relowner = r.oid) AS owned
         FROM pg_roles r WHERE rolname = 'onceward_app'`,
    );
    const no = {
      rolsuper: false,
      rolcreaterole: false,
      rolcreatedb: false,
      rolreplication: false,
      rolbypassrls: false,
    };
    expect(rows[0]).toEqual({ ...no, memberships: 0, owned: 0 });
  });

  test('has its timeouts in every session', async () => {
    const { rows } = await app.query(
      `SELECT current_setting('statement_timeout') AS statement, current_setting('lock_timeout') AS lock,
              current_setting('idle_in_transaction_session_timeout') AS idle`,
    );
    expect(rows[0]).toEqual({ statement: '5s', lock: '2s', idle: '5s' });
  });
});

test('nothing in the schema is granted to PUBLIC', async () => {
  const { rows } = await owner.query(
    `SELECT relname AS name FROM pg_class c, aclexplode(relacl) a
      WHERE relnamespace = 'onceward'::regnamespace AND a.grantee = 0
     UNION ALL
     SELECT proname FROM pg_proc p, aclexplode(coalesce(proacl, acldefault('f', proowner))) a
      WHERE pronamespace = 'onceward'::regnamespace AND a.grantee = 0
     UNION ALL
     SELECT nspname FROM pg_namespace n, aclexplode(nspacl) a WHERE nspname = 'onceward' AND a.grantee = 0`,
  );
  expect(rows).toEqual([]);
});

describe('the kernel resolves no name in the caller’s session', () => {
  test('every SECURITY DEFINER function fixes its search path, with pg_temp last', async () => {
    const { rows } = await owner.query(
      `SELECT proname, array_to_string(proconfig, '; ') AS settings FROM pg_proc
        WHERE pronamespace = 'onceward'::regnamespace AND prosecdef ORDER BY 1`,
    );
    const names = KERNEL.map((signature) => signature.replace(/^onceward\.|\(.*$/g, ''));
    expect(rows.map(({ proname }) => proname)).toEqual([...names, ...OF_THE_OWNER].sort());
    for (const { proname, settings } of rows)
      expect([proname, settings]).toEqual([
        proname,
        expect.stringContaining('search_path=pg_catalog, pg_temp'),
      ]);
  });

  test('the app role cannot create a temporary schema to put names into', async () => {
    const { rows } = await owner.query(
      `SELECT has_database_privilege('onceward_app', current_database(), 'TEMP') AS may`,
    );
    expect(rows[0].may).toBe(false);
  });

  /** A session in which no function was called yet: compiled functions stay for the session. */
  async function newSession(): Promise<pg.Client> {
    const session = new pg.Client({ connectionString: inject('databaseUrl') });
    await session.connect();
    return session;
  }

  /**
   * The attack, by a role that was allowed temporary objects: a type of the caller's own, whose CHECK would run with the
   * privileges of the kernel's owner.
   */
  test.each([
    'date',
    'text',
    'jsonb',
    'json',
    'int8',
    'record',
    'uuid',
    'timestamptz',
  ])('not as pg_temp.%s', async (type) => {
    const player = fresh('player');
    const staff = await addStaff();
    await granted(commit(operation({ player })));
    const { rows } = await owner.query('SELECT current_database() AS name');
    await owner.query(`GRANT TEMP ON DATABASE ${rows[0].name} TO onceward_app`);
    const attacker = await newSession();
    try {
      const base = type === 'record' ? 'pg_catalog.text' : `pg_catalog.${type}`;
      await attacker.query(`CREATE FUNCTION pg_temp.forge(${base}) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN
        IF current_user <> 'onceward_app' THEN UPDATE onceward.balances SET amount = 1000000; END IF;
        RETURN true; END $$`);
      await attacker.query(`CREATE DOMAIN pg_temp.${type} AS ${base} CHECK (pg_temp.forge(VALUE))`);
      await attacker.query('SET search_path = pg_temp, pg_catalog');
      const asked: KernelOperation = {
        ...award(staff, 5),
        player,
        postings: [give('gold', 5), give('experience', 100)],
        milestones: true,
        resources: ['gold', 'experience', 'levels_paid', 'stat_points'],
      };
      await granted(commitWith(attacker, asked));
      expect(await commitWith(attacker, asked)).toMatchObject({ kind: 'granted', replayed: true });
      const again = { ...asked, idempotency_key: fresh('key') };
      expect(await commitWith(attacker, again)).toMatchObject({ kind: 'rejected', original: {} });
    } finally {
      await owner.query(`REVOKE TEMP ON DATABASE ${rows[0].name} FROM onceward_app`);
      await attacker.end();
    }
    expect((await playerLedger(player)).balances).toMatchObject({ gold: 15, stat_points: 3 });
  });

  test('not as functions and operators of a path that the caller chose', async () => {
    const asked = operation();
    const { rows } = await owner.query('SELECT current_database() AS name');
    await owner.query(`GRANT TEMP ON DATABASE ${rows[0].name} TO onceward_app`);
    const attacker = await newSession();
    try {
      await attacker.query('CREATE TEMP TABLE actors (id text); CREATE TEMP TABLE reward_claims (id text)');
      await attacker.query(
        `CREATE FUNCTION pg_temp.greatest(bigint, integer) RETURNS bigint LANGUAGE sql AS 'SELECT 0::bigint'`,
      );
      await attacker.query('SET search_path = pg_temp, onceward, pg_catalog');
      await granted(commitWith(attacker, asked));
      expect((await attacker.query('SELECT FROM pg_temp.actors')).rowCount).toBe(0);
    } finally {
      await owner.query(`REVOKE TEMP ON DATABASE ${rows[0].name} FROM onceward_app`);
      await attacker.end();
    }
    expect(await playerLedger(asked.player)).toMatchObject({ version: 1, balances: { gold: 10 } });
  });
});

describe('expire_refusals', () => {
  test('deletes only refusals that have expired, at most so many, oldest first', async () => {
    const key = fresh('expiry');
    await owner.query(
      `INSERT INTO onceward.refusals (player, actor, refused_at, correlation_id, fingerprint, config_version, version,
                                      expires_on, operation, idempotency_key, claim_type, claim_key, input, rejection)
       SELECT 1, 1, now(), uuidv7(), uuidv7(), 1, 0, (now() AT TIME ZONE 'UTC')::date + days, 1, $1 || days, 'x', 'x', '{}', '{}'
         FROM unnest(ARRAY[-4000, -3999, -1, 0, 1]) AS days`,
      [key],
    );
    const left = async () =>
      (
        await owner.query(
          `SELECT right(idempotency_key, -length($1))::int AS days FROM onceward.refusals
            WHERE starts_with(idempotency_key, $1) ORDER BY expires_on`,
          [key],
        )
      ).rows.map(({ days }) => days);
    const expire = async (atMost: number) =>
      (await app.query('SELECT onceward.expire_refusals($1) AS deleted', [atMost])).rows[0].deleted;
    expect([await expire(0), await expire(-1), await left()]).toEqual([0, 0, [-4000, -3999, -1, 0, 1]]);
    expect([await expire(1), await left()]).toEqual([1, [-3999, -1, 0, 1]]);
    await expire(10_000);
    expect(await left()).toEqual([0, 1]);
  });
});
