import { expect, test } from 'vitest';
import type { Rules } from '../../simulation/model/rules.ts';
import { type ClaimKeys, Timeline } from '../../simulation/model/timeline.ts';

const PLAYER = 'player-1';
const DAY = '2026-11-29';
const REWARD = { type: 'arena_chest', key: 'week-1', postings: [], sourceKeys: [], rules: {} as Rules };
const LIMIT = { name: 'claims:arena_chest', kind: 'CLAIMS', amount: 1, bound: 3 };

function grant(
  timeline: Timeline,
  { operation, units = 1, ...keys }: { operation: string; units?: number } & Partial<ClaimKeys>,
): string {
  const number = timeline.number(PLAYER) + 1;
  const { type = operation, key = `key-${number}` } = keys;
  const claim = {
    ...{ id: `claim-${number}`, player: PLAYER, number, operation, actorId: 'server-1', configVersion: 1 },
    ...{ type, units, draws: [], claimedAt: number, entries: [], anchors: [], counterparty: null },
  };
  timeline.grant(claim, { sourceKeys: [], day: DAY, ...keys, type, key });
  return claim.id;
}

const reverse = (timeline: Timeline, claimId: string, over: { quantity?: number; reopen?: boolean } = {}) =>
  grant(timeline, {
    ...{ operation: 'reverseClaim', type: 'reversal' },
    reverses: { claimId, quantity: null, reopen: false, ...over },
  });

/** At each number from 0 on. */
const overTime = <T>(timeline: Timeline, at: (number: number) => T): T[] =>
  Array.from({ length: timeline.number(PLAYER) + 1 }, (_, number) => at(number));

test('a reward that was announced, taken back and announced again was pending before, and is pending now', () => {
  const timeline = new Timeline(new Map([[PLAYER, 0]]));
  const first = grant(timeline, { operation: 'announceReward', announces: REWARD, limit: LIMIT });
  reverse(timeline, first);
  grant(timeline, { operation: 'announceReward', announces: REWARD, limit: LIMIT });

  const pendingAt = (number: number) => timeline.view(PLAYER, number).pending(REWARD.type, REWARD.key);
  expect(overTime(timeline, (number) => pendingAt(number) !== null)).toEqual([false, true, false, true]);
  expect(timeline.pendingRewards()).toMatchObject([{ announcedBy: 'claim-3', from: 3 }]);
  expect(overTime(timeline, (number) => timeline.used(PLAYER, number, LIMIT.name, DAY))).toEqual([
    0, 1, 0, 1,
  ]);
});

test('a claim that pays what was announced takes over its use of the limit, and reopening the claim gives it back', () => {
  const timeline = new Timeline(new Map([[PLAYER, 0]]));
  const { type, key } = REWARD;
  grant(timeline, { operation: 'announceReward', announces: REWARD, limit: LIMIT });
  const paid = grant(timeline, { operation: 'claimReward', type, key });
  reverse(timeline, paid);
  reverse(timeline, paid, { reopen: true });
  expect(overTime(timeline, (number) => timeline.used(PLAYER, number, LIMIT.name, DAY))).toEqual([
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
