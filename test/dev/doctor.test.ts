/** `npm run doctor` against a running local stack: what is planted is found, named and explained, and nothing else is. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { localKv, readLocalKv } from '../../cli/config-kv.ts';
import { withClient } from '../../cli/connect.ts';
import type { Deployment } from '../../cli/doctor/check.ts';
import { readSettings } from '../../cli/doctor/read-settings.ts';
import { CHECKS, examine } from '../../cli/doctor.ts';
import { type RunningStack, startLocalStack } from '../../dev/local-stack.ts';
import { freePort } from '../../dev/system.ts';
import { documentKey, POINTER_KEY } from '../../src/config/published.ts';
import { withAnswers } from '../support/answering-server.ts';

let dir = '';
let stack: RunningStack;
let local: Deployment;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'onceward-doctor-'));
  stack = await startLocalStack({ dir, port: await freePort(), log: () => {}, onLine: () => {} });
  local = {
    origin: new URL(stack.url).origin,
    isLocal: true,
    databaseUrl: stack.databaseUrl,
    ownerDatabaseUrl: stack.ownerDatabaseUrl,
    settings: await readSettings(),
    readKv: readLocalKv(join(dir, 'wrangler')),
  };
});

afterAll(async () => {
  await stack?.stop();
  await stack?.database.postgres.remove();
  await rm(dir, { recursive: true, force: true });
});

const sql = (...statements: string[]) =>
  withClient(stack.ownerDatabaseUrl, async (client) => {
    for (const statement of statements) await client.query(statement);
  });

/** The problems that are found, by the name of their check. */
async function problemsOf(deployment: Deployment): Promise<Record<string, string[]>> {
  const examined = await examine(deployment);
  return Object.fromEntries(
    examined.flatMap((each) =>
      each.kind === 'wrong' ? [[each.name, each.findings.map(({ problem }) => problem)]] : [],
    ),
  );
}

test('nothing is wrong with a local stack, and all but what it does not have is checked', async () => {
  const examined = await examine(local);
  expect(examined.map(({ name }) => name)).toEqual(CHECKS.map(({ name }) => name));
  expect(examined.filter(({ kind }) => kind === 'wrong')).toEqual([]);
  expect(examined.filter(({ kind }) => kind === 'skipped').map(({ name }) => name)).toEqual([
    'wrangler.toml',
    'optional bindings',
    'the public keys of tokens are served',
    ...(examined.some(({ name, kind }) => name.startsWith('the clocks of the Worker') && kind === 'skipped')
      ? ['the clocks of the Worker and of this machine agree']
      : []),
    'callers without a token cannot read the schema',
    'the connection string names the pooled endpoint, TLS and the app role',
  ]);
});

