import pg from 'pg';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { commit as commitWith, granted, openLedger } from '../support/ledger/ledger.ts';
import { award, fresh, give, LEVELS, operation } from '../support/ledger/operations.ts';
import { HOURLY } from '../support/ledger/systems.ts';

const { app, owner, commit, playerLedger, addStaff } = openLedger();

const TABLES = [
  'players',
  'balances',
  'reward_claims',
  'claim_keys',
  'ledger_entries',
  'owed_claims',
  'player_quotas',
  'staff',
  'staff_budget_days',
  'audit_events',
  'balance_configs',
];
const DENIED = { code: '42501' };
const NO_CLAIM = '00000000-0000-4000-8000-000000000000';

beforeAll(async () => {
  await commit(operation());
});

test('these are all the tables there are', async () => {
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
      `SELECT column_name FROM information_schema.columns WHERE table_schema = 'onceward' AND table_name = $1`,
      [table],
    );
    for (const { column_name: column } of rows) {
      const update = app.query(`UPDATE onceward.${table} SET ${column} = ${column}`);
      await expect(update, column).rejects.toMatchObject(DENIED);
    }
  });
});

describe('the app role', () => {
  test('may execute the kernel, and of the other functions of ours exactly those that can only read with its own rights', async () => {
    const { rows } = await owner.query(
      `SELECT p.oid::regprocedure::text AS name, p.provolatile <> 'v' AND NOT p.prosecdef AS reads,
              has_function_privilege('onceward_app', p.oid, 'EXECUTE') AS may
         FROM pg_proc p WHERE p.pronamespace = 'onceward'::regnamespace ORDER BY 1`,
    );
    for (const { name, reads, may } of rows)
      expect([name, may]).toEqual([name, reads || name === 'onceward.commit_operation(jsonb)']);
    const refused = rows.filter(({ may }) => !may).map(({ name }) => name);
    expect(refused).toEqual(['onceward.refuse_change()', expect.stringMatching(/^onceward\.write_moves\(/)]);
  });

  test.each([
    ['become the owner', 'SET ROLE postgres'],
    ['take the owner’s session', 'SET SESSION AUTHORIZATION postgres'],
    ['make tables in the schema', 'CREATE TABLE onceward.forged (id int)'],
    [
      'make functions in the schema',
      `CREATE FUNCTION onceward.forged() RETURNS int LANGUAGE sql AS 'SELECT 1'`,
    ],
    ['make tables in public', 'CREATE TABLE public.forged (id int)'],
    ['make functions in public', `CREATE FUNCTION public.forged() RETURNS int LANGUAGE sql AS 'SELECT 1'`],
    ['make schemas', 'CREATE SCHEMA forged'],
    ['make roles', 'CREATE ROLE forged'],
    ['make databases', 'CREATE DATABASE forged'],
    ['switch triggers off', `SET session_replication_role = 'replica'`],
    ['replace the kernel', 'ALTER FUNCTION onceward.commit_operation(jsonb) SECURITY INVOKER'],
    ['draw config versions', `SELECT nextval('onceward.balance_configs_version_seq')`],
    ['see the migrations', 'SELECT * FROM drizzle.__drizzle_migrations'],
    ['read the server’s files', `SELECT pg_read_file('postgresql.conf')`],
    ['run programs', `COPY (SELECT 1) TO PROGRAM 'true'`],
  ])('may not %s', async (_, statement) => {
    await expect(app.query(statement)).rejects.toMatchObject(DENIED);
  });

  test('may not give itself rights', async () => {
    // No error for Postgres, only a warning that nothing was granted.
    await app.query('GRANT INSERT ON onceward.balances TO onceward_app');
    const { rows } = await owner.query(
      `SELECT has_table_privilege('onceward_app', 'onceward.balances', 'INSERT') AS may`,
    );
    expect(rows[0].may).toBe(false);
  });

  test('owns nothing, is a member of nothing, and has no attribute of power', async () => {
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

  test('has its time-outs in every session', async () => {
    const { rows } = await app.query(
      `SELECT current_setting('statement_timeout') AS statement, current_setting('lock_timeout') AS lock,
              current_setting('idle_in_transaction_session_timeout') AS idle`,
    );
    expect(rows[0]).toEqual({ statement: '5s', lock: '2s', idle: '5s' });
  });
});

test('nothing of ours is granted to PUBLIC', async () => {
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

describe('what the app role makes for itself stands for nothing inside the kernel', () => {
  test('every function of ours that fixes its search path has pg_temp last in it', async () => {
    const { rows } = await owner.query(
      `SELECT proname, prosecdef, array_to_string(proconfig, '; ') AS settings FROM pg_proc
        WHERE pronamespace = 'onceward'::regnamespace AND (prosecdef OR proconfig IS NOT NULL)`,
    );
    expect(rows.filter(({ prosecdef }) => prosecdef).map(({ proname }) => proname)).toEqual([
      'commit_operation',
    ]);
    for (const { proname, settings } of rows)
      expect([proname, settings]).toEqual([
        proname,
        expect.stringContaining('search_path=pg_catalog, pg_temp'),
      ]);
    // PL/pgSQL looks its variables' types up once for the session, under whatever path it is first called with.
    const { rows: unfixed } = await owner.query(
      `SELECT proname FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
        WHERE pronamespace = 'onceward'::regnamespace AND lanname = 'plpgsql' AND proconfig IS NULL`,
    );
    expect(unfixed).toEqual([]);
  });

  /** In which no function of ours was called yet: a session keeps what it made ready, `DISCARD ALL` or not. */
  async function newSession(): Promise<pg.Client> {
    const session = new pg.Client({ connectionString: inject('databaseUrl') });
    await session.connect();
    return session;
  }

  /** The attack: a type of the caller's own, whose CHECK would run with the rights of the kernel's owner. */
  test.each([
    'date',
    'text',
    'jsonb',
    'int8',
    'record',
    'uuid',
    'timestamptz',
  ])('not a pg_temp.%s', async (type) => {
    const playerId = fresh('player');
    const staff = await addStaff();
    await granted(commit(operation({ playerId })));
    const attacker = await newSession();
    try {
      const base = type === 'record' ? 'pg_catalog.text' : `pg_catalog.${type}`;
      await attacker.query(`CREATE FUNCTION pg_temp.forge(${base}) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN
        UPDATE onceward.balances SET amount = 1000000 WHERE player_id = '${playerId}'; RETURN true; END $$`);
      await attacker.query(`CREATE DOMAIN pg_temp.${type} AS ${base} CHECK (pg_temp.forge(VALUE))`);
      const asked = { ...award(staff, 5), playerId };
      await granted(commitWith(attacker, asked));
      expect(await commitWith(attacker, { ...asked, idempotencyKey: fresh('key') })).toMatchObject({
        original: {},
      });
    } finally {
      await attacker.end();
    }
    expect((await playerLedger(playerId)).balances).toEqual({ gold: 15 });
  });

  /** The same, but with every function that the kernel goes through made ready before under the caller's own names. */
  test.each([
    'text',
    'jsonb',
    'int8',
    'record',
    'timestamptz',
    'uuid',
  ])('not a pg_temp.%s that functions of ours met first in the session', async (type) => {
    const playerId = fresh('player');
    const asked = operation({
      playerId,
      postings: [give('gold', 5), give('experience', 100)],
      milestones: [LEVELS],
    });
    await granted(commit(operation({ playerId })));
    const attacker = await newSession();
    try {
      const base = type === 'record' ? 'pg_catalog.text' : `pg_catalog.${type}`;
      await attacker.query(`CREATE FUNCTION pg_temp.forge(${base}) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN
        IF current_user <> 'onceward_app' THEN
          UPDATE onceward.balances SET amount = 1000000 WHERE player_id = '${playerId}';
        END IF;
        RETURN true; END $$`);
      await attacker.query(`CREATE DOMAIN pg_temp.${type} AS ${base} CHECK (pg_temp.forge(VALUE))`);
      await attacker.query('SET search_path = pg_temp, pg_catalog');
      // From the innermost out: called through another function, each would find that one's path.
      for (const [call, of] of [
        [`accrued($1::pg_catalog.jsonb, 1, p.created_at, '{}', p.updated_at)`, HOURLY],
        [`milestone_postings($1::pg_catalog.jsonb, '{}', '{"experience": 100}')`, asked.milestones],
        [`plan_moves(p, $1::pg_catalog.jsonb, '[]', '[]', p.created_at)`, asked.postings],
        ['judge_operation($1::pg_catalog.jsonb, p, NULL, NULL, p.created_at)', asked],
        ['preview_operation($1::pg_catalog.jsonb)', asked],
        ['original_claim($1::pg_catalog.jsonb)', { kind: 'already_claimed', claimId: NO_CLAIM }],
      ] as const)
        await attacker.query(`SELECT onceward.${call} FROM onceward.players p WHERE p.id = $2`, [
          JSON.stringify(of),
          playerId,
        ]);
      const claim = await granted(commitWith(attacker, asked));
      expect(await commitWith(attacker, asked)).toEqual({ ...claim, replayed: true });
      expect(await commitWith(attacker, { ...asked, idempotencyKey: fresh('key') })).toMatchObject({
        original: { claim: claim.claim },
      });
    } finally {
      await attacker.end();
    }
    expect((await playerLedger(playerId)).balances).toMatchObject({ gold: 15, stat_points: 3 });
  });

  test('not tables and functions of the same names earlier in its search path', async () => {
    const asked = operation();
    const attacker = await app.connect();
    try {
      await attacker.query('CREATE TEMP TABLE players (id text); CREATE TEMP TABLE reward_claims (id text)');
      await attacker.query(
        `CREATE FUNCTION pg_temp.greatest(bigint, integer) RETURNS bigint LANGUAGE sql AS 'SELECT 0::bigint'`,
      );
      await attacker.query('SET search_path = pg_temp, onceward, pg_catalog');
      await granted(commitWith(attacker, asked));
      expect((await attacker.query('SELECT FROM pg_temp.players')).rowCount).toBe(0);
    } finally {
      attacker.release(true);
    }
    expect(await playerLedger(asked.playerId)).toMatchObject({ version: 1, balances: { gold: 10 } });
  });
});
