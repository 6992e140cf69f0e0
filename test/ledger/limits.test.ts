import { describe, expect, test } from 'vitest';
import type { Posting } from '../../src/domain/moves.ts';
import { MAX_AMOUNT } from '../../src/domain/values.ts';
import { granted, openLedger } from '../support/ledger/ledger.ts';
import { fresh, give, operation, take } from '../support/ledger/operations.ts';

const { commit, playerLedger } = openLedger();

/** A player who has this much gold, negative included: a reversal may leave a debt. */
async function playerWith(gold: number): Promise<string> {
  const playerId = fresh('player');
  await granted(commit(operation({ playerId, postings: gold === 0 ? [] : [give('gold', gold)] })));
  return playerId;
}

describe('a posting within its limits moves exactly what it says', () => {
  test.each<[string, number, Posting, number]>([
    ['up to the ceiling', 7, give('gold', 3, { ceiling: 10 }), 10],
    ['down to the floor', 7, take('gold', 7), 0],
    ['down to a floor that is not zero', 7, take('gold', 2, { floor: 5 }), 5],
    ['below zero where no floor is set', 1, give('gold', -5), -4],
    ['up from a debt', -5, give('gold', 3, { ceiling: 10 }), -2],
    ['up from below a floor, which limits only taking', 1, give('gold', 1, { floor: 5 }), 2],
    ['down from above a ceiling, which limits only giving', 50, take('gold', 1, { ceiling: 10 }), 49],
    ['to the largest amount', 1, give('gold', MAX_AMOUNT - 1), MAX_AMOUNT],
    ['to the smallest amount', -1, give('gold', -(MAX_AMOUNT - 1)), -MAX_AMOUNT],
  ])('%s', async (_, gold, posting, after) => {
    const playerId = await playerWith(gold);
    const { changes } = await granted(commit(operation({ playerId, postings: [posting] })));
    expect(changes).toEqual([
      expect.objectContaining({ before: gold, after, delta: posting.delta, requested: posting.delta }),
    ]);
  });
});

test('a posting of 0 moves nothing and writes no entry', async () => {
  const playerId = await playerWith(4);
  const outcome = await granted(commit(operation({ playerId, postings: [give('gold', 0)] })));
  expect(outcome).toMatchObject({ changes: [], balances: { gold: 4 } });
  expect(await playerLedger(playerId)).toMatchObject({ version: 2, balances: { gold: 4 }, entries: 1 });
});

describe('a posting past its limit refuses the whole operation', () => {
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
  test.each<[string, number, Posting, object]>([
    ['one too many', 7, take('gold', 8), insufficient(7, 8)],
    ['with nothing there', 0, take('gold', 1), insufficient(0, 1)],
    ['above a floor that is not zero', 7, take('gold', 3, { floor: 5 }), insufficient(2, 3)],
    ['already below the floor', 3, take('gold', 1, { floor: 5 }), insufficient(0, 1)],
    ['one above the ceiling', 7, give('gold', 4, { ceiling: 10 }), ceiling(10, 3, 4)],
    ['at the ceiling', 10, give('gold', 1, { ceiling: 10 }), ceiling(10, 0, 1)],
    ['already above the ceiling', 50, give('gold', 1, { ceiling: 10 }), ceiling(10, 0, 1)],
    ['past the largest amount', 1, give('gold', MAX_AMOUNT), ceiling(MAX_AMOUNT, MAX_AMOUNT - 1, MAX_AMOUNT)],
    [
      'past the largest amount, clamp or not',
      1,
      give('gold', MAX_AMOUNT, { atLimit: 'clamp' }),
      ceiling(MAX_AMOUNT, MAX_AMOUNT - 1, MAX_AMOUNT),
    ],
    ['past the smallest amount', -1, give('gold', -MAX_AMOUNT), insufficient(MAX_AMOUNT - 1, MAX_AMOUNT)],
    [
      'past the smallest amount, clamp or not',
      -1,
      give('gold', -MAX_AMOUNT, { atLimit: 'clamp' }),
      insufficient(MAX_AMOUNT - 1, MAX_AMOUNT),
    ],
  ])('%s', async (_, gold, posting, rejection) => {
    const playerId = await playerWith(gold);
    const before = await playerLedger(playerId);
    expect(
      await commit(operation({ playerId, postings: [give('gems', 1), posting, give('gems', 1)] })),
    ).toMatchObject({ rejection });
    expect(await playerLedger(playerId)).toEqual({ ...before, rejected: 1 });
  });
});

