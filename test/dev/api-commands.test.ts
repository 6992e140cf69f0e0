/** The commands that use the API: `npm run codes`, whose file is the only place where the codes are, and `npm run campaign`. */
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCodes } from '../../cli/codes.ts';
import { withClient } from '../../cli/connect.ts';
import { addStaff } from '../../cli/staff.ts';
import { type RunningStack, startLocalStack } from '../../dev/local-stack.ts';
import { freePort } from '../../dev/system.ts';
import { startCommand } from '../support/ledger/commands.ts';

let dir = '';
let stack: RunningStack;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'onceward-codes-'));
  stack = await startLocalStack({ dir, port: await freePort(), log: () => {}, onLine: () => {} });
  const token = await stack.signer.signToken({ kind: 'staff', id: 'admin-1', expiresInSeconds: 3_600 });
  process.env.ONCEWARD_TOKEN = token;
});

afterAll(async () => {
  delete process.env.ONCEWARD_TOKEN;
  await stack?.stop();
  await stack?.database.postgres.remove();
  await rm(dir, { recursive: true, force: true });
});

const TERMS = ['--label', 'stream', '--reason', 'for the stream'];
const create = (args: readonly string[]) =>
  startCommand('codes.ts', ['create', '--url', stack.url, ...TERMS, ...args]).ended;
const codesIn = async (file: string) =>
  (await readFile(file, 'utf8'))
    .trim()
    .split('\n')
    .map((line) => line.split(','));
const stored = () =>
  withClient(stack.ownerDatabaseUrl, async (client) => {
    const { rows } = await client.query(
      'SELECT (SELECT count(*) FROM onceward.codes)::int AS codes, (SELECT count(*) FROM onceward.code_batches)::int AS batches',
    );
    return rows[0] as { codes: number; batches: number };
  });

const tokenOf = (id: string) => stack.signer.signToken({ kind: 'staff', id, expiresInSeconds: 3_600 });

async function redeem(playerId: string, code: string): Promise<string> {
  const token = await stack.signer.signToken({ kind: 'player', id: playerId, expiresInSeconds: 600 });
  const query = 'mutation($input: RedeemCodeInput!) { redeemCode(input: $input) { __typename } }';
  const variables = { input: { idempotencyKey: `redeem-${playerId}-key`, code } };
  const response = await fetch(stack.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables }),
  });
  const { data } = (await response.json()) as { data: { redeemCode: { __typename: string } } };
  return data.redeemCode.__typename;
}

test('writes each code once into a file that only its owner reads; each is redeemed once', async () => {
  const before = await stored();
  const file = join(dir, 'codes.csv');
  const { status, output } = await create(['--count', '1003', '--gives', 'lumees=5', '--out', file]);
  expect([status, output]).toEqual([0, expect.stringContaining('1003 codes are in')]);
  const [head, ...rows] = await codesIn(file);
  expect(head).toEqual(['code', 'batch', 'label']);
  expect(new Set(rows.map(([code]) => code)).size).toBe(1_003);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await stored()).toEqual({ codes: before.codes + 1_003, batches: before.batches + 2 });
  const last = rows.at(-1)?.[0] ?? '';
  expect(await redeem('player-a', last)).toBe('Receipt');
  expect(await redeem('player-b', last)).toBe('CodeUsedUp');
}, 120_000);

test('makes nothing where the file exists or cannot be made', async () => {
  const file = join(dir, 'once.csv');
  expect((await create(['--gives', 'lumees=5', '--out', file])).status).toBe(0);
  const [made, text] = [await stored(), await readFile(file, 'utf8')];
  for (const wrong of [file, join(dir, 'no-such-folder', 'codes.csv')]) {
    const { status, output } = await create(['--gives', 'lumees=5', '--out', wrong]);
    expect([status, output]).toEqual([1, expect.stringContaining(`${wrong} cannot be created`)]);
  }
  expect(await stored()).toEqual(made);
  expect(await readFile(file, 'utf8')).toBe(text);
}, 120_000);

