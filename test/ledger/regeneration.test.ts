import { describe, expect, test } from 'vitest';
import type { Accrual } from '../../src/domain/moves.ts';
import type { ChangeRecord } from '../../src/domain/outcome.ts';
import { brokenInvariants } from '../support/ledger/invariants.ts';
import { granted, openLedger } from '../support/ledger/ledger.ts';
import { fresh, give, operation, take } from '../support/ledger/operations.ts';
import { standing } from '../support/ledger/standing.ts';
import { growing, HOURLY, reversal, timePasses } from '../support/ledger/systems.ts';

const { commit, owner, addStaff } = openLedger();

const HOUR = 3_600;
const spend = (playerId: string, amount = 1, accrual: Accrual = HOURLY) =>
  operation({ playerId, postings: [growing(take('charges', amount), accrual), give('gold', amount)] });
const settle = (playerId: string, accrual: Accrual = HOURLY) =>
  operation({ playerId, postings: [growing(give('charges', 0), accrual)] });

/** cause, delta and sequence of what moved the charges. */
const ofCharges = (changes: readonly ChangeRecord[]) =>
  changes
    .filter(({ resource }) => resource === 'charges')
    .map(({ cause, delta, sequence }) => [cause, delta, sequence]);

const sound = async (playerId: string) => expect(await brokenInvariants(owner, [playerId])).toEqual([]);

describe('what comes about by itself is written down', () => {
  test('what a balance begins with, once, as an entry of its own before the first move', async () => {
    const playerId = fresh('player');
    const first = await granted(commit(spend(playerId)));
    expect(first.changes).toEqual([
      { resource: 'charges', before: 0, after: 5, delta: 5, requested: 5, sequence: 1, cause: 'opening' },
      { resource: 'charges', before: 5, after: 4, delta: -1, requested: -1, sequence: 2, cause: 'operation' },
      { resource: 'gold', before: 0, after: 1, delta: 1, requested: 1, sequence: 1, cause: 'operation' },
    ]);
    expect(first.anchors).toEqual({ charges: expect.any(String) });
    expect(Date.parse(first.anchors.charges as string)).toBe(Date.parse(first.claim.claimedAt));
    const second = await granted(commit(spend(playerId)));
    expect(ofCharges(second.changes)).toEqual([['operation', -1, 3]]);
    await sound(playerId);
  });

  test('what time brought back, as an entry of its own before the move; a replay shows it the same', async () => {
    const playerId = fresh('player');
    const first = await granted(commit(spend(playerId, 4)));
    await timePasses(owner, playerId, 2.5 * HOUR);
    const asked = spend(playerId, 3);
    const second = await granted(commit(asked));
    expect(ofCharges(second.changes)).toEqual([
      ['regeneration', 2, 3],
      ['operation', -3, 4],
    ]);
    expect(second.balances).toMatchObject({ charges: 0, gold: 7 });
    // Half an hour is left of the interval that the next one comes from.
    const anchor = Date.parse(second.anchors.charges as string);
    expect(anchor).toBe(Date.parse(first.claim.claimedAt) - 0.5 * HOUR * 1_000);
    expect(await granted(commit(asked))).toEqual({ ...second, replayed: true });
    await sound(playerId);
  });

  test('all of it by a posting of 0, which moves nothing else; where nothing came, nothing is written', async () => {
    const playerId = fresh('player');
    await granted(commit(spend(playerId, 4)));
    await timePasses(owner, playerId, 3 * HOUR);
    expect(ofCharges((await granted(commit(settle(playerId)))).changes)).toEqual([['regeneration', 3, 3]]);
    const nothing = await granted(commit(settle(playerId)));
    expect(nothing).toMatchObject({ changes: [], balances: { charges: 4 } });
    await sound(playerId);
  });

  test('a posting of 0 on what never moved and does not grow leaves no balance behind', async () => {
    const playerId = fresh('player');
    const outcome = await granted(commit(operation({ playerId, postings: [give('gold', 0)] })));
    expect(outcome).toMatchObject({ changes: [], balances: {}, anchors: {} });
    await sound(playerId);
  });

  test('nothing where the operation is refused, however long it took', async () => {
    const playerId = fresh('player');
    await granted(commit(spend(playerId, 5)));
    await timePasses(owner, playerId, 2 * HOUR);
    const before = await standing(owner, playerId);
    expect(await commit(spend(playerId, 3))).toMatchObject({
      rejection: { kind: 'insufficient_balance', resource: 'charges', available: 2, required: 3 },
    });
    expect(await standing(owner, playerId)).toEqual(before);
  });

  test('before several postings of one balance, once', async () => {
    const playerId = fresh('player');
    await granted(commit(spend(playerId, 5)));
    await timePasses(owner, playerId, 2 * HOUR);
    const postings = [growing(take('charges', 1)), growing(take('charges', 1))];
    const { changes } = await granted(commit(operation({ playerId, postings })));
    expect(ofCharges(changes)).toEqual([
      ['regeneration', 2, 3],
      ['operation', -1, 4],
      ['operation', -1, 5],
    ]);
    await sound(playerId);
  });
});