describe('in the database', () => {
  /** Without the Worker and KV, which are read slowly. */
  const database = (): Deployment => ({ ...local, origin: null, readKv: null });

  const PLANTED = [
    {
      what: 'a statement of the app role may run for ever',
      plant: ['ALTER ROLE onceward_app SET statement_timeout = 0'],
      restore: [`ALTER ROLE onceward_app SET statement_timeout = '5s'`],
      check: 'time-outs and other settings are in force on the app role’s connection',
      problem: /^statement_timeout is "0", not "5s"/,
    },
    {
      what: 'a commit is acknowledged before it is stored',
      plant: ['ALTER ROLE onceward_app SET synchronous_commit = off'],
      restore: ['ALTER ROLE onceward_app RESET synchronous_commit'],
      check: 'time-outs and other settings are in force on the app role’s connection',
      problem: /^synchronous_commit is "off"/,
    },
    {
      what: 'the app role may change balances',
      plant: ['GRANT UPDATE ON onceward.balances TO onceward_app'],
      restore: ['REVOKE UPDATE ON onceward.balances FROM onceward_app'],
      check: 'the app role can read and call the kernel, and nothing more',
      problem: /^the role of DATABASE_URL may update onceward\.balances$/,
    },
    {
      what: 'a migration is missing',
      plant: [
        'CREATE TABLE planted AS SELECT * FROM drizzle.__drizzle_migrations',
        'DELETE FROM drizzle.__drizzle_migrations WHERE id = (SELECT max(id) FROM drizzle.__drizzle_migrations)',
      ],
      restore: [
        'DELETE FROM drizzle.__drizzle_migrations',
        'INSERT INTO drizzle.__drizzle_migrations SELECT * FROM planted',
        'DROP TABLE planted',
      ],
      check: 'all migrations of this version are applied',
      problem: /^1 of \d+ migrations are not applied$/,
    },
    {
      what: 'a migration is of another version',
      plant: [`INSERT INTO drizzle.__drizzle_migrations (hash, created_at) VALUES ('of-another-version', 1)`],
      restore: [`DELETE FROM drizzle.__drizzle_migrations WHERE hash = 'of-another-version'`],
      check: 'all migrations of this version are applied',
      problem: /^1 applied migrations are not part of this version$/,
    },
    {
      what: 'a function of the kernel is another one',
      plant: [
        `DO $plant$ BEGIN
           EXECUTE replace(pg_get_functiondef('onceward.judge_alone'::regproc), 'BEGIN', 'BEGIN -- planted');
         END $plant$`,
      ],
      restore: [
        `DO $plant$ BEGIN
           EXECUTE replace(pg_get_functiondef('onceward.judge_alone'::regproc), 'BEGIN -- planted', 'BEGIN');
         END $plant$`,
      ],
      check: 'the kernel’s functions are those of this version',
      problem: /^other texts than in this version: judge_alone$/,
    },
    {
      what: 'a function of the kernel is missing',
      plant: ['ALTER FUNCTION onceward.judge_alone RENAME TO judged_alone'],
      restore: ['ALTER FUNCTION onceward.judged_alone RENAME TO judge_alone'],
      check: 'the kernel’s functions are those of this version',
      problem: /^the database lacks judge_alone$/,
    },
    {
      what: 'recorded rows can be changed',
      plant: ['ALTER TABLE onceward.ledger_entries DISABLE TRIGGER USER'],
      restore: ['ALTER TABLE onceward.ledger_entries ENABLE TRIGGER USER'],
      check: 'the triggers that keep the ledger append-only are on',
      problem: /of onceward\.ledger_entries.*is disabled/,
    },
    {
      what: 'nobody may manage staff',
      plant: [
        'ALTER TABLE onceward.role_permissions DISABLE TRIGGER USER',
        `UPDATE onceward.role_permissions SET permission = 'staff:manage-not' WHERE permission = 'staff:manage'`,
        'ALTER TABLE onceward.role_permissions ENABLE TRIGGER USER',
      ],
      restore: [
        'ALTER TABLE onceward.role_permissions DISABLE TRIGGER USER',
        `UPDATE onceward.role_permissions SET permission = 'staff:manage' WHERE permission = 'staff:manage-not'`,
        'ALTER TABLE onceward.role_permissions ENABLE TRIGGER USER',
      ],
      check: 'a staff member who may manage staff is enabled',
      problem: /^nobody who is enabled may manage staff$/,
    },
  ];

  test.each(PLANTED)('it finds that $what, and nothing else', async ({ plant, restore, check, problem }) => {
    await sql(...plant);
    try {
      expect(await problemsOf(database())).toEqual({ [check]: [expect.stringMatching(problem)] });
    } finally {
      await sql(...restore);
    }
  });

  test('it finds nothing once all of that is restored', async () => {
    expect(await problemsOf(database())).toEqual({});
  });

  test('it finds that DATABASE_URL is the owner’s, that its password is wrong, and that it is not fit for Neon', async () => {
    const owner = await problemsOf({ ...database(), databaseUrl: stack.ownerDatabaseUrl });
    expect(owner['the app role can read and call the kernel, and nothing more']).toEqual([
      'the role of DATABASE_URL is a superuser',
    ]);

    const wrong = new URL(stack.databaseUrl);
    wrong.password = 'a-wrong-password-that-is-not-shown';
    const refused = await problemsOf({ ...database(), databaseUrl: wrong.href });
    expect(JSON.stringify(refused)).toMatch(/the check could not run: .*password authentication failed/);
    expect(JSON.stringify(refused)).not.toContain(wrong.password);

    const direct = 'postgresql://neondb_owner:secret@ep-cool-1.eu-central-1.aws.neon.tech/neondb';
    const check = CHECKS.find(({ name }) => name.startsWith('the connection string'));
    const result = await check?.run({ ...local, isLocal: false, databaseUrl: direct });
    expect(result).toMatchObject({
      kind: 'wrong',
      findings: [
        { problem: 'the connection is not encrypted' },
        { problem: 'DATABASE_URL names the role "neondb_owner", not onceward_app' },
        { problem: 'DATABASE_URL names the direct endpoint, which has few connections' },
      ],
    });
    expect(JSON.stringify(result)).not.toContain('secret');
  });
});

