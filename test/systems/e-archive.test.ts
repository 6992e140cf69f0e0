/** Row E25: claims leave for the archive, in R2, and everything about them is answered as before. */
import { createScheduledController } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Env } from '../../src/env.ts';
import { archiveOld, bucket, faultsOf, makeOlder, restoreAll } from '../support/worker/archived.ts';
import { serveExample } from '../support/worker/balance.ts';
import {
  type Answer,
  asPlayer,
  asServer,
  asStaff,
  receiptOf,
  rejectionOf,
  resultAs,
  resultOf,
} from '../support/worker/client.ts';
import { coldWorker, currentWorker, doorTo } from '../support/worker/cold-worker.ts';
import { addStaffMember, ledgerState } from '../support/worker/ledger-state.ts';
import { playerWith } from '../support/worker/players.ts';
import { victory } from '../support/worker/scenes.ts';
import type { Receipt } from '../support/worker/schema-types.ts';
import { fresh, freshKey } from '../support/worker/service.ts';
import { atOnce, type MutationResult } from '../support/worker/waves.ts';

interface Sent {
  /** Of a replay before the claim was archived. */
  receipt: Receipt;
  readonly again: (key?: string, over?: object) => Promise<Answer<MutationResult>>;
}

let playerId: string;
let friend: string;
/** One of each kind. */
let all: Readonly<Record<string, Sent>>;
/** Announced, and collected before it was archived. */
let rewardId: string;
/** The player's claims before they were archived. */
let made: number;
const cup = () => all.victory as Sent;

async function sent(send: (key: string, over: object) => Promise<Answer<MutationResult>>): Promise<Sent> {
  const first = freshKey();
  const receipt = receiptOf(await send(first, {}));
  return { receipt, again: (key = first, over = {}) => send(key, over) };
}

/** What becomes of the reward when it is collected. */
async function collected() {
  const receipt = resultAs(
    await asPlayer(playerId).collectRewards({ ids: [rewardId] }),
    'CollectRewardsReceipt',
  );
  return receipt.items[0]?.result;
}

beforeAll(async () => {
  await serveExample();
  ({ playerId } = await playerWith({ auric_coins: 3_000, lumees: 100 }));
  friend = fresh('player');
  receiptOf(await asServer().claimReward({ ...victory, playerId: friend, key: 'cup-0' }));
  const staff = asStaff(await addStaffMember(fresh('clerk'), { limit: 1_000, budget: 1_000 }));
  all = {
    victory: await sent((key, over) =>
      asServer().claimReward({ ...victory, playerId, key: 'cup-1', ...over }, { key }),
    ),
    exchange: await sent((key) =>
      asPlayer(playerId).exchange({ exchange: 'buy_summon_token', quantity: 2 }, { key }),
    ),
    gift: await sent((key) =>
      asServer().transferResource({ playerId, toPlayerId: friend, resource: 'lumees', amount: 3 }, { key }),
    ),
    award: await sent((key) =>
      staff.manualReward(
        { playerId, grants: [{ resource: 'lumees', amount: 5 }], reason: 'for the league' },
        { key },
      ),
    ),
  };
  const announced = receiptOf(await asServer().announceReward({ ...victory, playerId, key: 'owed' }));
  rewardId = announced.claim.id;
  expect(await collected()).toMatchObject({ __typename: 'Receipt', claim: { key: 'owed' } });
  await makeOlder([playerId, friend], 1_200);
  for (const each of Object.values(all)) {
    const { changes } = each.receipt;
    each.receipt = receiptOf(await each.again());
    expect(each.receipt).toMatchObject({ changes, replayed: true, archived: false });
  }
  made = resultOf(await asPlayer(playerId).claims({ playerId, first: 100 })).edges.length;
  const parts = await archiveOld();
  expect(parts.reduce((sum, { files }) => sum + files.claims.rows, 0)).toBeGreaterThanOrEqual(7);
});
afterAll(restoreAll);

const whole = () => Promise.all([ledgerState(playerId), ledgerState(friend)]);

/** The same with the mark of the archive. */
const archivedReplayOf = ({ receipt }: Sent) => ({ ...receipt, archived: true });

it('E25 answers replays of archived keys with the original receipts, whatever kind of claim it was', async () => {
  const before = await whole();
  for (const each of Object.values(all))
    expect(receiptOf(await each.again())).toEqual(archivedReplayOf(each));
  expect(await whole()).toEqual(before);
  expect(await faultsOf([playerId, friend])).toEqual([]);
});

/** On a slow machine some wait too long for the player, and send the key again. */
async function answered({ again }: Sent): Promise<Answer<MutationResult>> {
  for (;;) {
    const answer = await again();
    if (!answer.errors) return answer;
    expect(answer.errors[0]).toMatchObject({
      message: expect.stringMatching(/^The ledger did not answer/),
      extensions: { code: 'UNAVAILABLE', retryable: true },
    });
  }
}

it('E25 answers 64 replays of an archived key at once with the same receipt, and moves nothing', async () => {
  const before = await whole();
  const receipts = await atOnce(64, async () => receiptOf(await answered(cup())));
  for (const receipt of receipts) expect(receipt).toEqual(archivedReplayOf(cup()));
  expect(await whole()).toEqual(before);
});

it('E25 rejects the same business claim under another key, with the original receipt', async () => {
  const before = await whole();
  const key = freshKey();
  for (let time = 0; time < 2; time++) {
    const rejection = rejectionOf(await cup().again(key), 'AlreadyClaimed');
    const { changes, original } = rejection;
    expect({ changes, original }).toMatchObject({
      changes: cup().receipt.changes,
      original: { id: cup().receipt.claim.id },
    });
  }
  expect((await whole()).map(({ rejected: _, ...state }) => state)).toEqual(
    before.map(({ rejected: _, ...state }) => state),
  );
});

