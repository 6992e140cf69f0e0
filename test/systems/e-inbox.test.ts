// The inbox: what is pending is paid once, as announced, by whichever road, and not after it has expired.
import { beforeEach, expect, it } from 'vitest';
import { changedExample, publish, serveExample } from '../support/worker/balance.ts';
import {
  asPlayer,
  asServer,
  asStaff,
  receiptOf,
  rejectionOf,
  resultAs,
  resultOf,
} from '../support/worker/client.ts';
import { startIsolate } from '../support/worker/isolate.ts';
import { addStaffMember, ledgerFaults, ledgerState, owner } from '../support/worker/ledger-state.ts';
import { announce, pendingKeys, VICTORY } from '../support/worker/pending.ts';
import type { CollectRewardsReceipt } from '../support/worker/schema-types.ts';
import { fresh, freshKey, ticket } from '../support/worker/service.ts';
import { movingNothing } from '../support/worker/stillness.ts';
import { atOnce } from '../support/worker/waves.ts';

beforeEach(serveExample);

/** The public IDs of new pending victories, of 80 lumees and 55 experience each. */
async function announceMany(playerId: string, count: number, over: object = {}): Promise<string[]> {
  const ids = [];
  for (let index = 0; index < count; index += 1)
    ids.push((await announce(playerId, `battle-${index}`, over)).claim.id);
  return ids;
}

/** A device of the player: an isolate of its own. */
const collect = async (playerId: string, input: object, key = freshKey()): Promise<CollectRewardsReceipt> =>
  resultAs(
    await asPlayer(playerId).collectRewards(input, { key, door: startIsolate() }),
    'CollectRewardsReceipt',
  );
const outcomesOf = ({ items }: CollectRewardsReceipt) =>
  items.map(({ id, result }) => [id, result.__typename]);
const balancesOf = async (playerId: string) => (await ledgerState(playerId)).balances;

it('E11 pays each pending reward once, as announced, under 64 concurrent collects by every road', async () => {
  const playerId = fresh('player');
  const ids = await announceMany(playerId, 8);
  // What it would pay now.
  await publish(
    changedExample(({ claimTypes }) => {
      claimTypes.pve_victory.rewards = { lumees: 1_000_000 };
    }),
  );
  const staff = asStaff(await addStaffMember(fresh('staff')));
  const outcomes = await atOnce(64, async (index): Promise<string[]> => {
    const key = `battle-${index % 8}`;
    const door = startIsolate();
    const claim = { type: VICTORY.type, key };
    switch (index % 5) {
      case 0: {
        const signed = await ticket({ playerId, ...claim, facts: VICTORY.facts });
        const answer = await asPlayer(playerId).claimReward({ type: claim.type, ticket: signed }, { door });
        return [resultOf(answer).__typename];
      }
      case 1:
        return [resultOf(await asServer().recoverReward({ playerId, ...claim }, { door })).__typename];
      case 2: {
        const reason = 'the client never came back';
        return [resultOf(await staff.recoverReward({ playerId, ...claim, reason }, { door })).__typename];
      }
      case 3:
        return outcomesOf(await collect(playerId, { all: true })).map(([, name]) => name as string);
      default:
        return outcomesOf(await collect(playerId, { ids })).map(([, name]) => name as string);
    }
  });
  const names = outcomes.flat();
  expect(names.filter((name) => name === 'Receipt')).toHaveLength(8);
  expect(new Set(names)).toEqual(new Set(['Receipt', 'AlreadyClaimed']));
  expect(await pendingKeys(playerId)).toEqual([]);
  expect(await balancesOf(playerId)).toMatchObject({ lumees: 640, experience: 440 });
  expect(await ledgerFaults(playerId)).toEqual([]);
});

