// The responses of the local Neon endpoint, through Neon's own driver and, for what the driver hides, through fetch.
import { NeonDbError, neon, neonConfig } from '@neondatabase/serverless';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startDatabase } from '../support/postgres.ts';

let database: Awaited<ReturnType<typeof startDatabase>>;
let sql: ReturnType<typeof neon<false, false>>;

beforeAll(async () => {
  database = await startDatabase();
  neonConfig.fetchEndpoint = database.neon.url;
  sql = neon(database.url);
  await sql`create table rewards (
    id int primary key, player text not null, note text,
    constraint rewards_player_once unique (player))`;
});
afterAll(() => database.stop());

function post(body: object | string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) {
  return fetch(database.neon.url, {
    method: 'POST',
    headers: { 'Neon-Connection-String': database.url, ...headers },
    body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body),
  });
}
const DRIVER_HEADERS = { 'Neon-Raw-Text-Output': 'true', 'Neon-Array-Mode': 'true' };

async function failure(promise: Promise<unknown>): Promise<NeonDbError> {
  const error = await promise.then(
    () => expect.unreachable('it should have failed'),
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(NeonDbError);
  return error;
}

test('returns values of every type in the form that the driver expects', async () => {
  const [row] = await sql`select
    9007199254740993::int8 as big, 7::int4 as small, 1.5::float8 as half, 12.30::numeric as price, true as yes,
    null::text as nothing, '{"a":[1,null]}'::jsonb as document, '2026-11-22 05:00:00+00'::timestamptz as instant,
    array[1,2,3] as numbers, array['a','b "c"',null] as words, '\\xdeadbeef'::bytea as bytes, 'é☃'::text as letters`;
  expect(row).toEqual({
    big: '9007199254740993',
    small: 7,
    half: 1.5,
    price: '12.30',
    yes: true,
    nothing: null,
    document: { a: [1, null] },
    instant: new Date('2026-11-22T05:00:00Z'),
    numbers: [1, 2, 3],
    words: ['a', 'b "c"', null],
    bytes: Buffer.from('deadbeef', 'hex'),
    letters: 'é☃',
  });
});

test('passes parameters of every type to Postgres as untyped text', async () => {
  const instant = new Date('2026-11-22T05:00:00.123Z');
  const [row] = await sql`select ${5}::int + 1 as sum, ${true}::bool as yes, ${null}::text as nothing,
    ${{ a: 'b' }}::jsonb as document, ${[1, 2]}::int[] as numbers, ${['x', 'y"z']}::text[] as words,
    ${Buffer.from('cafe', 'hex')}::bytea as bytes, ${instant}::timestamptz as instant`;
  expect(row).toEqual({
    sum: 6,
    yes: true,
    nothing: null,
    document: { a: 'b' },
    numbers: [1, 2],
    words: ['x', 'y"z'],
    bytes: Buffer.from('cafe', 'hex'),
    instant,
  });
});

test('converts JSON parameters to text like Neon', async () => {
  const params = [7, true, null, { a: 1 }, [1, 'two', null, [{ b: 2 }]]];
  const answer = await post(
    { query: 'select $1::text, $2::text, $3::text, $4::text, $5::text', params },
    DRIVER_HEADERS,
  );
  const { rows } = (await answer.json()) as { rows: unknown[] };
  expect(rows).toEqual([['7', 'true', null, '{"a":1}', '{1,"two",NULL,{"{\\"b\\":2}"}}']]);
});

test('describes result columns with their type and table OIDs', async () => {
  const answer = await post({ query: 'select id, player, 1::int8 as n from rewards' }, DRIVER_HEADERS);
  const [table] = await sql`select 'rewards'::regclass::oid::int as id`;
  expect(answer.headers.get('neon-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  expect(await answer.json()).toEqual({
    fields: [
      {
        name: 'id',
        dataTypeID: 23,
        tableID: table?.id,
        columnID: 1,
        dataTypeSize: 4,
        dataTypeModifier: -1,
        format: 'text',
      },
      {
        name: 'player',
        dataTypeID: 25,
        tableID: table?.id,
        columnID: 2,
        dataTypeSize: -1,
        dataTypeModifier: -1,
        format: 'text',
      },
      {
        name: 'n',
        dataTypeID: 20,
        tableID: 0,
        columnID: 0,
        dataTypeSize: 8,
        dataTypeModifier: -1,
        format: 'text',
      },
    ],
    rows: [],
    command: 'SELECT',
    rowCount: 0,
    rowAsArray: true,
  });
});

test('returns full results and rows as arrays on request', async () => {
  const result = await sql.query('select 1 as a, 2 as a', [], { fullResults: true, arrayMode: true });
  expect(result).toMatchObject({ rows: [[1, 2]], command: 'SELECT', rowCount: 1, rowAsArray: true });
  const created = await sql.query('create table made (id int)', [], { fullResults: true });
  expect(created).toMatchObject({ rows: [], fields: [], command: 'CREATE', rowCount: null });
});

test('rejects a request that does not ask for raw text', async () => {
  const answer = await post({ query: 'select 1' });
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ message: expect.stringContaining('Neon-Raw-Text-Output') });
});

