import { expect, test } from 'vitest';
import type { Rules } from '../../simulation/model/rules.ts';
import { Timeline } from '../../simulation/model/timeline.ts';

const PLAYER = 'player-1';
const REWARD = { type: 'arena_chest', key: 'week-1', postings: [], sourceKeys: [], rules: {} as Rules };

function grant(
  timeline: Timeline,
  { operation, key }: { operation: string; key: string },
  announces?: typeof REWARD,
): string {
  const number = timeline.number(PLAYER) + 1;
  const claim = {
    ...{ id: `claim-${number}`, player: PLAYER, number, operation, actorId: 'server-1', configVersion: 1 },
    ...{ claimedAt: number, entries: [], anchors: [], counterparty: null },
  };
  timeline.grant(claim, { type: operation, key, sourceKeys: [], announces, day: '2026-11-29' });
  return claim.id;
}

test('a reward that was announced, taken back and announced again was pending before, and is pending now', () => {
  const timeline = new Timeline(new Map([[PLAYER, 0]]));
  const first = grant(timeline, { operation: 'announceReward', key: 'first' }, REWARD);
  grant(timeline, { operation: 'reverseClaim', key: first });
  grant(timeline, { operation: 'announceReward', key: 'second' }, REWARD);

  const pendingAt = (number: number) => timeline.view(PLAYER, number).pending(REWARD.type, REWARD.key);
  expect([0, 1, 2, 3].map((number) => pendingAt(number) !== null)).toEqual([false, true, false, true]);
  expect(timeline.pendingRewards()).toMatchObject([{ announcedBy: 'claim-3', from: 3 }]);
});