it('E11 collects all from two devices at once: each reward once, and both answers are complete', async () => {
  const playerId = fresh('player');
  const ids = await announceMany(playerId, 20);
  const [first, second] = await atOnce(2, () => collect(playerId, { all: true }));
  const both = [first, second] as CollectRewardsReceipt[];
  const paid = both.flatMap(({ items }) => items.filter(({ result }) => result.__typename === 'Receipt'));
  expect(paid.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
  for (const { items, granted, failed, more } of both) {
    expect([granted, failed, more]).toEqual([
      items.filter(({ result }) => result.__typename === 'Receipt').length,
      ...[0, false],
    ]);
    // What the other device was paid is shown with its receipt.
    for (const { result } of items)
      if (result.__typename === 'AlreadyClaimed') expect(result.original).not.toBeNull();
  }
  expect(await balancesOf(playerId)).toMatchObject({ lumees: 20 * 80 });
  expect(await ledgerFaults(playerId)).toEqual([]);
});

it('E11 answers a retry of "all" for the same rewards, whatever is announced since', async () => {
  const playerId = fresh('player');
  const ids = await announceMany(playerId, 3);
  const [key, emptyKey] = [freshKey(), freshKey()];
  const first = await collect(playerId, { all: true }, key);
  expect(outcomesOf(first)).toEqual(ids.map((id) => [id, 'Receipt']));
  const nothing = await collect(playerId, { all: true }, emptyKey);
  expect(nothing).toMatchObject({ items: [], granted: 0, replayed: false });

  const later = await announce(playerId, 'later');
  for (const again of await atOnce(4, () => collect(playerId, { all: true }, key))) {
    expect(again.replayed).toBe(true);
    expect(again.items.map(({ id, result }) => ({ id, result: { ...result, replayed: false } }))).toEqual(
      first.items,
    );
  }
  expect(await collect(playerId, { all: true }, emptyKey)).toMatchObject({ items: [], replayed: true });
  expect(await pendingKeys(playerId)).toEqual([`${VICTORY.type}/later`]);
  expect(outcomesOf(await collect(playerId, { all: true }))).toEqual([[later.claim.id, 'Receipt']]);
  // The key belongs to this list, and to nothing else.
  const reused = await asPlayer(playerId).collectRewards({ ids: [later.claim.id] }, { key });
  expect(resultOf(reused)).toMatchObject({ __typename: 'IdempotencyKeyReused', fields: ['all', 'ids'] });
  expect(await ledgerFaults(playerId)).toEqual([]);
});

it('E11 names each reward of a list that cannot be paid, and pays the others', async () => {
  const [playerId, other] = [fresh('player'), fresh('player')];
  const [paid, taken, open] = (await announceMany(playerId, 3)) as [string, string, string];
  const [foreign] = (await announceMany(other, 1)) as [string];
  await collect(playerId, { ids: [paid] });
  const staff = asStaff(await addStaffMember(fresh('staff')));
  receiptOf(await staff.reverseClaim({ playerId, claimId: taken, reason: 'by mistake' }));
  const answer = await collect(playerId, { ids: [paid, taken, foreign, open] });
  expect(outcomesOf(answer)).toEqual([
    [paid, 'AlreadyClaimed'],
    [taken, 'UnknownReward'],
    [foreign, 'UnknownReward'],
    [open, 'Receipt'],
  ]);
  expect(answer).toMatchObject({ granted: 1, rejected: 3, failed: 0 });
  expect(await pendingKeys(other)).toEqual([`${VICTORY.type}/battle-0`]);
  expect(await ledgerFaults(playerId)).toEqual([]);
});

it('E11 collects 50 at once, and says that more are pending', async () => {
  const playerId = fresh('player');
  const ids = await announceMany(playerId, 52);
  const first = await collect(playerId, { all: true });
  expect(first).toMatchObject({ granted: 50, more: true });
  expect(first.items.map(({ id }) => id)).toEqual(ids.slice(0, 50));
  expect(await collect(playerId, { all: true })).toMatchObject({ granted: 2, more: false });
  expect(await balancesOf(playerId)).toMatchObject({ lumees: 52 * 80 });
});

it('E11 pays nothing from the expiry on, and gives what the config says instead, once', async () => {
  const playerId = fresh('player');
  const [id] = (await announceMany(playerId, 1, {
    ...{ type: 'arena_chest', facts: null, expiresAt: new Date(Date.now() + 86_400_000).toISOString() },
  })) as [string];
  const [row] = await owner`
    UPDATE onceward.pending_rewards w SET expires_at = date_trunc('milliseconds', clock_timestamp()) + interval '400 ms'
      FROM onceward.actors a WHERE a.no = w.player AND a.id = ${playerId} AND a.kind = 1 RETURNING w.expires_at`;
  const expiredAt = new Date(row?.expires_at).toISOString();
  await new Promise((resolve) => setTimeout(resolve, Date.parse(expiredAt) - Date.now() + 5));
  expect(await collect(playerId, { all: true })).toMatchObject({ items: [] });
  const answers = await atOnce(16, async (index) => {
    if (index % 2 === 0) return (await collect(playerId, { ids: [id] })).items[0]?.result;
    return resultOf(await asServer().recoverReward({ playerId, type: 'arena_chest', key: 'battle-0' }));
  });
  for (const answer of answers)
    expect(answer).toMatchObject({
      __typename: 'RewardExpired',
      expiredAt,
      original: { operation: 'expireReward', type: 'arena_chest', key: 'battle-0', occurredAt: expiredAt },
      changes: [{ resource: 'lumees', delta: 10 }],
    });
  expect(await balancesOf(playerId)).toMatchObject({ lumees: 10 });
  const again = await movingNothing(playerId, () =>
    asServer().announceReward({ playerId, type: 'arena_chest', key: 'battle-0' }),
  );
  rejectionOf(again, 'AlreadyClaimed');
});
