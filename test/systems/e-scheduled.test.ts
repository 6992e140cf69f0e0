import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { POINTER_KEY } from '../../src/config/published.ts';
import { changedExample, type Document, kv, publish, schedule } from '../support/worker/balance.ts';
import { type Answer, asServer, type CallOptions, receiptOf } from '../support/worker/client.ts';
import { frozenKv, startIsolate, startWithoutConfig } from '../support/worker/isolate.ts';
import { ledgerFaults, ledgerState } from '../support/worker/ledger-state.ts';
import { countRequests } from '../support/worker/neon-control.ts';
import { victory } from '../support/worker/scenes.ts';
import type { ClaimRewardResult, Receipt } from '../support/worker/schema-types.ts';
import { type Door, fresh, worker } from '../support/worker/service.ts';

/** The experience of a tournament's winner. */
const paying = (experience: number) =>
  changedExample((document: Document) => {
    document.claimTypes.tournament_reward.rewards.experience = String(experience);
  });

function win(playerId = fresh('player'), options?: CallOptions): Promise<Answer<ClaimRewardResult>> {
  return asServer().claimReward({ ...victory, playerId, key: 'cup-1' }, options);
}

const experienceIn = ({ changes }: Receipt) =>
  changes.find(({ resource, cause }) => resource === 'experience' && cause === 'OPERATION')?.delta;

/** The moment of the last schedule. Nothing can be published at once before it. */
let due = 0;
const later = (milliseconds: number) => {
  due = Date.now() + milliseconds;
  return due;
};

const wait = (until: number) =>
  new Promise((resolve) => setTimeout(resolve, Math.max(0, until - Date.now())));

beforeEach(() => publish(paying(100)));
afterEach(async () => {
  vi.useRealTimers();
  await wait(due);
});

it('E5 decides under a scheduled config from its moment on by the kernel’s clock, in isolates of any age', async () => {
  const old = await frozenKv();
  const before = await publish(paying(100));
  const at = later(2_500);
  const version = await schedule(paying(200), at);
  const doors = [
    worker,
    startIsolate(),
    startIsolate({ kv: old }),
    startIsolate({ kv: await frozenKv() }),
    startWithoutConfig(),
  ];
  const receipts: Receipt[] = [];
  while (Date.now() < at + 500)
    receipts.push(
      ...(await Promise.all(doors.map(async (door) => receiptOf(await win(fresh('player'), { door }))))),
    );
  for (const receipt of receipts) {
    const isAfter = Date.parse(receipt.claim.claimedAt) >= at;
    expect([receipt.claim.configVersion, experienceIn(receipt)]).toEqual(
      isAfter ? [version, 200] : [before, 100],
    );
  }
  expect(new Set(receipts.map(experienceIn))).toEqual(new Set([100, 200]));
});

it('E5 costs an isolate one more round trip where its clock is early or late, and never a wrong amount', async () => {
  const at = later(3_000);
  const version = await schedule(paying(200), at);
  const kvThen = await frozenKv();
  const costOf = async (experience: number, door: Door) => {
    const playerId = fresh('player');
    const count = await countRequests(playerId, async () => {
      expect(experienceIn(receiptOf(await win(playerId, { door })))).toBe(experience);
    });
    expect(await ledgerState(playerId)).toMatchObject({ granted: 1, rejected: 0 });
    expect(await ledgerFaults(playerId)).toEqual([]);
    return count;
  };
  // An isolate takes the clock that is set when it starts.
  vi.useFakeTimers({ toFake: ['Date'], now: at + 3_600_000 });
  const early = startIsolate({ kv: kvThen });
  expect([await costOf(100, early), await costOf(100, early)]).toEqual([2, 1]);
  vi.useRealTimers();
  await wait(at + 20);
  vi.useFakeTimers({ toFake: ['Date'], now: at - 60_000 });
  const late = startIsolate({ kv: kvThen });
  expect([await costOf(200, late), await costOf(200, late)]).toEqual([2, 1]);
  vi.useRealTimers();
  expect(JSON.parse((await kv.get(POINTER_KEY)) ?? '').next).toMatchObject({ version });
});

it('E5 switches at the moment without a round trip where the isolate’s clock is right', async () => {
  const at = later(2_000);
  await schedule(paying(200), at);
  const door = startIsolate({ kv: await frozenKv() });
  expect(experienceIn(receiptOf(await win(fresh('player'), { door })))).toBe(100);
  await wait(at + 20);
  const playerId = fresh('player');
  const count = await countRequests(playerId, async () => {
    expect(experienceIn(receiptOf(await win(playerId, { door })))).toBe(200);
  });
  expect(count).toBe(1);
});