test.each([
  [['--gives', 'lumees'], '--gives must be RESOURCE=AMOUNT'],
  [['--gives', 'no_such_resource=5'], 'no resource no_such_resource'],
  [['--gives', 'lumees=5', '--text', 'NOT A CODE!'], 'characters of 0–9 A–Z'],
  [['--gives', 'lumees=5', '--count', '0'], '--count must be a positive integer'],
])(
  'refuses %j, makes nothing and leaves no file',
  async (args, message) => {
    const made = await stored();
    const file = join(dir, 'wrong.csv');
    const { status, output } = await create([...args, '--out', file]);
    expect([status, output]).toEqual([1, expect.stringContaining(message)]);
    await expect(stat(file)).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await stored()).toEqual(made);
  },
  120_000,
);

test('makes the codes once where the first answer is lost, and the file has them', async () => {
  const made = await stored();
  let lost = 0;
  const proxy = createServer(async (request, response) => {
    const answer = await fetch(stack.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: String(request.headers.authorization) },
      body: await bodyOf(request),
    });
    const text = await answer.text();
    lost += 1;
    if (lost === 1) response.destroy();
    else response.writeHead(200, { 'content-type': 'application/json' }).end(text);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const file = join(dir, 'lost.csv');
  const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}/graphql`;
  const terms = { label: 'lost', reason: 'a lost answer', gives: [{ resource: 'lumees', amount: 5 }] };
  try {
    await createCodes({ url, token: String(process.env.ONCEWARD_TOKEN), terms, count: 3, file }, () => {});
  } finally {
    proxy.close();
  }
  expect(lost).toBe(2);
  expect(await stored()).toEqual({ codes: made.codes + 3, batches: made.batches + 1 });
  const rows = (await codesIn(file)).slice(1);
  expect(rows).toHaveLength(3);
  expect(await redeem('player-c', rows[0]?.[0] ?? '')).toBe('Receipt');
}, 120_000);

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

async function campaign(args: readonly string[], by = 'admin-1'): Promise<string> {
  process.env.ONCEWARD_TOKEN = await tokenOf(by);
  const { status, output } = await startCommand('campaign.ts', [...args, '--url', stack.url]).ended;
  expect([status, output]).toEqual([0, output]);
  return output;
}

test('announces a campaign of a file, runs what another member approves, and undoes it', async () => {
  await addStaff(stack.ownerDatabaseUrl, {
    id: 'admin-9',
    role: 'admin',
    rewardLimit: null,
    dailyBudget: null,
  });
  await createCodes(
    {
      url: stack.url,
      token: await tokenOf('admin-1'),
      terms: {
        label: 'seed',
        reason: 'to create players',
        gives: [{ resource: 'lumees', amount: 5 }],
        uses: 2,
      },
      count: 1,
      file: join(dir, 'seed.csv'),
    },
    () => {},
  );
  const code = (await codesIn(join(dir, 'seed.csv')))[1]?.[0] ?? '';
  for (const player of ['player-x', 'player-y']) expect(await redeem(player, code)).toBe('Receipt');
  const file = join(dir, 'apology.csv');
  await writeFile(file, 'player,lumees\nplayer-x,7\nplayer-y,9\nnobody-z,1\n');
  const created = await campaign([
    'create',
    file,
    '--reason',
    'an apology',
    '--title',
    'Sorry',
    '--text',
    'We are back.',
  ]);
  expect(created).toContain('dry run: 2 of 3 players would get something');
  const id = /Campaign (\d+)/.exec(created)?.[1] ?? '';
  const proposal = /approve (\d+)/.exec(await campaign(['run', id]))?.[1] ?? '';
  await campaign(['approve', proposal, '--reason', 'checked'], 'admin-9');
  expect(await campaign(['run', id])).toContain('granted 2, had it 0, rejected 1, remaining 0');
  const pending = () =>
    withClient(stack.ownerDatabaseUrl, async (client) => {
      const { rows } = await client.query("SELECT message->>'title' AS title FROM onceward.pending_rewards");
      return rows.map(({ title }) => title);
    });
  expect(await pending()).toEqual(['Sorry', 'Sorry']);
  const proposed = await campaign(['undo', id, '--reason', 'the wrong list']);
  expect(proposed).toContain('dry run: would reverse 2');
  const [, second = '', undo = ''] = /approve (\d+)[\s\S]*run-undo (\d+)/.exec(proposed) ?? [];
  await campaign(['approve', second, '--reason', 'checked'], 'admin-9');
  expect(await campaign(['run-undo', undo])).toContain('reversed 2, 0 players in debt');
  expect(await pending()).toEqual([]);
}, 180_000);
