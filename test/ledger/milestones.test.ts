import { describe, expect, test } from 'vitest';
import type { Milestone } from '../../src/domain/operation.ts';
import { granted, openLedger } from '../support/ledger/ledger.ts';
import { fresh, give, LEVELS, operation, take } from '../support/ledger/operations.ts';

const { app, commit, playerLedger, owner } = openLedger();

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
      { resource: 'experience', before: 0, after: 300, delta: 300, requested: 300, sequence: 1 },
      { resource: 'levels_paid', before: 0, after: 2, delta: 2, requested: 2, sequence: 1 },
      { resource: 'stat_points', before: 0, after: 6, delta: 6, requested: 6, sequence: 1 },
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
  test('though the balance falls below it and rises again', async () => {
    const playerId = fresh('player');
    await commit(experience(playerId, 300));
    await commit(operation({ playerId, postings: [take('experience', 250)], milestones: [LEVELS] }));
    await commit(experience(playerId, 250));
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

describe('what milestones give', () => {
  const postings = async (milestones: Milestone[], balances: Record<string, number>) => {
    const { rows } = await owner.query('SELECT onceward.milestone_postings($1, $2) AS earned', [
      JSON.stringify(milestones),
      JSON.stringify(balances),
    ]);
    return rows[0].earned.map(({ resource, delta }: { resource: string; delta: number }) => [
      resource,
      delta,
    ]);
  };
  const grants = (amounts: number[], resource = 'points') => [
    { resource, amounts, floor: null, ceiling: null, atLimit: 'reject' as const },
  ];
  const levels = (over: Partial<Milestone>) => ({ ...LEVELS, grants: grants([1, 2, 4]), ...over });

  test.each<[string, Milestone[], Record<string, number>, [string, number][]]>([
    ['nothing without milestones', [], { experience: 999 }, []],
    ['nothing for a balance that is not there', [levels({})], {}, []],
    ['nothing for a debt', [levels({})], { experience: -500 }, []],
    [
      'a threshold of zero is reached by nobody having anything',
      [levels({ thresholds: [0] })],
      {},
      [
        ['levels_paid', 1],
        ['points', 1],
      ],
    ],
    [
      'each threshold its own amount',
      [levels({})],
      { experience: 300 },
      [
        ['levels_paid', 2],
        ['points', 3],
      ],
    ],
    [
      'only those not paid yet',
      [levels({})],
      { experience: 600, levels_paid: 1 },
      [
        ['levels_paid', 2],
        ['points', 6],
      ],
    ],
    ['nothing where more are paid than reached', [levels({})], { experience: 100, levels_paid: 3 }, []],
    [
      'an amount of zero moves nothing, but counts as paid',
      [levels({ grants: grants([0, 5]) })],
      { experience: 100 },
      [['levels_paid', 1]],
    ],
    [
      'thresholds without amounts count as paid',
      [levels({ grants: grants([7]) })],
      { experience: 600 },
      [
        ['levels_paid', 3],
        ['points', 7],
      ],
    ],
    [
      'without grants they are only counted',
      [levels({ grants: [] })],
      { experience: 100 },
      [['levels_paid', 1]],
    ],
    [
      'several grants, several milestones',
      [
        levels({ grants: [...grants([1]), ...grants([2], 'gems')] }),
        levels({ resource: 'wins', paidResource: 'wins_paid' }),
      ],
      { experience: 100, wins: 100 },
      [
        ['levels_paid', 1],
        ['points', 1],
        ['gems', 2],
        ['wins_paid', 1],
        ['points', 1],
      ],
    ],
  ])('%s', async (_, milestones, balances, expected) => {
    expect(await postings(milestones, balances)).toEqual(expected);
  });

  test('is decided by the kernel alone: the app role cannot call it', async () => {
    await expect(app.query(`SELECT onceward.milestone_postings('[]', '{}')`)).rejects.toThrow(
      'permission denied',
    );
  });
});
