import { describe, expect, test } from 'vitest';
import { MAX_AMOUNT } from '../../src/domain/values.ts';
import type { KernelPosting } from '../../src/ledger/kernel-contract.ts';
import { balancesOf, entriesOf, receiptOf } from '../support/ledger/answers.ts';
import { granted, openLedger } from '../support/ledger/ledger.ts';
import { fresh, give, operation, take } from '../support/ledger/operations.ts';
import { standing } from '../support/ledger/standing.ts';

const { commit, owner, playerLedger } = openLedger();

/** A player who has this much gold. It may be negative: a reversal may leave a debt. */
async function playerWith(gold: number): Promise<string> {
  const player = fresh('player');
  await granted(commit(operation({ player, postings: gold === 0 ? [] : [give('gold', gold)] })));
  return player;
}

describe('a posting within its bounds moves exactly its amount', () => {
  test.each<[string, number, KernelPosting, number]>([
    ['up to the ceiling', 7, give('gold', 3, { ceiling: 10 }), 10],
    ['down to the floor', 7, take('gold', 7), 0],
    ['down to a floor that is not zero', 7, take('gold', 2, { floor: 5 }), 5],
    ['below zero when the floor is the smallest amount', 1, give('gold', -5), -4],
    ['up from a debt', -5, give('gold', 3, { ceiling: 10 }), -2],
    ['up from below a floor, which bounds only taking', 1, give('gold', 1, { floor: 5 }), 2],
    ['down from above a ceiling, which bounds only giving', 50, take('gold', 1, { ceiling: 10 }), 49],
    ['to the largest amount', 1, give('gold', MAX_AMOUNT - 1), MAX_AMOUNT],
    ['to the smallest amount', -1, give('gold', -(MAX_AMOUNT - 1)), -MAX_AMOUNT],
  ])('%s', async (_, gold, posting, after) => {
    const player = await playerWith(gold);
    const { changes } = await granted(commit(operation({ player, postings: [posting] })));
    expect(entriesOf(changes)).toEqual([
      expect.objectContaining({ before: gold, after, delta: posting.delta, requested: posting.delta }),
    ]);
  });
});

test('a posting of 0 moves nothing and writes no entry', async () => {
  const player = await playerWith(4);
  const outcome = await granted(commit(operation({ player, postings: [give('gold', 0)] })));
  expect(outcome.changes).toEqual([]);
  expect(await playerLedger(player)).toMatchObject({ version: 2, balances: { gold: 4 }, entries: 1 });
});

describe('a posting past its bound rejects the whole operation', () => {
  const insufficient = (available: number, required: number) => ({
    kind: 'insufficient_balance',
    resource: 'gold',
    available,
    required,
  });
  const ceiling = (bound: number, remaining: number, requested: number) => ({
    kind: 'limit_exceeded',
    limit: 'resource_ceiling',
    resource: 'gold',
    bound,
    remaining,
    requested,
    renewsAt: null,
  });
  test.each<[string, number, KernelPosting, object]>([
    ['one too many', 7, take('gold', 8), insufficient(7, 8)],
    ['with nothing there', 0, take('gold', 1), insufficient(0, 1)],
    ['above a floor that is not zero', 7, take('gold', 3, { floor: 5 }), insufficient(2, 3)],
    ['already below the floor', 3, take('gold', 1, { floor: 5 }), insufficient(0, 1)],
    ['one above the ceiling', 7, give('gold', 4, { ceiling: 10 }), ceiling(10, 3, 4)],
    ['at the ceiling', 10, give('gold', 1, { ceiling: 10 }), ceiling(10, 0, 1)],
    ['already above the ceiling', 50, give('gold', 1, { ceiling: 10 }), ceiling(10, 0, 1)],
    ['past the largest amount', 1, give('gold', MAX_AMOUNT), ceiling(MAX_AMOUNT, MAX_AMOUNT - 1, MAX_AMOUNT)],
    ['past the smallest amount', -1, give('gold', -MAX_AMOUNT), insufficient(MAX_AMOUNT - 1, MAX_AMOUNT)],
  ])('%s', async (_, gold, posting, rejection) => {
    const player = await playerWith(gold);
    const [before, ledger] = [await standing(owner, player), await playerLedger(player)];
    expect(
      await commit(operation({ player, postings: [give('gems', 1), posting, give('gems', 1)] })),
    ).toMatchObject({ rejection });
    expect(await standing(owner, player)).toEqual(before);
    expect(await playerLedger(player)).toEqual({ ...ledger, rejected: 1 });
  });
});