it('E25 answers that an archived reward was collected, with the original receipt', async () => {
  const before = await whole();
  expect(await collected()).toMatchObject({ __typename: 'AlreadyClaimed', original: { key: 'owed' } });
  expect((await whole()).map(({ rejected: _, ...state }) => state)).toEqual(
    before.map(({ rejected: _, ...state }) => state),
  );
});

it('E25 rejects an archived key with another input, and names the fields', async () => {
  const before = await whole();
  const rejection = rejectionOf(
    await cup().again(undefined, { facts: { rank: 2, participants: 16 } }),
    'IdempotencyKeyReused',
  );
  expect(rejection.fields).toEqual(['facts']);
  expect(await whole()).toEqual(before);
});

it('E25 says how many claims of a player no list has', async () => {
  const listed = resultOf(await asPlayer(playerId).claims({ playerId, first: 100 }));
  const { archivedClaims } = resultOf(await asPlayer(playerId).player({ id: playerId })) ?? {};
  expect([listed.edges, archivedClaims]).toEqual([[], made]);
  expect(made).toBeGreaterThan(5);
});

it('E25 shows one archived claim by its ID and by its key', async () => {
  const { claim } = cup().receipt;
  const found = resultOf(await asPlayer(playerId).claim({ id: claim.id }));
  expect(found).toMatchObject({ claim: { id: claim.id, key: 'cup-1' }, changes: cup().receipt.changes });
});

describe('while the archive cannot be read', () => {
  const runSchedule = () =>
    currentWorker().scheduled(createScheduledController({ cron: '* * * * *' }), env as unknown as Env);
  async function alarmOfArchive() {
    const staff = asStaff(await addStaffMember(fresh('clerk')));
    const { edges } = resultOf(await staff.alarms({ first: 100 }));
    return edges.map(({ node }) => node).find(({ kind }) => kind === 'ARCHIVE');
  }

  async function unavailable(answer: Answer<MutationResult>, message: RegExp) {
    expect(answer.result).toBeNull();
    expect(answer.errors?.[0]).toMatchObject({
      message: expect.stringMatching(message),
      extensions: { code: 'UNAVAILABLE', retryable: true },
    });
  }

  /** Changes every file for the time of a check. */
  async function withFiles(
    change: (name: string, bytes: Uint8Array) => Promise<unknown>,
    check: () => Promise<void>,
  ) {
    const files = new Map<string, ArrayBuffer>();
    for (const { key } of (await bucket.list()).objects)
      files.set(key, (await (await bucket.get(key))?.arrayBuffer()) as ArrayBuffer);
    for (const [name, bytes] of files) await change(name, new Uint8Array(bytes.slice(0)));
    try {
      await check();
    } finally {
      for (const [name, bytes] of files) await bucket.put(name, bytes);
    }
  }

  const zeroed = (name: string, bytes: Uint8Array) => bucket.put(name, bytes.fill(0));
  const cut = (name: string, bytes: Uint8Array) => bucket.put(name, bytes.subarray(0, bytes.length >> 1));

  it.each([
    ['its files are missing', (name: string) => bucket.delete(name)],
    ['its files are damaged', zeroed],
    ['its files are cut off', cut],
  ])('E25 a replay is UNAVAILABLE, and nothing moves (%s)', async (_, change) => {
    const before = await whole();
    await withFiles(change, async () => {
      await runSchedule();
      expect(await alarmOfArchive()).toMatchObject({ subject: 'read', clearedAt: null });
      await unavailable(await cup().again(), /^The claim is in the archive, which cannot be read/);
      await unavailable(await cup().again(freshKey()), /^The claim is in the archive, which cannot be read/);
    });
    expect((await whole()).map(({ rejected: _rejected, ...state }) => state)).toEqual(
      before.map(({ rejected: _rejected, ...state }) => state),
    );
    expect(receiptOf(await cup().again())).toEqual(archivedReplayOf(cup()));
    await runSchedule();
    expect((await alarmOfArchive())?.clearedAt).not.toBeNull();
  });
});

it('E25 says that the binding is missing, and grants everything else without it', async () => {
  const door = doorTo(await coldWorker(), { ARCHIVE: undefined });
  const before = await whole();
  const win = (key: string, idempotencyKey: string, player = playerId) =>
    asServer().claimReward({ ...victory, playerId: player, key }, { key: idempotencyKey, door });
  const { errors } = await win('cup-1', freshKey());
  expect(errors?.[0]).toMatchObject({
    message: expect.stringContaining('no binding ARCHIVE'),
    extensions: { code: 'UNAVAILABLE', retryable: true },
  });
  expect((await whole()).map(({ rejected: _, ...state }) => state)).toEqual(
    before.map(({ rejected: _, ...state }) => state),
  );
  receiptOf(await win('cup-2', freshKey(), fresh('player')));
});

it('E25 answers the same without the archive once the claims are put back', async () => {
  const before = await whole();
  await restoreAll();
  for (const { key } of (await bucket.list()).objects) await bucket.delete(key);
  for (const each of Object.values(all)) expect(receiptOf(await each.again())).toEqual(each.receipt);
  const after = await whole();
  expect(after.map(({ balances, version }) => ({ balances, version }))).toEqual(
    before.map(({ balances, version }) => ({ balances, version })),
  );
  expect(await faultsOf([playerId, friend])).toEqual([]);
});
