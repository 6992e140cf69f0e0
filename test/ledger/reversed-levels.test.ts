import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { KernelClaim } from '../../src/ledger/kernel-contract.ts';
import { brokenInvariants } from '../support/ledger/invariants.ts';
import { granted, type Ledger, openLedger } from '../support/ledger/ledger.ts';
import { fresh, give, operation, take } from '../support/ledger/operations.ts';
import { startOwnDatabase } from '../support/ledger/own-database.ts';
import { POINT_LEVELS, pointLevels } from '../support/ledger/points.ts';
import { publishRules } from '../support/ledger/rules.ts';
import { standing } from '../support/ledger/standing.ts';
import { reversal } from '../support/ledger/systems.ts';

/** A database of this file's own, because its tests publish levels. */
let database: Awaited<ReturnType<typeof startOwnDatabase>>;
let ledger: Ledger;
beforeAll(async () => {
  database = await startOwnDatabase({}, { rules: false });
  ledger = openLedger(database);
});
afterAll(async () => {
  await ledger?.close();
  await database?.stop();
});
beforeEach(() => publishRules(ledger.owner, pointLevels()));

const win = (player: string, amount: number) =>
  operation({ player, postings: [give('experience', amount)], milestones: true, resources: POINT_LEVELS });
const balancesOf = async (player: string) => (await ledger.playerLedger(player)).balances;
const reverse = async (claim: KernelClaim, allow_debt = false) =>
  ledger.commit(
    reversal(await ledger.addStaff(), claim, { allow_debt, milestones: true, resources: POINT_LEVELS }),
  );
const CAUSE = { operation: 1, milestone: 2 };

describe('levels after a reversal', () => {
  test('levels after a reversal are those of the experience that is left, and experience earned again pays them exactly once more', async () => {
    const player = fresh('player');
    const first = await granted(ledger.commit(win(player, 100)));
    await granted(ledger.commit(win(player, 200)));
    expect(await balancesOf(player)).toEqual({ experience: 300, levels_paid: 2, points: 11 });

    // The first claim paid level 1. The level that the player no longer reaches is level 2.
    expect(await reverse(first.claim)).toMatchObject({
      kind: 'granted',
      changes: [
        { resource: 'experience', delta: -100, cause: CAUSE.operation },
        { resource: 'levels_paid', delta: -1, cause: CAUSE.milestone },
        { resource: 'points', delta: -10, cause: CAUSE.milestone },
      ],
    });
    expect(await balancesOf(player)).toEqual({ experience: 200, levels_paid: 1, points: 1 });

    for (const amount of [50, 50, 50]) await granted(ledger.commit(win(player, amount)));
    expect(await balancesOf(player)).toEqual({ experience: 350, levels_paid: 2, points: 11 });
    expect(await brokenInvariants(ledger.owner, [player])).toEqual([]);
  });

  test.each([
    [[0, 1, 2]],
    [[2, 0, 1]],
    [[1, 2, 0]],
  ])('the points are those of the levels that are reached when claims are reversed in the order %j', async (order) => {
    const player = fresh('player');
    const claims: KernelClaim[] = [];
    for (const amount of [150, 200, 400])
      claims.push((await granted(ledger.commit(win(player, amount)))).claim);
    for (const index of order) {
      expect(await reverse(claims[index] as KernelClaim)).toMatchObject({ kind: 'granted' });
      const { experience = 0, levels_paid, points } = await balancesOf(player);
      const reached = [100, 300, 600].filter((threshold) => threshold <= experience).length;
      expect([levels_paid, points]).toEqual([reached, [0, 1, 11, 111][reached]]);
    }
    expect(await balancesOf(player)).toEqual({ experience: 0, levels_paid: 0, points: 0 });
    expect(await brokenInvariants(ledger.owner, [player])).toEqual([]);
  });

  test('a reversal whose level points were spent is rejected and moves nothing, or leaves a debt when staff allow it', async () => {
    const player = fresh('player');
    const { claim } = await granted(ledger.commit(win(player, 300)));
    await granted(ledger.commit(operation({ player, postings: [take('points', 5), give('gems', 5)] })));
    const before = await standing(ledger.owner, player);
    expect(await reverse(claim)).toMatchObject({
      rejection: { kind: 'insufficient_balance', resource: 'points', available: 6, required: 11 },
    });
    expect(await standing(ledger.owner, player)).toEqual(before);
    expect(await reverse(claim, true)).toMatchObject({ kind: 'granted' });
    expect(await balancesOf(player)).toEqual({ experience: 0, levels_paid: 0, points: -5, gems: 5 });
  });

  test('levels stay paid under steeper thresholds, unless the balance falls below one of them', async () => {
    const player = fresh('player');
    await granted(ledger.commit(win(player, 310)));
    const small = await granted(ledger.commit(win(player, 5)));
    const large = await granted(ledger.commit(win(player, 100)));
    await publishRules(ledger.owner, pointLevels([200, 1_000, 2_000]));
    expect(await reverse(small.claim)).toMatchObject({ changes: [{ resource: 'experience', delta: -5 }] });
    expect(await balancesOf(player)).toEqual({ experience: 410, levels_paid: 2, points: 11 });
    await publishRules(ledger.owner, pointLevels([350, 1_000, 2_000]));
    expect(await reverse(large.claim)).toMatchObject({
      changes: [{ delta: -100 }, { resource: 'levels_paid', delta: -2 }, { resource: 'points', delta: -11 }],
    });
  });

  test('levels stay when the reversed claim gave no experience', async () => {
    const player = fresh('player');
    await granted(ledger.commit(win(player, 100)));
    const { claim } = await granted(ledger.commit(operation({ player })));
    expect(await reverse(claim)).toMatchObject({ changes: [{ resource: 'gold', delta: -10 }] });
  });

  test('levels are paid once when a claim that took experience is reversed', async () => {
    const player = fresh('player');
    await granted(ledger.commit(win(player, 300)));
    const spent = await granted(ledger.commit({ ...win(player, 0), postings: [take('experience', 250)] }));
    expect(await balancesOf(player)).toEqual({ experience: 50, levels_paid: 0, points: 0 });
    expect(await reverse(spent.claim)).toMatchObject({ kind: 'granted' });
    expect(await balancesOf(player)).toEqual({ experience: 300, levels_paid: 2, points: 11 });
  });
});
