// A bulk is recorded once, and its key answers for its items from then on. Each item is an operation under a derived key.
import { beforeAll, describe, expect, test } from 'vitest';
import type { KernelOperation } from '../../src/ledger/kernel-contract.ts';
import { receiptOf } from '../support/ledger/answers.ts';
import { batchHelpers, kinds } from '../support/ledger/batches.ts';
import { bulkOf, commitBulk, type SentBulk } from '../support/ledger/bulks.ts';
import { granted, openLedger } from '../support/ledger/ledger.ts';
import { award, fresh, give, operation, staffTerms, take } from '../support/ledger/operations.ts';
import { standing } from '../support/ledger/standing.ts';

const ledger = openLedger();
const { app, owner, commit, addStaff, playerLedger } = ledger;
const { playerWith, expectSound, goldOf } = batchHelpers(() => ledger);

const send = (bulk: SentBulk, operations: readonly KernelOperation[], places?: readonly number[]) =>
  commitBulk(app, bulk, operations, places);

const someItems = (count: number) =>
  Array.from({ length: count }, (_, index) => operation({ postings: [give('gold', 1 + index)] }));

async function recorded(key: string) {
  const { rows } = await owner.query('SELECT * FROM onceward.bulk_calls_by_name WHERE idempotency_key = $1', [
    key,
  ]);
  return rows;
}

describe('a bulk', () => {
  test('is recorded with its first items, each of which is granted under a key of its own', async () => {
    const bulk = bulkOf({ items: ['a', 'b', 'c'], client_correlation_id: 'cup-final-1' });
    const items = someItems(3);
    const { bulk: head, keys, outcomes } = await send(bulk, items);
    expect(head).toEqual({ kind: 'open', replayed: false });
    expect(kinds(outcomes)).toEqual(['granted', 'granted', 'granted']);
    expect(new Set(keys).size).toBe(3);
    for (const key of keys) expect(key).toMatch(/^onceward:[0-9a-f]{32}$/);
    for (const [index, { player }] of items.entries()) {
      const { rows } = await owner.query(
        'SELECT idempotency_key FROM onceward.claims_by_name WHERE player_id = $1',
        [player],
      );
      expect(rows).toEqual([{ idempotency_key: keys[index] }]);
    }
    expect(await recorded(bulk.idempotency_key)).toMatchObject([
      {
        actor_kind: 'server',
        actor_id: 'arena-1',
        operation: 'claimReward',
        items: ['a', 'b', 'c'],
        input: bulk.input,
        correlation_id: 'cup-final-1',
      },
    ]);
    await expectSound(...items.map(({ player }) => player));
  });

  test('answers again with the same outcomes, also rejections, and nothing moves', async () => {
    const bulk = bulkOf();
    const poor = await playerWith(5);
    const items = [operation(), operation({ player: poor, postings: [take('gold', 6)] })];
    const first = await send(bulk, items);
    const players = items.map(({ player }) => player);
    const before = await standing(owner, ...players);
    const again = await send(bulk, items);
    expect(again.bulk).toEqual({ kind: 'open', replayed: true });
    expect(again.keys).toEqual(first.keys);
    expect(again.outcomes).toMatchObject([
      { kind: 'granted', replayed: true },
      { kind: 'rejected', replayed: true, rejection: { kind: 'insufficient_balance' } },
    ]);
    expect(receiptOf(again.outcomes[0] as never)).toEqual(receiptOf(first.outcomes[0] as never));
    expect(await standing(owner, ...players)).toEqual(before);
    expect(await recorded(bulk.idempotency_key)).toHaveLength(1);
  });

  test('tries an item again that has no outcome, and no other', async () => {
    const bulk = bulkOf();
    const items = someItems(4);
    await send(bulk, items.slice(0, 2));
    const all = await send(bulk, items);
    expect(all.outcomes.map((outcome) => outcome.kind === 'granted' && outcome.replayed)).toEqual([
      true,
      true,
      false,
      false,
    ]);
    for (const { player } of items) expect(await playerLedger(player)).toMatchObject({ granted: 1 });
  });

  test('is one of parts that are sent one after the other, in any order', async () => {
    const bulk = bulkOf();
    const items = someItems(6);
    const later = await send(bulk, items.slice(3), [3, 4, 5]);
    const earlier = await send(bulk, items.slice(0, 3));
    const all = await send(bulk, items);
    expect(all.keys).toEqual([...earlier.keys, ...later.keys]);
    expect(all.outcomes).toMatchObject(items.map(() => ({ kind: 'granted', replayed: true })));
  });

  test('with an item that cannot be executed is not recorded, and nothing moves', async () => {
    const bulk = bulkOf();
    const items = [operation(), operation({ resources: ['gems'] })];
    await expect(send(bulk, items)).rejects.toMatchObject({ code: '22023' });
    expect(await recorded(bulk.idempotency_key)).toEqual([]);
    expect(await playerLedger((items[0] as KernelOperation).player)).toMatchObject({ number: null });
  });

  test('is granted once per item when it is sent sixteen times at once', async () => {
    const bulk = bulkOf();
    const items = someItems(20);
    const attempts = await Promise.all(Array.from({ length: 16 }, () => send(bulk, items)));
    // Of a call that waited, players may be locked by another: those are to be sent again.
    const { outcomes } = await send(bulk, items);
    expect(outcomes).toMatchObject(items.map(() => ({ kind: 'granted', replayed: true })));
    const fresh = attempts
      .flatMap((attempt) => attempt.outcomes)
      .filter((o) => o.kind === 'granted' && !o.replayed);
    expect(fresh).toHaveLength(items.length);
    expect(attempts.filter(({ bulk: head }) => head.kind === 'open' && !head.replayed)).toHaveLength(1);
    for (const [index, { player }] of items.entries()) expect(await goldOf(player)).toBe(1 + index);
    await expectSound(...items.map(({ player }) => player));
  });
});

