import { describe, expect, test } from 'vitest';
import type { Milestone } from '../../src/domain/moves.ts';
import { granted, openLedger } from '../support/ledger/ledger.ts';
import { fresh, give, LEVELS, operation, take } from '../support/ledger/operations.ts';

const { commit, playerLedger } = openLedger();

const experience = (playerId: string, amount: number, levels: Partial<Milestone> = {}) =>
  operation({ playerId, postings: [give('experience', amount)], milestones: [{ ...LEVELS, ...levels }] });

describe('thresholds crossed are paid in the same transaction', () => {
  test.each<[string, number[], Record<string, number>]>([
    ['none below the first', [99], { experience: 99 }],
    ['one, exactly at it', [100], { experience: 100, levels_paid: 1, stat_points: 3 }],
    ['several at once', [650], { experience: 650, levels_paid: 3, stat_points: 9 }],
    ['one after the other', [100, 200, 300], { experience: 600, levels_paid: 3, stat_points: 9 }],
    [
      'each once: more experience at the same level pays nothing',
      [100, 1, 1],
      { experience: 102, levels_paid: 1, stat_points: 3 },
    ],
    ['none beyond the last', [600, 10_000], { experience: 10_600, levels_paid: 3, stat_points: 9 }],
  ])('%s', async (_, amounts, balances) => {
    const playerId = fresh('player');
    for (const amount of amounts) await granted(commit(experience(playerId, amount)));
    expect((await playerLedger(playerId)).balances).toEqual(balances);
  });

  test('as entries of the same claim and version, after its own postings', async () => {
    const { changes, balances, claim } = await granted(commit(experience(fresh('player'), 300)));
    expect(changes).toEqual([
      {
        resource: 'experience',
        before: 0,
        after: 300,
        delta: 300,
        requested: 300,
        sequence: 1,
        cause: 'operation',
      },
      {
        resource: 'levels_paid',
        before: 0,
        after: 2,
        delta: 2,
        requested: 2,
        sequence: 1,
        cause: 'milestone',
      },
      {
        resource: 'stat_points',
        before: 0,
        after: 6,
        delta: 6,
        requested: 6,
        sequence: 1,
        cause: 'milestone',
      },
    ]);
    expect(balances).toEqual({ experience: 300, levels_paid: 2, stat_points: 6 });
    expect(claim.playerVersion).toBe(1);
  });

  test('judged by the balance found inside: two halves of a level at once pay it once', async () => {
    const playerId = fresh('player');
    await Promise.all(Array.from({ length: 20 }, () => commit(experience(playerId, 15))));
    expect((await playerLedger(playerId)).balances).toEqual({
      experience: 300,
      levels_paid: 2,
      stat_points: 6,
    });
  });

  test('not at all where the operation is refused', async () => {
    const asked = operation({ postings: [give('experience', 300), take('gold', 1)], milestones: [LEVELS] });
    expect(await commit(asked)).toMatchObject({ rejection: { kind: 'insufficient_balance' } });
    expect((await playerLedger(asked.playerId)).balances).toEqual({});
  });

  test('a grant of theirs that does not fit refuses the whole operation, or gives what fits', async () => {
    const playerId = fresh('player');
    const [points] = LEVELS.grants;
    if (!points) throw new Error('no grant');
    const full = (atLimit: 'reject' | 'clamp') => ({ grants: [{ ...points, ceiling: 5, atLimit }] });
    expect(await commit(experience(playerId, 300, full('reject')))).toMatchObject({
      rejection: { kind: 'limit_exceeded', resource: 'stat_points', bound: 5, remaining: 5, requested: 6 },
    });
    expect((await playerLedger(playerId)).balances).toEqual({});
    await granted(commit(experience(playerId, 300, full('clamp'))));
    expect((await playerLedger(playerId)).balances).toEqual({
      experience: 300,
      levels_paid: 2,
      stat_points: 5,
    });
  });
});

describe('a threshold pays once, forever', () => {
  test('though the balance falls below it, where nobody judges levels, and rises again', async () => {
    const playerId = fresh('player');
    await commit(experience(playerId, 300));
    await granted(commit(operation({ playerId, postings: [take('experience', 250)] })));
    expect((await playerLedger(playerId)).balances).toMatchObject({ levels_paid: 2, stat_points: 6 });
    await granted(commit(experience(playerId, 250)));
    expect((await playerLedger(playerId)).balances).toEqual({
      experience: 300,
      levels_paid: 2,
      stat_points: 6,
    });
  });

  test('what is taken back with the experience is paid again with it, and no more', async () => {
    const playerId = fresh('player');
    await commit(experience(playerId, 300));
    const fall = operation({ playerId, postings: [take('experience', 250)], milestones: [LEVELS] });
    const { changes } = await granted(commit(fall));
    expect(changes.map(({ resource, delta, cause }) => [resource, delta, cause])).toEqual([
      ['experience', -250, 'operation'],
      ['levels_paid', -2, 'milestone'],
      ['stat_points', -6, 'milestone'],
    ]);
    await granted(commit(experience(playerId, 250)));
    expect((await playerLedger(playerId)).balances).toEqual({
      experience: 300,
      levels_paid: 2,
      stat_points: 6,
    });
  });

  test.each<[string, number[], number, Record<string, number>]>([
    [
      'lowered: what they reach by now is paid with the next gain',
      [10, 20, 30],
      1,
      { levels_paid: 3, stat_points: 9 },
    ],
    [
      'raised: nothing is taken back, nothing paid again',
      [5_000, 6_000, 7_000],
      1,
      { levels_paid: 1, stat_points: 3 },
    ],
    ['raised and reached: only what was not paid', [110, 120], 50, { levels_paid: 2, stat_points: 6 }],
    ['fewer than were paid', [], 1, { levels_paid: 1, stat_points: 3 }],
  ])('though the thresholds are %s', async (_, thresholds, gain, balances) => {
    const playerId = fresh('player');
    await commit(experience(playerId, 100));
    await granted(commit(experience(playerId, gain, { thresholds })));
    expect((await playerLedger(playerId)).balances).toMatchObject(balances);
  });
});
