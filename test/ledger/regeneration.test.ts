// What time adds to a balance is written to the ledger once, before the operation that moves the balance.
import { describe, expect, test } from 'vitest';
import { anchorOf, balancesOf, entriesOf, receiptOf } from '../support/ledger/answers.ts';
import { HOUR, ofCharges, settle, spend } from '../support/ledger/charges.ts';
import { brokenInvariants } from '../support/ledger/invariants.ts';
import { granted, openLedger } from '../support/ledger/ledger.ts';
import { fresh, give, operation, take } from '../support/ledger/operations.ts';
import { standing } from '../support/ledger/standing.ts';
import { reversal, timePasses } from '../support/ledger/systems.ts';

const { commit, owner, addStaff } = openLedger();
const sound = async (player: string) => expect(await brokenInvariants(owner, [player])).toEqual([]);

describe('what time adds is written to the ledger', () => {
  test('the opening balance once, as an entry of its own before the first move', async () => {
    const player = fresh('player');
    const first = await granted(commit(spend(player)));
    expect(entriesOf(first.changes)).toEqual([
      { resource: 'charges', before: 0, after: 5, delta: 5, requested: 5, sequence: 1, cause: 'opening' },
      { resource: 'charges', before: 5, after: 4, delta: -1, requested: -1, sequence: 2, cause: 'operation' },
      { resource: 'gold', before: 0, after: 1, delta: 1, requested: 1, sequence: 1, cause: 'operation' },
    ]);
    expect(anchorOf(first.changes, 'charges')).toBe(first.claim.claimedAt);
    const second = await granted(commit(spend(player)));
    expect(ofCharges(second.changes)).toEqual([['operation', -1, 3]]);
    await sound(player);
  });

  test('what regenerated, as an entry of its own before the move; a replay shows the same', async () => {
    const player = fresh('player');
    const first = await granted(commit(spend(player, 4)));
    await timePasses(owner, player, 2.5 * HOUR);
    const sent = spend(player, 3);
    const second = await granted(commit(sent));
    expect(ofCharges(second.changes)).toEqual([
      ['regeneration', 2, 3],
      ['operation', -3, 4],
    ]);
    // Half an hour is left of the interval of the next unit.
    expect(anchorOf(second.changes, 'charges')).toBe(first.claim.claimedAt - 0.5 * HOUR * 1_000);
    const again = await granted(commit(sent));
    expect(again.replayed).toBe(true);
    expect(receiptOf(again)).toEqual(receiptOf(second));
    await sound(player);
  });

  test('all of it by a posting of 0, which moves nothing else; where nothing regenerated, no entry is written', async () => {
    const player = fresh('player');
    await granted(commit(spend(player, 4)));
    await timePasses(owner, player, 3 * HOUR);
    expect(ofCharges((await granted(commit(settle(player)))).changes)).toEqual([['regeneration', 3, 3]]);
    const nothing = await granted(commit(settle(player)));
    expect(entriesOf(nothing.changes)).toEqual([]);
    await sound(player);
  });

  test('nothing for a posting of 0 on a balance that never moved and does not regenerate', async () => {
    const player = fresh('player');
    const outcome = await granted(commit(operation({ player, postings: [give('gold', 0)] })));
    expect(outcome.changes).toEqual([]);
    const { rows } = await owner.query('SELECT FROM onceward.balances_by_name WHERE player_id = $1', [
      player,
    ]);
    expect(rows).toHaveLength(0);
    await sound(player);
  });

  test('nothing where the operation is rejected, however much time passed', async () => {
    const player = fresh('player');
    await granted(commit(spend(player, 5)));
    await timePasses(owner, player, 2 * HOUR);
    const before = await standing(owner, player);
    expect(await commit(spend(player, 3))).toMatchObject({
      rejection: { kind: 'insufficient_balance', resource: 'charges', available: 2, required: 3 },
    });
    expect(await standing(owner, player)).toEqual(before);
  });

  test('once before several postings of one balance', async () => {
    const player = fresh('player');
    await granted(commit(spend(player, 5)));
    await timePasses(owner, player, 2 * HOUR);
    const postings = [take('charges', 1), take('charges', 1)];
    const { changes } = await granted(commit(operation({ player, postings })));
    expect(ofCharges(changes)).toEqual([
      ['regeneration', 2, 3],
      ['operation', -1, 4],
      ['operation', -1, 5],
    ]);
    await sound(player);
  });
});

describe('while a balance is full', () => {
  test('time is not saved up: the next unit counts from when it was last full', async () => {
    const player = fresh('player');
    await granted(commit(spend(player, 1)));
    await timePasses(owner, player, 40 * HOUR);
    const { claim, changes } = await granted(commit(spend(player, 5)));
    expect(ofCharges(changes)).toEqual([
      ['regeneration', 1, 3],
      ['operation', -5, 4],
    ]);
    expect(anchorOf(changes, 'charges')).toBe(claim.claimedAt);
    const before = await standing(owner, player);
    expect(await commit(spend(player, 1))).toMatchObject({ rejection: { available: 0 } });
    expect(await standing(owner, player)).toEqual(before);
    await sound(player);
  });

  test('what is above the cap stays, and shrinks only by being spent', async () => {
    const player = fresh('player');
    await granted(commit(operation({ player, postings: [give('charges', 4)] })));
    await timePasses(owner, player, 40 * HOUR);
    const outcome = await granted(commit(spend(player, 1)));
    expect(ofCharges(outcome.changes)).toEqual([['operation', -1, 3]]);
    expect(balancesOf(outcome).charges).toBe(8);
  });
});

describe('under concurrency', () => {
  test('sixty-four operations never spend more than opened and regenerated', async () => {
    const player = fresh('player');
    await granted(commit(spend(player, 5)));
    await timePasses(owner, player, 3.5 * HOUR);
    const outcomes = await Promise.all(Array.from({ length: 64 }, () => commit(spend(player))));
    expect(outcomes.filter(({ kind }) => kind === 'granted')).toHaveLength(3);
    for (const refused of outcomes.filter(({ kind }) => kind !== 'granted'))
      expect(refused).toMatchObject({ rejection: { kind: 'insufficient_balance', available: 0 } });
    const { rows } = await owner.query(
      `SELECT cause, sum(delta)::int AS moved, count(*)::int AS entries FROM onceward.entries_by_name
        WHERE player_id = $1 AND resource = 'charges' GROUP BY cause ORDER BY cause`,
      [player],
    );
    expect(rows).toEqual([
      { cause: 'opening', moved: 5, entries: 1 },
      { cause: 'operation', moved: -8, entries: 4 },
      { cause: 'regeneration', moved: 3, entries: 1 },
    ]);
    await sound(player);
  });

  test('sixty-four first operations of a player open the balance once', async () => {
    const player = fresh('player');
    const outcomes = await Promise.all(Array.from({ length: 64 }, () => commit(spend(player))));
    expect(outcomes.filter(({ kind }) => kind === 'granted')).toHaveLength(5);
    await sound(player);
  });
});

test('a reversal gives back what was spent, and takes back neither what regenerated nor what a balance opened with', async () => {
  const player = fresh('player');
  const { claim } = await granted(commit(spend(player, 4)));
  await timePasses(owner, player, 2 * HOUR);
  const back = await granted(commit(reversal(await addStaff(), claim)));
  expect(ofCharges(back.changes)).toEqual([
    ['regeneration', 2, 3],
    ['operation', 4, 4],
  ]);
  expect(balancesOf(back)).toEqual({ charges: 7, gold: 0 });
  await sound(player);
});