describe('the key of a bulk', () => {
  test('with other input is reused, and the answer names the fields', async () => {
    const bulk = bulkOf({ input: { campaign: 'a', items: '3 items' } });
    await send(bulk, [operation()]);
    const other = {
      ...bulk,
      input: { campaign: 'b', items: '3 items' },
      fingerprint: '00000000-0000-0000-0000-0000000000b2',
    };
    const item = operation();
    const { bulk: head, outcomes } = await send(other, [item]);
    expect(head).toMatchObject({ kind: 'key_reused', fields: ['campaign'], madeBy: { id: 'arena-1' } });
    expect(outcomes).toEqual([]);
    expect(await playerLedger(item.player)).toMatchObject({ granted: 0, rejected: 0 });
  });

  test('with another mutation is reused', async () => {
    const bulk = bulkOf();
    await send(bulk, [operation()]);
    const other = { ...bulk, name: 'exchange', fingerprint: '00000000-0000-0000-0000-0000000000b2' };
    const { bulk: head } = await send(other, [operation({ name: 'exchange' })]);
    expect(head).toMatchObject({ kind: 'key_reused', fields: ['mutation'] });
  });

  test('answers for the items that were recorded, whatever is listed now', async () => {
    const bulk = bulkOf({ items: ['a', 'b'] });
    await send(bulk, someItems(2));
    const item = operation();
    const { bulk: head } = await send({ ...bulk, items: ['a', 'b', 'c'] }, [item], [2]);
    expect(head).toEqual({ kind: 'other_items', items: ['a', 'b'] });
    expect(await playerLedger(item.player)).toMatchObject({ granted: 0 });
  });

  test('is its actor’s own: another actor’s bulk under the same key has items of its own', async () => {
    const bulk = bulkOf();
    const player = await playerWith(0);
    const one = operation({ player });
    const two = operation({ player, actor_id: 'arena-2' });
    await send(bulk, [one]);
    const { bulk: head, outcomes } = await send({ ...bulk, actor_id: 'arena-2' }, [two]);
    expect(head).toEqual({ kind: 'open', replayed: false });
    expect(outcomes).toMatchObject([{ kind: 'granted', replayed: false }]);
    expect(await goldOf(player)).toBe(20);
  });

  test('of a player is theirs alone: an operation with it is a reused key, and so is a bulk with an operation’s key', async () => {
    const player = await playerWith(5);
    const own = { actor_kind: 'player', actor_id: player } as const;
    const bulk = bulkOf(own);
    await send(bulk, [operation({ player, ...own })]);
    const single = operation({ player, ...own, idempotency_key: bulk.idempotency_key });
    const before = await standing(owner, player);
    expect(await commit(single)).toMatchObject({ kind: 'key_reused', fields: ['mutation'] });
    expect(await standing(owner, player)).toEqual(before);
    const made = operation({ player, ...own });
    await granted(commit(made));
    const after = await standing(owner, player);
    const late = await send({ ...bulkOf(own), idempotency_key: made.idempotency_key }, [
      operation({ player, ...own }),
    ]);
    expect(late.bulk).toMatchObject({ kind: 'key_reused', fields: ['mutation'] });
    expect(await standing(owner, player)).toEqual(after);
  });

  test('of a player takes effect once where a bulk and an operation with it arrive at once', async () => {
    for (let round = 0; round < 8; round += 1) {
      const player = await playerWith(0);
      const own = { actor_kind: 'player', actor_id: player } as const;
      const bulk = bulkOf(own);
      const [many, single] = await Promise.all([
        send(bulk, [operation({ player, ...own })]),
        commit(operation({ player, ...own, idempotency_key: bulk.idempotency_key })),
      ]);
      expect([many.bulk.kind, single.kind].toSorted()).toEqual(
        many.bulk.kind === 'open' ? ['key_reused', 'open'] : ['granted', 'key_reused'],
      );
      expect(await goldOf(player)).toBe(10);
      await expectSound(player);
    }
  });
});