describe('time while a balance is full', () => {
  test('is not saved up: the next unit is counted from when it was last full', async () => {
    const playerId = fresh('player');
    await granted(commit(spend(playerId, 1)));
    await timePasses(owner, playerId, 40 * HOUR);
    const { claim, changes, anchors } = await granted(commit(spend(playerId, 5)));
    expect(ofCharges(changes)).toEqual([
      ['regeneration', 1, 3],
      ['operation', -5, 4],
    ]);
    expect(Date.parse(anchors.charges as string)).toBe(Date.parse(claim.claimedAt));
    expect(await commit(spend(playerId, 1))).toMatchObject({ rejection: { available: 0 } });
    await sound(playerId);
  });

  test('what is above the cap stays, and shrinks only by being spent', async () => {
    const playerId = fresh('player');
    await granted(commit(operation({ playerId, postings: [growing(give('charges', 4))] })));
    await timePasses(owner, playerId, 40 * HOUR);
    const { changes, balances } = await granted(commit(spend(playerId, 1)));
    expect(ofCharges(changes)).toEqual([['operation', -1, 3]]);
    expect(balances.charges).toBe(8);
  });

  test('a cap that follows a balance is judged by the balance of that moment', async () => {
    const playerId = fresh('player');
    const byStat: Accrual = {
      initial: { base: 1, perUnit: 1, resource: 'stat' },
      regenerates: { everySeconds: HOUR, amount: 1, upTo: { base: 1, perUnit: 1, resource: 'stat' } },
    };
    const raise = operation({ playerId, postings: [growing(give('charges', 0), byStat), give('stat', 2)] });
    expect(ofCharges((await granted(commit(raise))).changes)).toEqual([['opening', 1, 1]]);
    await timePasses(owner, playerId, 9 * HOUR);
    expect(ofCharges((await granted(commit(settle(playerId, byStat)))).changes)).toEqual([
      ['regeneration', 2, 2],
    ]);
    await sound(playerId);
  });
});

describe('under concurrency', () => {
  test('sixty-four spenders of charges that came back never spend more than there were', async () => {
    const playerId = fresh('player');
    await granted(commit(spend(playerId, 5)));
    await timePasses(owner, playerId, 3.5 * HOUR);
    const outcomes = await Promise.all(Array.from({ length: 64 }, () => commit(spend(playerId))));
    const spent = outcomes.filter(({ kind }) => kind === 'granted');
    expect(spent).toHaveLength(3);
    for (const refused of outcomes.filter(({ kind }) => kind !== 'granted'))
      expect(refused).toMatchObject({ rejection: { kind: 'insufficient_balance', available: 0 } });
    const { rows } = await owner.query(
      `SELECT cause, sum(delta)::int AS moved, count(*)::int AS entries FROM onceward.ledger_entries
        WHERE player_id = $1 AND resource = 'charges' GROUP BY cause ORDER BY cause`,
      [playerId],
    );
    expect(rows).toEqual([
      { cause: 'opening', moved: 5, entries: 1 },
      { cause: 'operation', moved: -8, entries: 4 },
      { cause: 'regeneration', moved: 3, entries: 1 },
    ]);
    await sound(playerId);
  });

  test('sixty-four first operations of a player open the balance once', async () => {
    const playerId = fresh('player');
    const outcomes = await Promise.all(Array.from({ length: 64 }, () => commit(spend(playerId))));
    expect(outcomes.filter(({ kind }) => kind === 'granted')).toHaveLength(5);
    await sound(playerId);
  });
});

test('a reversal gives back what was spent, and neither takes back what time brought nor what a balance began with', async () => {
  const playerId = fresh('player');
  const { claim } = await granted(commit(spend(playerId, 4)));
  await timePasses(owner, playerId, 2 * HOUR);
  const asked = reversal(await addStaff(), claim, { accruals: { charges: HOURLY } });
  const back = await granted(commit(asked));
  expect(ofCharges(back.changes)).toEqual([
    ['regeneration', 2, 3],
    ['operation', 4, 4],
  ]);
  expect(back.balances).toEqual({ charges: 7, gold: 0 });
  await sound(playerId);
});
