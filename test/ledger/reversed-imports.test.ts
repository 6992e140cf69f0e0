import { describe, expect, test } from 'vitest';
import { type HistoricRow, importOperation } from '../../src/domain/import.ts';
import type { Milestone } from '../../src/domain/moves.ts';
import { brokenInvariants } from '../support/ledger/invariants.ts';
import { granted, openLedger } from '../support/ledger/ledger.ts';
import { fresh, give, operation } from '../support/ledger/operations.ts';
import { reversal } from '../support/ledger/systems.ts';

const { commit, owner, playerLedger, addStaff } = openLedger();

/** Levels at 100, 300 and 600 experience that give 1, 10 and 100 points: which level was paid shows in the points. */
const curve = (floor: number | null): Milestone => ({
  resource: 'experience',
  thresholds: [100, 300, 600],
  paidResource: 'levels_paid',
  grants: [{ resource: 'points', amounts: [1, 10, 100], floor, ceiling: null, atLimit: 'reject' }],
});

/** As the importer's command sends it: with the owner's connection. */
async function imported(playerId: string, resource: string, amount: number, occurrence = 1) {
  const row: HistoricRow = {
    playerId,
    resource,
    amount,
    time: '2024-05-01T12:00:00.000Z',
    source: 'old_game',
    key: null,
    type: null,
  };
  const operator = { kind: 'operator', id: 'migration' } as const;
  const asked = importOperation(row, occurrence, { operator, correlationId: 'c', configVersion: 1 });
  const { rows } = await owner.query('SELECT onceward.commit_operation($1) AS outcome', [
    JSON.stringify(asked),
  ]);
  expect(rows[0].outcome).toMatchObject({ kind: 'granted' });
  return { playerId, id: rows[0].outcome.claim.id as string };
}
const reverse = async (claim: { playerId: string; id: string }, floor: number | null = 0) =>
  commit(reversal(await addStaff(), claim, { allowDebt: floor === null, milestones: [curve(floor)] }));
const win = async (playerId: string, amount: number) =>
  granted(commit(operation({ playerId, postings: [give('experience', amount)], milestones: [curve(null)] })));
const balances = async (playerId: string) => (await playerLedger(playerId)).balances;

describe('a row of the past that is taken back', () => {
  test('counted levels twice: the counter is what it should be, no level is paid again, none taken', async () => {
    const playerId = fresh('player');
    await imported(playerId, 'experience', 300);
    await imported(playerId, 'levels_paid', 2);
    const duplicate = await imported(playerId, 'levels_paid', 2, 2);

    expect(await reverse(duplicate)).toMatchObject({
      kind: 'granted',
      changes: [{ resource: 'levels_paid', before: 4, after: 2, cause: 'operation' }],
    });
    expect(await balances(playerId)).toEqual({ experience: 300, levels_paid: 2 });
    await win(playerId, 300);
    expect(await balances(playerId)).toEqual({ experience: 600, levels_paid: 3, points: 100 });
    expect(await brokenInvariants(owner, [playerId])).toEqual([]);
  });

  test('kept a level from being paid that was reached since: that one is paid now, and no other', async () => {
    const playerId = fresh('player');
    await imported(playerId, 'experience', 300);
    await imported(playerId, 'levels_paid', 2);
    const duplicate = await imported(playerId, 'levels_paid', 2, 2);
    await win(playerId, 300);
    expect(await balances(playerId)).toEqual({ experience: 600, levels_paid: 4 });
    await granted(reverse(duplicate));
    expect(await balances(playerId)).toEqual({ experience: 600, levels_paid: 3, points: 100 });
  });

  test('where experience and its counter stand there twice: the counter first, and no level was given or taken', async () => {
    const playerId = fresh('player');
    await imported(playerId, 'experience', 300);
    await imported(playerId, 'levels_paid', 2);
    await imported(playerId, 'points', 11);
    const [experience, counter] = [
      await imported(playerId, 'experience', 300, 2),
      await imported(playerId, 'levels_paid', 2, 2),
    ];
    await granted(reverse(counter));
    await granted(reverse(experience));
    expect(await balances(playerId)).toEqual({ experience: 300, levels_paid: 2, points: 11 });
    expect(await brokenInvariants(owner, [playerId])).toEqual([]);
  });

  test('was the only one to count them: they were not paid then, and are paid once', async () => {
    const playerId = fresh('player');
    await imported(playerId, 'experience', 300);
    const counter = await imported(playerId, 'levels_paid', 2);
    await granted(reverse(counter));
    expect(await balances(playerId)).toEqual({ experience: 300, levels_paid: 2, points: 11 });
    await win(playerId, 10);
    expect(await balances(playerId)).toEqual({ experience: 310, levels_paid: 2, points: 11 });
  });
});
