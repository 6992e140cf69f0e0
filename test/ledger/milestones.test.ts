import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { balancesOf, entriesOf, movesOf } from '../support/ledger/answers.ts';
import { granted, type Ledger, openLedger } from '../support/ledger/ledger.ts';
import { fresh, give, operation, take } from '../support/ledger/operations.ts';
import { startOwnDatabase } from '../support/ledger/own-database.ts';
import { LEVELS, publishRules } from '../support/ledger/rules.ts';
import { standing } from '../support/ledger/standing.ts';

/** A database of this file's own, because it publishes other levels. */
let database: Awaited<ReturnType<typeof startOwnDatabase>>;
let ledger: Ledger;
beforeAll(async () => {
  database = await startOwnDatabase();
  ledger = openLedger(database);
});
afterAll(async () => {
  await ledger?.close();
  await database?.stop();
});

const commit: Ledger['commit'] = (sent) => ledger.commit(sent);
const balances = async (player: string) => (await ledger.playerLedger(player)).balances;
const experience = (player: string, amount: number) =>
  operation({ player, postings: [give('experience', amount)], milestones: true });

/** Publishes levels that differ from LEVELS in these members. */
const publish = (...levels: Partial<typeof LEVELS>[]) =>
  publishRules(ledger.owner, { milestones: levels.map((over) => ({ ...LEVELS, ...over })) });

describe('thresholds that are crossed are paid in the same transaction', () => {
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
  ])('%s', async (_, amounts, expected) => {
    const player = fresh('player');
    for (const amount of amounts) await granted(commit(experience(player, amount)));
    expect(await balances(player)).toEqual(expected);
  });

  test('as entries of the same claim, after its own postings', async () => {
    const outcome = await granted(commit(experience(fresh('player'), 300)));
    const entry = { before: 0, sequence: 1 };
    expect(entriesOf(outcome.changes)).toEqual([
      { ...entry, resource: 'experience', after: 300, delta: 300, requested: 300, cause: 'operation' },
      { ...entry, resource: 'levels_paid', after: 2, delta: 2, requested: 2, cause: 'milestone' },
      { ...entry, resource: 'stat_points', after: 6, delta: 6, requested: 6, cause: 'milestone' },
    ]);
    expect(balancesOf(outcome)).toEqual({ experience: 300, levels_paid: 2, stat_points: 6 });
    expect(outcome.claim.version).toBe(1);
  });

  test('once when twenty operations cross them together', async () => {
    const player = fresh('player');
    await Promise.all(Array.from({ length: 20 }, () => commit(experience(player, 15))));
    expect(await balances(player)).toEqual({ experience: 300, levels_paid: 2, stat_points: 6 });
  });

  test('not by an operation that does not evaluate them', async () => {
    const player = fresh('player');
    await granted(commit({ ...experience(player, 300), milestones: false }));
    expect(await balances(player)).toEqual({ experience: 300 });
  });

  test('not at all where the operation is rejected', async () => {
    const sent = operation({ postings: [give('experience', 300), take('gold', 1)], milestones: true });
    expect(await commit(sent)).toMatchObject({ rejection: { kind: 'insufficient_balance' } });
    expect(await ledger.playerLedger(sent.player)).toMatchObject({ version: null, balances: {}, entries: 0 });
  });

  test('by the levels of the config that is current', async () => {
    await publish({ thresholds: [10, 20] });
    const player = fresh('player');
    await granted(commit(experience(player, 15)));
    expect(await balances(player)).toEqual({ experience: 15, levels_paid: 1, stat_points: 3 });
    await publish({});
  });

  test('with a grant above its ceiling, which rejects the whole operation', async () => {
    const player = fresh('player');
    await granted(commit(experience(player, 1)));
    const before = await standing(ledger.owner, player);
    const [points] = LEVELS.grants;
    if (!points) throw new Error('no grant');
    await publish({ grants: [{ ...points, ceiling: 5 }] });
    expect(await commit(experience(player, 300))).toMatchObject({
      rejection: { kind: 'limit_exceeded', resource: 'stat_points', bound: 5, remaining: 5, requested: 6 },
    });
    expect(await standing(ledger.owner, player)).toEqual(before);
    await publish({});
    await granted(commit(experience(player, 300)));
    expect(await balances(player)).toMatchObject({ levels_paid: 2, stat_points: 6 });
  });
});

describe('a threshold pays once', () => {
  test('although the balance falls below it in an operation that does not evaluate levels, and rises again', async () => {
    const player = fresh('player');
    await commit(experience(player, 300));
    await granted(commit(operation({ player, postings: [take('experience', 250)] })));
    expect(await balances(player)).toMatchObject({ levels_paid: 2, stat_points: 6 });
    await granted(commit(experience(player, 250)));
    expect(await balances(player)).toEqual({ experience: 300, levels_paid: 2, stat_points: 6 });
  });

  test('and what is taken back with the experience is paid again with it, and no more', async () => {
    const player = fresh('player');
    await commit(experience(player, 300));
    const fall = operation({ player, postings: [take('experience', 250)], milestones: true });
    expect(movesOf((await granted(commit(fall))).changes)).toEqual([
      ['experience', 'operation', -250],
      ['levels_paid', 'milestone', -2],
      ['stat_points', 'milestone', -6],
    ]);
    await granted(commit(experience(player, 250)));
    expect(await balances(player)).toEqual({ experience: 300, levels_paid: 2, stat_points: 6 });
  });

  test.each<[string, number[], number, Record<string, number>]>([
    [
      'lower: what the balance reaches is paid with the next gain',
      [10, 20, 30],
      1,
      { levels_paid: 3, stat_points: 9 },
    ],
    [
      'higher: nothing is taken back and nothing is paid again',
      [5_000, 6_000, 7_000],
      1,
      { levels_paid: 1, stat_points: 3 },
    ],
    ['higher and reached: only what was not paid', [110, 120], 50, { levels_paid: 2, stat_points: 6 }],
    ['fewer than were paid', [], 1, { levels_paid: 1, stat_points: 3 }],
  ])('when the published thresholds become %s', async (_, thresholds, gain, expected) => {
    await publish({});
    const player = fresh('player');
    await commit(experience(player, 100));
    await publish({ thresholds });
    await granted(commit(experience(player, gain)));
    expect(await balances(player)).toMatchObject(expected);
    await publish({});
  });
});
