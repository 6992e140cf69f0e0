/** The commands on one player: `npm run export`, whose file has everything, and `npm run erase`. */
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withClient } from '../../cli/connect.ts';
import { eraseCommand } from '../../cli/erase.ts';
import { exportCommand } from '../../cli/export-player.ts';
import { type RunningStack, startLocalStack } from '../../dev/local-stack.ts';
import { freePort } from '../../dev/system.ts';
import { runHere } from '../support/ledger/commands.ts';

let dir = '';
let stack: RunningStack;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'onceward-erasure-'));
  stack = await startLocalStack({ dir, port: await freePort(), log: () => {}, onLine: () => {} });
  process.env.ONCEWARD_TOKEN = await stack.signer.signToken({
    kind: 'staff',
    id: 'admin-1',
    expiresInSeconds: 3_600,
  });
});

afterAll(async () => {
  delete process.env.ONCEWARD_TOKEN;
  await stack?.stop();
  await stack?.database.postgres.remove();
  await rm(dir, { recursive: true, force: true });
});

const at = () => ['--url', stack.url];

async function win(playerId: string, cup: number): Promise<void> {
  const token = await stack.signer.signToken({ kind: 'server', id: 'arena-1', expiresInSeconds: 600 });
  const query = 'mutation($input: ClaimRewardInput!) { claimReward(input: $input) { __typename } }';
  const facts = { rank: 1, participants: 16 };
  const input = {
    idempotencyKey: `${playerId}-cup-key-${cup}`,
    playerId,
    type: 'tournament_reward',
    key: `cup-${cup}`,
    facts,
  };
  const response = await fetch(stack.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables: { input } }),
  });
  expect(await response.json()).toEqual({ data: { claimReward: { __typename: 'Receipt' } } });
}

test('an export is one JSON file that only its owner reads, and erasing ends the player', async () => {
  for (let cup = 0; cup < 12; cup += 1) await win('member-1', cup);
  const file = join(dir, 'member-1.json');
  expect(await runHere(exportCommand, ['member-1', '--out', file, ...at()])).toMatchObject({ status: 0 });
  const { tables, counts, ...head } = JSON.parse(await readFile(file, 'utf8'));
  expect(head).toMatchObject({ format: 'onceward-player-export', version: 1, playerId: 'member-1' });
  expect(counts).toMatchObject({ actors: 1, reward_claims: 12, notes: 0 });
  expect(Object.keys(counts)).toEqual(Object.keys(tables));
  for (const [table, rows] of Object.entries(tables)) expect(rows, table).toHaveLength(counts[table]);
  expect((await stat(file)).mode & 0o777).toBe(0o600);

  const erased = await runHere(eraseCommand, ['member-1', '--reason', 'request 1', ...at()]);
  expect(erased).toMatchObject({
    status: 0,
    out: expect.stringMatching(/DONE at .* now erased-[0-9a-f]{40}/),
  });
  const again = await runHere(eraseCommand, ['member-1', '--reason', 'request 1', ...at()]);
  expect(again).toMatchObject({ status: 0, out: erased.out });
  expect((await runHere(eraseCommand, ['member-1', '--receipts', ...at()])).out).toBe(erased.out);
  const other = join(dir, 'other.json');
  expect(await runHere(exportCommand, ['member-1', '--out', other, ...at()])).toMatchObject({
    ...{ status: 1, err: 'There is no player member-1.\n' },
  });
  await expect(stat(other)).rejects.toMatchObject({ code: 'ENOENT' });
}, 120_000);

test('nothing is written over, and nobody who does not exist is erased', async () => {
  await win('member-2', 1);
  const file = join(dir, 'taken.json');
  await writeFile(file, 'mine');
  expect(await runHere(exportCommand, ['member-2', '--out', file, ...at()])).toMatchObject({ status: 1 });
  expect(await readFile(file, 'utf8')).toBe('mine');
  const none = await runHere(eraseCommand, ['nobody', '--reason', 'request 2', ...at()]);
  expect(none).toMatchObject({ status: 1, err: expect.stringContaining('no such player') });
  expect(await runHere(eraseCommand, ['nobody', '--receipts', ...at()])).toMatchObject({ status: 1 });
  for (const wrong of [[], ['a', 'b'], ['a'], ['a', '--reason', 'x', '--receipts']])
    expect(await runHere(eraseCommand, wrong)).toMatchObject({ status: 2 });
}, 120_000);

test('where settings ask for a second member, the command prints the proposal', async () => {
  await win('member-3', 1);
  const set = (on: boolean) =>
    withClient(stack.ownerDatabaseUrl, (client) =>
      client.query('UPDATE onceward.settings SET erasure_approval = $1', [on]),
    );
  await set(true);
  const { out, status } = await runHere(eraseCommand, ['member-3', '--reason', 'request 3', ...at()]);
  expect([status, out]).toEqual([0, expect.stringMatching(/^Proposal \d+ waits/)]);
  await set(false);
}, 120_000);