describe('a clamped posting moves what fits and records what was requested', () => {
  test.each<[string, number, KernelPosting, number]>([
    ['a part, at the ceiling', 8, give('gold', 5, { ceiling: 10, clamp: true }), 10],
    ['nothing, at the ceiling', 10, give('gold', 5, { ceiling: 10, clamp: true }), 10],
    [
      'nothing, above a lowered ceiling: the balance is not pulled back',
      50,
      give('gold', 5, { ceiling: 10, clamp: true }),
      50,
    ],
    ['a part, at the floor', 3, take('gold', 5, { clamp: true }), 0],
    ['nothing, at the floor', 0, take('gold', 5, { clamp: true }), 0],
    ['nothing, below a raised floor', 3, take('gold', 5, { floor: 9, clamp: true }), 3],
    ['all of it, where it fits', 3, give('gold', 5, { ceiling: 10, clamp: true }), 8],
  ])('%s', async (_, gold, posting, after) => {
    const player = await playerWith(gold);
    const { changes } = await granted(commit(operation({ player, postings: [posting] })));
    expect(entriesOf(changes)).toEqual([
      {
        resource: 'gold',
        before: gold,
        after,
        delta: after - gold,
        requested: posting.delta,
        sequence: gold === 0 ? 1 : 2,
        cause: 'operation',
      },
    ]);
    expect((await playerLedger(player)).balances).toMatchObject({ gold: after });
  });
});

describe('several postings of one resource', () => {
  test('are applied in order, each with an entry and the next sequence', async () => {
    const player = await playerWith(5);
    const postings = [
      take('gold', 5),
      give('gems', 1),
      give('gold', 12, { ceiling: 10, clamp: true }),
      take('gold', 4),
    ];
    const outcome = await granted(commit(operation({ player, postings })));
    expect(entriesOf(outcome.changes)).toEqual([
      { resource: 'gold', before: 5, after: 0, delta: -5, requested: -5, sequence: 2, cause: 'operation' },
      { resource: 'gems', before: 0, after: 1, delta: 1, requested: 1, sequence: 1, cause: 'operation' },
      { resource: 'gold', before: 0, after: 10, delta: 10, requested: 12, sequence: 3, cause: 'operation' },
      { resource: 'gold', before: 10, after: 6, delta: -4, requested: -4, sequence: 4, cause: 'operation' },
    ]);
    expect(balancesOf(outcome)).toEqual({ gold: 6, gems: 1 });
    expect(await playerLedger(player)).toMatchObject({
      balances: { gold: 6, gems: 1 },
      entries: 5,
      version: 2,
    });
  });

  test('see what the ones before left: what is given first can be taken after, and not the other way round', async () => {
    await granted(commit(operation({ postings: [give('gold', 5), take('gold', 5)] })));
    const sent = operation({ postings: [take('gold', 5), give('gold', 5)] });
    expect(await commit(sent)).toMatchObject({
      rejection: { kind: 'insufficient_balance', available: 0, required: 5 },
    });
    expect(await playerLedger(sent.player)).toMatchObject({ balances: {}, entries: 0 });
  });

  test('appear in the same order in a replay', async () => {
    const sent = operation({ postings: [give('zinc', 1), give('amber', 2), give('zinc', 3)] });
    const first = await granted(commit(sent));
    expect(receiptOf(await commit(sent))).toEqual(receiptOf(first));
    expect(entriesOf(first.changes).map(({ resource }) => resource)).toEqual(['zinc', 'amber', 'zinc']);
  });
});

describe('a ceiling that follows another balance', () => {
  const ceiling = { ceiling: 10, ceiling_per_unit: 5, ceiling_of: 'gems' };
  test.each([
    ['the balance is 0 where it never moved', 0, 10],
    ['each unit of the balance raises it', 3, 25],
  ])('%s', async (_, gems, bound) => {
    const player = fresh('player');
    await granted(commit(operation({ player, postings: [give('gems', gems), give('gold', 4)] })));
    const before = await standing(owner, player);
    expect(await commit(operation({ player, postings: [give('gold', bound - 3, ceiling)] }))).toMatchObject({
      rejection: { kind: 'limit_exceeded', limit: 'resource_ceiling', bound, remaining: bound - 4 },
    });
    expect(await standing(owner, player)).toEqual(before);
    const outcome = await granted(
      commit(operation({ player, postings: [give('gold', bound - 4, ceiling)] })),
    );
    expect(balancesOf(outcome)).toEqual({ gold: bound });
  });

  test('is that of the balance at this point of the operation', async () => {
    const sent = operation({ postings: [give('gems', 2), give('gold', 99, { ...ceiling, clamp: true })] });
    expect(balancesOf(await granted(commit(sent)))).toEqual({ gems: 2, gold: 20 });
  });

  test('is never more than the largest amount', async () => {
    const endless = { ceiling: 10, ceiling_per_unit: MAX_AMOUNT, ceiling_of: 'gems' };
    const sent = operation({
      postings: [give('gems', MAX_AMOUNT), give('gold', MAX_AMOUNT, endless)],
    });
    expect(balancesOf(await granted(commit(sent))).gold).toBe(MAX_AMOUNT);
  });
});

test('a posting on a resource that the operation does not list is an error of the caller, and nothing is written', async () => {
  const sent = operation({ postings: [give('gold', 1), give('gems', 1)], resources: ['gold'] });
  await expect(commit(sent)).rejects.toMatchObject({ code: '22023' });
  expect(await playerLedger(sent.player)).toMatchObject({ version: null, entries: 0, rejected: 0 });
});

test('a posting on a resource that was never published is an error of the caller, and nothing is written', async () => {
  const sent = operation({ postings: [give('never_published', 1)] });
  await expect(commit(sent)).rejects.toMatchObject({ code: '22023' });
  expect(await playerLedger(sent.player)).toMatchObject({ version: null, entries: 0, rejected: 0 });
});