describe('a bulk is not recorded', () => {
  const expectNothing = async (bulk: SentBulk, item: KernelOperation, head: object) => {
    expect((await send(bulk, [item])).bulk).toMatchObject(head);
    expect(await recorded(bulk.idempotency_key)).toEqual([]);
    expect(await playerLedger(item.player)).toMatchObject({ granted: 0, rejected: 0 });
  };

  test('as a lookup, which answers a known key alone', async () => {
    const bulk = bulkOf({ mode: 'lookup' });
    await expectNothing(bulk, operation({ mode: 'lookup', postings: [] }), { kind: 'unknown_key' });
    const item = operation();
    await send({ ...bulk, mode: 'commit' }, [item]);
    expect(await send(bulk, [item])).toMatchObject({
      bulk: { kind: 'open', replayed: true },
      outcomes: [{ replayed: true }],
    });
  });

  test('under another config than the current one, which the answer names', async () => {
    const bulk = bulkOf({ config_version: 1, config_sha256: 'an old one' });
    await expectNothing(bulk, operation(), { kind: 'stale_config' });
    const { current } = await send(bulk, [operation()]);
    expect(current).toMatchObject({ version: expect.any(Number), sha256: expect.any(String) });
  });

  test('for a staff member who may not make it, and the audit has one row for the attempt', async () => {
    const staff = await addStaff({ role: 'auditor' });
    const bulk = bulkOf({ name: 'manualReward', actor_kind: 'staff', actor_id: staff });
    const items = [await playerWith(0), await playerWith(0)].map((player) => ({
      ...award(staff, 5),
      player,
    }));
    const { bulk: head, outcomes } = await send(bulk, items);
    expect([head, outcomes]).toEqual([{ kind: 'forbidden', why: 'role' }, []]);
    expect(await recorded(bulk.idempotency_key)).toEqual([]);
    for (const { player } of items) expect(await goldOf(player)).toBe(0);
    const { rows } = await owner.query(
      'SELECT outcome, player_id, amount FROM onceward.audit_by_name WHERE actor_id = $1',
      [staff],
    );
    expect(rows).toEqual([{ outcome: 'forbidden', player_id: null, amount: '0' }]);
  });

  test.each([
    ['of another actor', { actor_id: 'arena-2' }],
    ['of another mutation', { name: 'exchange' }],
  ])('with an item %s: the call fails', async (_, over) => {
    const bulk = bulkOf();
    const item = operation(over);
    await expect(send(bulk, [item])).rejects.toMatchObject({ code: '22023' });
    expect(await recorded(bulk.idempotency_key)).toEqual([]);
    expect(await playerLedger(item.player)).toMatchObject({ number: null });
  });

  test.each<[string, Partial<SentBulk>]>([
    ['under a reserved key', { idempotency_key: 'onceward:0123456789abcdef' }],
    ['under a key that is too short', { idempotency_key: 'short' }],
    ['in an unknown mode', { mode: 'reject' as never }],
    ['with more input than is kept', { input: { items: 'x'.repeat(70_000) } }],
  ])('%s: the call fails', async (_, over) => {
    const item = operation();
    await expect(send(bulkOf(over), [item])).rejects.toMatchObject({ code: '23514' });
    expect(await playerLedger(item.player)).toMatchObject({ number: null });
  });

  test('with an operation that has no place: the call fails', async () => {
    const item = operation();
    await expect(send(bulkOf(), [operation(), item], [0])).rejects.toMatchObject({ code: '22023' });
    expect(await playerLedger(item.player)).toMatchObject({ number: null });
  });
});

test('a client cannot send the key of an item itself', async () => {
  const bulk = bulkOf();
  const item = operation();
  const { keys } = await send(bulk, [item]);
  const forged = operation({ player: item.player, idempotency_key: keys[0] as string });
  await expect(commit(forged)).rejects.toMatchObject({ code: '23514' });
});

describe('the limits of a staff member hold across the items of a bulk', () => {
  let staff: string;
  beforeAll(async () => {
    staff = await addStaff({ budget: 100 });
  });

  test('exactly, in the order of the items, and across bulks at once', async () => {
    const players = await Promise.all(Array.from({ length: 40 }, () => playerWith(0)));
    const bulks = [players.slice(0, 20), players.slice(20)].map((of) => ({
      bulk: bulkOf({ name: 'manualReward', actor_kind: 'staff', actor_id: staff }),
      items: of.map((player) => award(staff, 7, staffTerms(), { player, claim_key: fresh('award') })),
    }));
    const answers = await Promise.all(bulks.map(({ bulk, items }) => send(bulk, items)));
    const outcomes = answers.flatMap((answer) => answer.outcomes);
    expect(outcomes.filter(({ kind }) => kind === 'granted')).toHaveLength(14);
    for (const outcome of outcomes.filter(({ kind }) => kind !== 'granted'))
      expect(outcome).toMatchObject({ rejection: { limit: 'staff_daily_budget', remaining: 2 } });
    for (const { outcomes: of } of answers) {
      const order = kinds(of);
      expect(order).toEqual(order.toSorted());
    }
    expect((await Promise.all(players.map(goldOf))).reduce((sum, gold) => sum + gold, 0)).toBe(98);
    await expectSound(...players);
  });
});
