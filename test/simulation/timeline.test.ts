import { expect, test } from 'vitest';
import type { ClaimKeys } from '../../simulation/model/claim-keys.ts';
import { type LimitUse, periodAt } from '../../simulation/model/limits.ts';
import type { Rules } from '../../simulation/model/rules.ts';
import { Timeline } from '../../simulation/model/timeline.ts';

const PLAYER = 'player-1';
const DAY = '2026-11-29';
const REWARD = {
  type: 'arena_chest',
  key: 'week-1',
  postings: [],
  sourceKeys: [],
  rules: {} as Rules,
  expiry: null,
};
const LIMIT: LimitUse = {
  ...{ subject: 'player', name: 'claims:arena_chest', kind: 'CLAIMS', amount: 1, bound: 3 },
  ...{ period: DAY, about: { period: 'DAY' } },
};

interface Made {
  readonly operation: string;
  readonly units?: number;
  readonly counterparty?: string;
}

function grant(
  timeline: Timeline,
  { operation, units = 1, counterparty, ...keys }: Made & Partial<ClaimKeys>,
): string {
  const number = timeline.number(PLAYER) + 1;
  const { type = operation, key = `key-${number}` } = keys;
  const claim = {
    ...{ id: `claim-${number}`, player: PLAYER, number, operation, actorId: 'server-1', configVersion: 1 },
    ...{ type, units, draws: [], claimedAt: number, entries: [], anchors: [] },
    counterparty: counterparty ?? null,
  };
  timeline.grant(claim, { sourceKeys: [], ...keys, type, key });
  return claim.id;
}

const reverse = (
  timeline: Timeline,
  claimId: string,
  { counterparty, ...over }: { quantity?: number; reopen?: boolean; counterparty?: string } = {},
) =>
  grant(timeline, {
    ...{ operation: 'reverseClaim', type: 'reversal', ...(counterparty && { counterparty }) },
    reverses: { claimId, quantity: null, reopen: false, ...over },
  });

/** At each number from 0 on. */
const overTime = <T>(timeline: Timeline, at: (number: number) => T): T[] =>
  Array.from({ length: timeline.number(PLAYER) + 1 }, (_, number) => at(number));

test('a reward that was announced, taken back and announced again was pending before, and is pending now', () => {
  const timeline = new Timeline(new Map([[PLAYER, 0]]));
  const first = grant(timeline, { operation: 'announceReward', announces: REWARD, limits: [LIMIT] });
  reverse(timeline, first);
  grant(timeline, { operation: 'announceReward', announces: REWARD, limits: [LIMIT] });

  const pendingAt = (number: number) => timeline.view(PLAYER, number).pending(REWARD.type, REWARD.key);
  expect(overTime(timeline, (number) => pendingAt(number) !== null)).toEqual([false, true, false, true]);
  expect(timeline.pendingRewards()).toMatchObject([{ announcedBy: 'claim-3', from: 3 }]);
  expect(overTime(timeline, (number) => timeline.limits.used(PLAYER, number, LIMIT))).toEqual([0, 1, 0, 1]);
});

test('a claim that pays what was announced takes over its use of the limit, and reopening the claim gives it back', () => {
  const timeline = new Timeline(new Map([[PLAYER, 0]]));
  const { type, key } = REWARD;
  grant(timeline, { operation: 'announceReward', announces: REWARD, limits: [LIMIT] });
  const paid = grant(timeline, { operation: 'claimReward', type, key });
  reverse(timeline, paid);
  reverse(timeline, paid, { reopen: true });
  expect(overTime(timeline, (number) => timeline.limits.used(PLAYER, number, LIMIT))).toEqual([
    0, 1, 1, 1, 0,
  ]);
  expect(overTime(timeline, (number) => timeline.takenBy(PLAYER, number, type, key))).toEqual([
    null,
    null,
    paid,
    paid,
    null,
  ]);
  expect(overTime(timeline, (number) => timeline.reversalOf(paid, number)?.claimId ?? null)).toEqual([
    null,
    null,
    null,
    'claim-3',
    'claim-4',
  ]);
});

test('parts of a claim add up, and only the last one takes it back whole', () => {
  const timeline = new Timeline(new Map([[PLAYER, 0]]));
  const bought = grant(timeline, { operation: 'exchange', units: 3 });
  reverse(timeline, bought, { quantity: 2 });
  reverse(timeline, bought);
  const stateAt = (number: number) => timeline.view(PLAYER, number).grantedClaim(bought);
  expect(overTime(timeline, (number) => [stateAt(number)?.reversed, stateAt(number)?.parts])).toEqual([
    [undefined, undefined],
    [0, 0],
    [2, 1],
    [3, 2],
  ]);
  expect(timeline.reversalOf(bought, 2)).toBeNull();
  expect(timeline.reversalOf(bought, 3)).toEqual({
    claimId: 'claim-3',
    reversedAt: new Date(3).toISOString(),
  });
});

test('what a player received is used until the gift is reopened, at the numbers of that player', () => {
  const timeline = new Timeline(new Map([[PLAYER, 0]]));
  const counterparty = 'player-2';
  const received: LimitUse = { ...LIMIT, subject: 'recipient', name: 'received:lumees', amount: 7 };
  grant(timeline, { operation: 'claimReward' });
  const gift = grant(timeline, { operation: 'transferResource', counterparty, limits: [received] });
  reverse(timeline, gift, { counterparty });
  reverse(timeline, gift, { counterparty, reopen: true });
  const usedBy = (player: string) =>
    [0, 1, 2, 3, 4].map((number) => timeline.limits.used(player, number, received));
  expect(usedBy(counterparty)).toEqual([0, 7, 7, 0, 0]);
  expect(usedBy(PLAYER)).toEqual([0, 0, 0, 0, 0]);
});

test('a stock is sold in the order of times, and two sales of one millisecond may come in either order', () => {
  const timeline = new Timeline(new Map([[PLAYER, 0]]));
  const stock: LimitUse = { ...LIMIT, subject: 'game', name: 'exchange:frame', amount: 2 };
  const first = grant(timeline, { operation: 'exchange', limits: [stock] });
  grant(timeline, { operation: 'exchange', limits: [stock] });
  const soldAt = (at: number) => timeline.limits.usedAt('0', stock, at);
  expect(soldAt(2)).toEqual({ least: 2, most: 4 });
  expect(timeline.limits.overused()).toMatchObject([{ claim: 'claim-2', total: 4, use: { bound: 3 } }]);
  reverse(timeline, first, { reopen: true });
  expect(soldAt(4)).toEqual({ least: 2, most: 2 });
  expect([...timeline.limits.totals()]).toMatchObject([{ name: stock.name, total: 2 }]);
});

test('weeks are those of ISO 8601, also around the turn of a year', () => {
  const weeks = ['2026-11-29', '2026-11-30', '2026-12-31', '2027-01-03', '2027-01-04', '2024-12-30'];
  expect(weeks.map((day) => periodAt('WEEK', Date.parse(day)))).toEqual([
    ...['2026-W48', '2026-W49', '2026-W53', '2026-W53', '2027-W01', '2025-W01'],
  ]);
});
