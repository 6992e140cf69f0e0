/** Many claims in one call: each item once, whatever becomes of the requests, and limits exactly. */
import { beforeEach, expect, it } from 'vitest';
import { changedExample, publish } from '../support/worker/balance.ts';
import { asServer, type MutationInput, resultAs } from '../support/worker/client.ts';
import { ledgerFaults, ledgerState, usedByStaff } from '../support/worker/ledger-state.ts';
import { holdPlayer } from '../support/worker/locks.ts';
import { newStaff } from '../support/worker/loyalty.ts';
import { breakRequests } from '../support/worker/neon-control.ts';
import { seasonedPlayer } from '../support/worker/scenes.ts';
import type { GrantManyReceipt } from '../support/worker/schema-types.ts';
import { fresh, freshKey } from '../support/worker/service.ts';
import { atOnce } from '../support/worker/waves.ts';

beforeEach(() => publish(changedExample(() => {})));

type Answer = Awaited<ReturnType<ReturnType<typeof asServer>['grantMany']>>;

const callFor = (players: readonly string[], amount: number): MutationInput<'grantMany'> => ({
  campaign: fresh('outage'),
  items: players.map((playerId) => ({ playerId, item: 'apology', gives: [{ resource: 'lumees', amount }] })),
  reason: 'an outage of two hours',
});
const lumeesOf = async (playerId: string) => (await ledgerState(playerId)).balances.lumees ?? 0;
const receiptOf = (answer: Answer): GrantManyReceipt => resultAs(answer, 'GrantManyReceipt');

async function expectSound(players: readonly string[]): Promise<void> {
  for (const playerId of players) expect(await ledgerFaults(playerId)).toEqual([]);
}

it('E12 grants each item of a call once, however often it is sent, lost or raced by other keys', async () => {
  const players = Array.from({ length: 120 }, () => fresh('player'));
  const [key, input] = [freshKey(), callFor(players, 30)];
  await breakRequests({ match: key, kind: 'drop_after_commit', times: 2 });
  await atOnce(6, (index) => asServer().grantMany(input, { key: index % 3 === 2 ? freshKey() : key }));
  const last = receiptOf(await asServer().grantMany(input, { key }));
  expect(last).toMatchObject({ failed: 0, replayed: true });
  expect(last.granted + last.rejected).toBe(players.length);
  for (const { result } of last.items) expect(['Receipt', 'AlreadyClaimed']).toContain(result.__typename);
  expect(await Promise.all(players.map(lumeesOf))).toEqual(players.map(() => 30));
  await expectSound(players);
});

it('E12 holds a staff member’s limits across the items of simultaneous calls exactly', async () => {
  const { staff, staffId } = await newStaff({ budget: 1_000 });
  const players = await atOnce(20, seasonedPlayer);
  const answers = await atOnce(4, () => staff.grantMany(callFor(players, 70)));
  const receipts = answers.map(receiptOf);
  expect(receipts.reduce((sum, { granted }) => sum + granted, 0)).toBe(14);
  expect(receipts.reduce((sum, { rejected }) => sum + rejected, 0)).toBe(66);
  expect(await usedByStaff(staffId)).toEqual({ spent: 980, awards: 14 });
  const given = await Promise.all(players.map(lumeesOf));
  expect(given.reduce((sum, amount) => sum + amount, 0)).toBe(980);
  await expectSound(players);
});

it('E12 makes partial failure visible, and completes it when the same call is sent again', async () => {
  const players = await atOnce(6, seasonedPlayer);
  const [key, input] = [freshKey(), callFor(players, 40)];
  const locked = players[3] as string;
  const held = await holdPlayer(locked, 8);
  const first = receiptOf(await asServer().grantMany(input, { key }));
  await held.letGo();
  expect(first).toMatchObject({ granted: 5, rejected: 0, failed: 1 });
  expect(first.items[3]).toMatchObject({
    playerId: locked,
    result: { __typename: 'ItemFailed', retryable: true },
  });
  expect(await lumeesOf(locked)).toBe(0);
  const second = receiptOf(await asServer().grantMany(input, { key }));
  expect(second).toMatchObject({ granted: 6, failed: 0, replayed: true });
  expect(await Promise.all(players.map(lumeesOf))).toEqual(players.map(() => 40));
  await expectSound(players);
});
