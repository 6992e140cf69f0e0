import { describe, expect, test } from 'vitest';
import type { KernelChoice, KernelClaim } from '../../src/ledger/kernel-contract.ts';
import { dice } from '../support/ledger/dice.ts';
import { brokenInvariants } from '../support/ledger/invariants.ts';
import { granted, openLedger } from '../support/ledger/ledger.ts';
import { fresh, give, operation, take } from '../support/ledger/operations.ts';
import { standing } from '../support/ledger/standing.ts';
import { reversal } from '../support/ledger/systems.ts';

const { commit, owner, playerLedger, addStaff } = openLedger();

type Result = 'common' | 'legend';
type Claim = Omit<KernelClaim, 'draws'> & {
  readonly draws: readonly { readonly outcome: Result; readonly guaranteed: boolean }[];
};
const AFTER = 3;

/** The fourth draw in a row without a legend is one. */
function summon(result: Result): KernelChoice {
  const draw = (outcome: Result, guaranteed = false) => ({
    table: 'summons',
    outcome,
    roll: 7,
    of: 100,
    guaranteed,
  });
  const legend = [give('hero:legend', 1), take('pity', 10_000, { clamp: true })];
  return {
    one_of: [
      { when: [{ resource: 'pity', at_least: AFTER }], postings: legend, draws: [draw('legend', true)] },
      {
        when: [],
        postings: result === 'legend' ? legend : [give('hero:common', 1), give('pity', 1)],
        draws: [draw(result)],
      },
    ],
  };
}
const draws = async (player: string, ...results: Result[]) =>
  (await granted(commit(operation({ player, postings: [], choices: results.map(summon) })))).claim as Claim;
const reverse = async (claim: Claim, allow_debt = false) =>
  commit(reversal(await addStaff(), claim as KernelClaim, { allow_debt, counters: ['pity'] }));
const pityOf = async (player: string) => (await playerLedger(player)).balances.pity;

describe('the counter of a guarantee after a reversal', () => {
  test.each([
    ['rejected', false],
    ['left as a debt', true],
  ])('reversing a common draw before a legend moves no counter, with a lack %s', async (_, debt) => {
    const player = fresh('player');
    const first = await draws(player, 'common');
    await draws(player, 'legend');
    expect(await reverse(first, debt)).toMatchObject({
      kind: 'granted',
      changes: [{ resource: 'hero:common', delta: -1 }],
    });
    expect(await pityOf(player)).toBe(0);
    const { draws: next } = await draws(player, 'common', 'common', 'common', 'common');
    expect(next.map(({ guaranteed }) => guaranteed)).toEqual([false, false, false, true]);
    expect(await brokenInvariants(owner, [player])).toEqual([]);
  });

  test('reversing a common draw before a legend leaves what was counted since', async () => {
    const player = fresh('player');
    const first = await draws(player, 'common');
    await draws(player, 'legend');
    await draws(player, 'common');
    await granted(reverse(first));
    expect(await pityOf(player)).toBe(1);
  });

  test('reversing a legend restores the count that it had reset, with what came since', async () => {
    const player = fresh('player');
    await draws(player, 'common', 'common');
    const legend = await draws(player, 'legend');
    await draws(player, 'common');
    expect(await reverse(legend)).toMatchObject({
      changes: [
        { resource: 'hero:legend', delta: -1 },
        { resource: 'pity', before: 1, delta: 2 },
      ],
    });
    const [next] = (await draws(player, 'common')).draws;
    expect(next).toMatchObject({ outcome: 'legend', guaranteed: true });
    expect(await brokenInvariants(owner, [player])).toEqual([]);
  });

  test('reversing a legend before another legend restores nothing', async () => {
    const player = fresh('player');
    const first = await draws(player, 'common', 'common', 'legend');
    await draws(player, 'common', 'legend', 'common');
    await granted(reverse(first));
    expect(await pityOf(player)).toBe(1);
  });

  test('the count that a reversal restores is no gift: it uses no limit of the staff member', async () => {
    const player = fresh('player');
    await draws(player, 'common', 'common');
    const legend = await draws(player, 'legend');
    const staff = await addStaff({ limit: 1 });
    expect(await commit(reversal(staff, legend as KernelClaim, { counters: ['pity'] }))).toMatchObject({
      kind: 'granted',
    });
    expect(await pityOf(player)).toBe(2);
  });

  test.each([
    1, 2, 3, 4, 5, 6,
  ])('the counter of a guarantee counts the draws that remain, in any order of draws and reversals: seed %s', async (seed) => {
    const roll = dice(seed);
    const player = fresh('player');
    const staff = await addStaff({ budget: 100_000 });
    let remaining: Claim[] = [];
    for (let round = 0; round < 30; round++) {
      if (remaining.length > 0 && roll(5) < 2) {
        const reversed = remaining[roll(remaining.length)] as Claim;
        const over = { allow_debt: roll(2) === 0, counters: ['pity'] };
        await granted(commit(reversal(staff, reversed as KernelClaim, over)));
        remaining = remaining.filter((claim) => claim !== reversed);
      } else {
        const results = Array.from(
          { length: 1 + roll(3) },
          (): Result => (roll(4) === 0 ? 'legend' : 'common'),
        );
        remaining.push(await draws(player, ...results));
      }
      const outcomes = remaining.flatMap((claim) => claim.draws.map(({ outcome }) => outcome));
      expect(await pityOf(player)).toBe(outcomes.length - 1 - outcomes.lastIndexOf('legend'));
    }
    expect(await brokenInvariants(owner, [player])).toEqual([]);
  });

  test('a reversal that names no counters moves them like any balance, and is rejected below zero', async () => {
    const player = fresh('player');
    const first = await draws(player, 'common');
    await draws(player, 'legend');
    const before = await standing(owner, player);
    expect(await commit(reversal(await addStaff(), first as KernelClaim, { counters: [] }))).toMatchObject({
      rejection: { kind: 'insufficient_balance', resource: 'pity', available: 0, required: 1 },
    });
    expect(await standing(owner, player)).toEqual(before);
  });
});
