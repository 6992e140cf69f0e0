/** The keys of collectRewards, whose calls go to the kernel directly while single operations may go through lanes. */
import { beforeEach, expect, it } from 'vitest';
import { changedExample, publish, serveExample } from '../../support/worker/balance.ts';
import {
  asPlayer,
  asServer,
  type CallOptions,
  receiptOf,
  rejectionOf,
  resultAs,
  resultOf,
  untilAnswered,
} from '../../support/worker/client.ts';
import { startIsolate } from '../../support/worker/isolate.ts';
import { ledgerFaults, ledgerState, owner } from '../../support/worker/ledger-state.ts';
import { breakRequests } from '../../support/worker/neon-control.ts';
import { announce, pendingKeys, VICTORY } from '../../support/worker/pending.ts';
import type { CollectRewardsReceipt } from '../../support/worker/schema-types.ts';
import { fresh, freshKey } from '../../support/worker/service.ts';
import { movingNothing, writingNothing } from '../../support/worker/stillness.ts';
import { atOnce } from '../../support/worker/waves.ts';

beforeEach(serveExample);

async function collect(playerId: string, input: object, options: CallOptions = {}) {
  const keyed = { key: freshKey(), ...options };
  const answer = await untilAnswered(() => asPlayer(playerId).collectRewards(input, keyed));
  return resultAs(answer, 'CollectRewardsReceipt');
}
const typesOf = ({ items }: CollectRewardsReceipt) => items.map(({ result }) => result.__typename);
const lumeesOf = async (playerId: string) => (await ledgerState(playerId)).balances.lumees ?? 0;

async function announceMany(playerId: string, count: number): Promise<string[]> {
  const receipts = await atOnce(count, (index) => announce(playerId, `battle-${index}`));
  return receipts.map(({ claim }) => claim.id);
}

it('collects each reward once under one key that is sent many times, with answers lost', async () => {
  const playerId = fresh('player');
  await announceMany(playerId, 6);
  const key = freshKey();
  await breakRequests({ match: key, kind: 'drop_after_commit', times: 2 });
  await atOnce(8, () => asPlayer(playerId).collectRewards({ all: true }, { key, door: startIsolate() }));
  const last = await writingNothing(playerId, () => collect(playerId, { all: true }, { key }));
  expect(last).toMatchObject({ granted: 6, rejected: 0, failed: 0, replayed: true });
  expect(await lumeesOf(playerId)).toBe(6 * 80);
  expect(await ledgerFaults(playerId)).toEqual([]);
});

it('pays each reward once while its single claims and recoveries are sent, too', async () => {
  const playerId = fresh('player');
  const ids = await announceMany(playerId, 8);
  const outcomes = await atOnce(32, async (index) => {
    if (index % 4 === 0) return typesOf(await collect(playerId, index % 8 === 0 ? { ids } : { all: true }));
    const recovery = { playerId, type: VICTORY.type, key: `battle-${index % 8}` };
    const keys = { key: freshKey() };
    return [resultOf(await untilAnswered(() => asServer().recoverReward(recovery, keys))).__typename];
  });
  expect(outcomes.flat().filter((name) => name === 'Receipt')).toHaveLength(8);
  expect(new Set(outcomes.flat())).toEqual(new Set(['Receipt', 'AlreadyClaimed']));
  expect([await lumeesOf(playerId), await pendingKeys(playerId)]).toEqual([8 * 80, []]);
  expect(await ledgerFaults(playerId)).toEqual([]);
});

it('replays a call after the config changed and others were announced, and belongs to its list', async () => {
  const playerId = fresh('player');
  const ids = await announceMany(playerId, 2);
  const key = freshKey();
  const first = await collect(playerId, { all: true }, { key });
  await publish(changedExample(({ claimTypes }) => (claimTypes.pve_victory.rewards = { lumees: 1 })));
  await announce(playerId, 'later');
  const again = await writingNothing(playerId, () => collect(playerId, { all: true }, { key }));
  const shown = ({ items }: CollectRewardsReceipt) =>
    items.map(({ id, result }) => [id, result.__typename === 'Receipt' && result.changes]);
  expect(shown(again)).toEqual(shown(first));
  expect(again.items.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
  const other = await movingNothing(playerId, () => asPlayer(playerId).collectRewards({ ids }, { key }));
  rejectionOf(other, 'IdempotencyKeyReused');
  // A single operation cannot take the key of the call either.
  const single = await movingNothing(playerId, () =>
    asPlayer(playerId).acceptGifts({ accept: true }, { key }),
  );
  rejectionOf(single, 'IdempotencyKeyReused');
});

it('settles an expired reward once, whichever road finds it first', async () => {
  const playerId = fresh('player');
  const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
  const chest = { playerId, type: 'arena_chest', key: 'chest-1' };
  const { claim } = receiptOf(await asServer().announceReward({ ...chest, expiresAt }));
  await owner`
    UPDATE onceward.pending_rewards w SET expires_at = announced_at + interval '1 ms'
      FROM onceward.actors a WHERE a.no = w.player AND a.id = ${playerId} AND a.kind = 1`;
  const outcomes = await atOnce(12, async (index) => {
    if (index % 3 === 0) return typesOf(await collect(playerId, { ids: [claim.id] }));
    if (index % 3 === 1) return typesOf(await collect(playerId, { all: true }));
    return [resultOf(await asServer().recoverReward(chest)).__typename];
  });
  expect(new Set(outcomes.flat())).toEqual(new Set(['RewardExpired']));
  // What the chest gives instead.
  expect(await lumeesOf(playerId)).toBe(10);
  expect(await ledgerFaults(playerId)).toEqual([]);
});