test('runs a batch in one transaction and returns the result of each statement', async () => {
  const [first, second, third] = await sql.transaction([
    sql`insert into rewards values (1, 'ann') returning id`,
    sql`select txid_current()::text as tx`,
    sql`select txid_current()::text as tx, count(*)::int as rows from rewards`,
  ]);
  expect(first).toEqual([{ id: 1 }]);
  expect(third).toEqual([{ tx: second?.[0]?.tx, rows: 1 }]);
});

test('stops a batch at the first error and rolls it back', async () => {
  const batch = sql.transaction([
    sql`insert into rewards values (10, 'kept by nobody')`,
    sql`select 1/0`,
    sql`insert into rewards values (11, 'never reached')`,
  ]);
  expect(await failure(batch)).toMatchObject({ code: '22012', message: 'division by zero' });
  expect(await sql`select id from rewards where id >= 10`).toEqual([]);
});

test('applies the isolation level, read only and deferrable options of a batch', async () => {
  const settings = async (options: object) => {
    const names = ['transaction_isolation', 'transaction_read_only', 'transaction_deferrable'];
    const results = await sql.transaction(
      names.map((name) => sql.query(`show ${name}`)),
      options,
    );
    return results.map((rows) => Object.values(rows[0] as object)[0]);
  };
  expect(await settings({})).toEqual(['read committed', 'off', 'off']);
  expect(await settings({ isolationLevel: 'RepeatableRead' })).toEqual(['repeatable read', 'off', 'off']);
  expect(await settings({ isolationLevel: 'Serializable', readOnly: true, deferrable: true })).toEqual([
    'serializable',
    'on',
    'on',
  ]);
  const write = sql.transaction([sql`insert into rewards values (20, 'read only')`], { readOnly: true });
  expect(await failure(write)).toMatchObject({ code: '25006' });
  const headers = { ...DRIVER_HEADERS, 'Neon-Batch-Isolation-Level': 'Snapshot' };
  const invalid = await post({ queries: [{ query: 'select 1' }] }, headers);
  expect(invalid.status).toBe(400);
  expect(await invalid.json()).toMatchObject({ message: 'invalid isolation level', code: '' });
});

test('reports a unique violation with all fields that Postgres provides', async () => {
  await sql`insert into rewards values (30, 'cat')`;
  expect(await failure(sql`insert into rewards values (31, 'cat')`)).toMatchObject({
    message: 'duplicate key value violates unique constraint "rewards_player_once"',
    code: '23505',
    severity: 'ERROR',
    detail: 'Key (player)=(cat) already exists.',
    schema: 'public',
    table: 'rewards',
    constraint: 'rewards_player_once',
    file: 'nbtinsert.c',
    routine: '_bt_check_unique',
    line: expect.stringMatching(/^\d+$/),
  });
  expect(await sql`select id from rewards where player = 'cat'`).toEqual([{ id: 30 }]);
});

test('returns every error key with status 400', async () => {
  const answer = await post({ query: 'select * from no_such_table' }, DRIVER_HEADERS);
  expect(answer.status).toBe(400);
  const body = (await answer.json()) as Record<string, unknown>;
  expect(Object.keys(body)).toEqual(
    'message code detail hint position internalPosition internalQuery severity where table column schema dataType constraint file line routine'.split(
      ' ',
    ),
  );
  expect(body).toMatchObject({ code: '42P01', position: '15', detail: null, constraint: null });
  const inside = await failure(sql.query(`do $$ begin execute 'select 1 +'; end $$`));
  expect(inside).toMatchObject({
    code: '42601',
    internalQuery: 'select 1 +',
    where: expect.stringContaining('line 1'),
  });
});

test('rejects several statements in one query', async () => {
  expect(await failure(sql.query('select 1; drop table rewards'))).toMatchObject({ code: '42601' });
  expect(await sql`select to_regclass('rewards')::text as still`).toEqual([{ still: 'rewards' }]);
});

test.each([
  ['not JSON', '{', /could not parse the HTTP request body/],
  ['neither a query nor a batch', '{"sql":"select 1"}', /could not parse the HTTP request body/],
  [
    'not UTF-8',
    Buffer.from('{"query":"select \'\xff\'"}', 'latin1'),
    /could not parse the HTTP request body/,
  ],
  ['half of a surrogate pair', '{"query":"select $1","params":["\\ud800"]}', /lone leading surrogate/],
  [
    'half of a surrogate pair in a name',
    '{"query":"select $1","params":[{"\\udc00":1}]}',
    /lone leading surrogate/,
  ],
])('rejects a body that is %s', async (_, body, message) => {
  const answer = await post(body, DRIVER_HEADERS);
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ message: expect.stringMatching(message), code: '' });
});