describe('a clamped posting moves what fits, and says what was asked for', () => {
  const clamp = 'clamp' as const;
  test.each<[string, number, Posting, number]>([
    ['a part, at the ceiling', 8, give('gold', 5, { ceiling: 10, atLimit: clamp }), 10],
    ['nothing, at the ceiling', 10, give('gold', 5, { ceiling: 10, atLimit: clamp }), 10],
    [
      'nothing, above a ceiling that was lowered: it is not pulled back',
      50,
      give('gold', 5, { ceiling: 10, atLimit: clamp }),
      50,
    ],
    ['a part, at the floor', 3, take('gold', 5, { atLimit: clamp }), 0],
    ['nothing, at the floor', 0, take('gold', 5, { atLimit: clamp }), 0],
    ['nothing, below a floor that was raised', 3, take('gold', 5, { floor: 9, atLimit: clamp }), 3],
    ['all of it, where it fits', 3, give('gold', 5, { ceiling: 10, atLimit: clamp }), 8],
  ])('%s', async (_, gold, posting, after) => {
    const playerId = await playerWith(gold);
    const { changes } = await granted(commit(operation({ playerId, postings: [posting] })));
    expect(changes).toEqual([
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
    expect((await playerLedger(playerId)).balances).toMatchObject({ gold: after });
  });
});

describe('several postings of one resource', () => {
  test('are applied one after the other, each with an entry and the next sequence', async () => {
    const playerId = await playerWith(5);
    const postings = [
      take('gold', 5),
      give('gems', 1),
      give('gold', 12, { ceiling: 10, atLimit: 'clamp' }),
      take('gold', 4),
    ];
    const { changes, balances } = await granted(commit(operation({ playerId, postings })));
    expect(changes).toEqual([
      { resource: 'gold', before: 5, after: 0, delta: -5, requested: -5, sequence: 2, cause: 'operation' },
      { resource: 'gems', before: 0, after: 1, delta: 1, requested: 1, sequence: 1, cause: 'operation' },
      { resource: 'gold', before: 0, after: 10, delta: 10, requested: 12, sequence: 3, cause: 'operation' },
      { resource: 'gold', before: 10, after: 6, delta: -4, requested: -4, sequence: 4, cause: 'operation' },
    ]);
    expect(balances).toEqual({ gold: 6, gems: 1 });
    expect(await playerLedger(playerId)).toMatchObject({
      balances: { gold: 6, gems: 1 },
      entries: 5,
      version: 2,
    });
  });

  test('are judged in their order: what is given first can be taken after, and not the other way round', async () => {
    await granted(commit(operation({ postings: [give('gold', 5), take('gold', 5)] })));
    const asked = operation({ postings: [take('gold', 5), give('gold', 5)] });
    expect(await commit(asked)).toMatchObject({
      rejection: { kind: 'insufficient_balance', available: 0, required: 5 },
    });
    expect(await playerLedger(asked.playerId)).toMatchObject({ balances: {}, entries: 0 });
  });

  test('a replay shows them in the same order', async () => {
    const asked = operation({ postings: [give('zinc', 1), give('amber', 2), give('zinc', 3)] });
    const first = await granted(commit(asked));
    expect(await granted(commit(asked))).toEqual({ ...first, replayed: true });
    expect(first.changes.map(({ resource }) => resource)).toEqual(['zinc', 'amber', 'zinc']);
  });
});