test('it finds that KV names another version, lacks the document, or holds another one', async () => {
  const writeKv = localKv(join(dir, 'wrangler'));
  const name = 'KV names the balance config that is current in Postgres';
  const pointer = String(await local.readKv?.(POINTER_KEY));
  const { sha256 } = JSON.parse(pointer) as { sha256: string };
  const document = String(await local.readKv?.(documentKey(sha256)));
  const planted = async (key: string, value: string) => {
    await writeKv([{ key, value }]);
    const check = CHECKS.find((each) => each.name === name);
    const result = await check?.run(local);
    return result?.kind === 'wrong' ? result.findings.map(({ problem }) => problem) : [];
  };
  const other = JSON.stringify({ version: 7, sha256: 'b'.repeat(64) });
  expect(await planted(POINTER_KEY, other)).toEqual(['KV names version 7, and Postgres version 1']);
  expect(await planted(POINTER_KEY, 'null')).toEqual([
    `KV has no usable value under ${POINTER_KEY}: isolates ask Postgres each time`,
  ]);
  await writeKv([{ key: POINTER_KEY, value: pointer }]);
  expect(await planted(documentKey(sha256), '{}')).toEqual([
    'the document of version 1 in KV is missing or not the published one',
  ]);
  expect(await planted(documentKey(sha256), document)).toEqual([]);
});

describe('at the Worker', () => {
  const healthy = { '/health': [200, { status: 'ok' }], '/ready': [200, { status: 'ok' }] } as const;

  test('it finds that settings are missing, that the ledger fails, and that something else answers', async () => {
    const answers = {
      '/health': [200, { status: 'ok', missing: ['TOKEN_AUDIENCE'] }],
      '/ready': [503, { status: 'unavailable', failing: ['ledger'] }],
    } as const;
    expect(
      await withAnswers(answers, {
        use: (origin) => problemsOf({ ...local, readKv: null, ownerDatabaseUrl: null, origin }),
      }),
    ).toEqual({
      'the Worker answers, and has its settings': ['the Worker lacks TOKEN_AUDIENCE'],
      'the Worker reaches the ledger and the balance config': ['/ready answers 503: ledger fails'],
    });
    expect(
      await withAnswers(
        {},
        { use: (origin) => problemsOf({ ...local, readKv: null, ownerDatabaseUrl: null, origin }) },
      ),
    ).toMatchObject({
      'the Worker answers, and has its settings': ['/health answers 404: this is not Onceward'],
    });
  });

  test('it finds a clock that is a minute behind', async () => {
    const date = new Date(Date.now() - 60_000);
    expect(
      await withAnswers(healthy, {
        date,
        use: (origin) => problemsOf({ ...local, readKv: null, ownerDatabaseUrl: null, origin }),
      }),
    ).toEqual({
      'the clocks of the Worker and of this machine agree': [
        expect.stringMatching(/^the clocks differ by (59|60) s$/),
      ],
    });
  });

  test('it finds that callers without a token can read the schema, and that the address is not https', async () => {
    const found = await problemsOf({ ...local, isLocal: false, databaseUrl: null, ownerDatabaseUrl: null });
    expect(found).toMatchObject({
      'callers without a token cannot read the schema': ['the schema was answered without a token'],
      'the Worker answers, and has its settings': [expect.stringMatching(/ is not https$/)],
    });
  });
});
