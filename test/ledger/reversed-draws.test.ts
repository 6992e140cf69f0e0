import { describe, expect, test } from 'vitest';
import type { Choice, Draw } from '../../src/domain/moves.ts';
import { brokenInvariants } from '../support/ledger/invariants.ts';
import { granted, openLedger } from '../support/ledger/ledger.ts';
import { fresh, give, operation, take } from '../support/ledger/operations.ts';
import { standing } from '../support/ledger/standing.ts';
import { reversal } from '../support/ledger/systems.ts';

const { commit, owner, playerLedger, addStaff } = openLedger();

type Outcome = 'common' | 'legend';
const AFTER = 3;

/** The fourth draw in a row without a legend is one. */
function summon(outcome: Outcome): Choice {
  const draw = (of: Outcome, guaranteed = false): Draw => ({
    table: 'summons',
    outcome: of,
    roll: 7,
    of: 100,
    guaranteed,
  });
  const legend = [give('hero:legend', 1), take('pity', 10_000, { atLimit: 'clamp' })];
  return {
    oneOf: [
      { when: { resource: 'pity', atLeast: AFTER }, postings: legend, draw: draw('legend', true) },
      {
        when: null,
        postings: outcome === 'legend' ? legend : [give('hero:common', 1), give('pity', 1)],
        draw: draw(outcome),
      },
    ],
  };
}
const draws = async (playerId: string, ...outcomes: Outcome[]) =>
  (await granted(commit(operation({ playerId, postings: [], choices: outcomes.map(summon) })))).claim;
const reverse = async (claim: { playerId: string; id: string }, allowDebt = false) =>
  commit(reversal(await addStaff(), claim, { allowDebt, counters: ['pity'] }));
const pityOf = async (playerId: string) => (await playerLedger(playerId)).balances.pity;

describe('a guarantee’s counter, after draws were taken back, counts those that are left', () => {
  test.each([
    ['refused where the player has not enough', false],
    ['left as a debt', true],
  ])('a common draw from before a lucky one: nothing of the counter moves, where it would be %s', async (_, debt) => {
    const playerId = fresh('player');
    const first = await draws(playerId, 'common');
    await draws(playerId, 'legend');
    expect(await reverse(first, debt)).toMatchObject({
      kind: 'granted',
      changes: [{ resource: 'hero:common', delta: -1 }],
    });
    expect(await pityOf(playerId)).toBe(0);
    const { draws: next } = await draws(playerId, 'common', 'common', 'common', 'common');
    expect(next.map(({ guaranteed }) => guaranteed)).toEqual([false, false, false, true]);
    expect(await brokenInvariants(owner, [playerId])).toEqual([]);
  });

  test('a common draw from before a lucky one leaves alone what was counted since', async () => {
    const playerId = fresh('player');
    const first = await draws(playerId, 'common');
    await draws(playerId, 'legend');
    await draws(playerId, 'common');
    await granted(reverse(first));
    expect(await pityOf(playerId)).toBe(1);
  });

  test('a lucky draw counts again what it had set back, and what came since', async () => {
    const playerId = fresh('player');
    await draws(playerId, 'common', 'common');
    const lucky = await draws(playerId, 'legend');
    await draws(playerId, 'common');
    expect(await reverse(lucky)).toMatchObject({
      changes: [
        { resource: 'hero:legend', delta: -1 },
        { resource: 'pity', before: 1, after: 3 },
      ],
    });
    const [next] = (await draws(playerId, 'common')).draws;
    expect(next).toMatchObject({ outcome: 'legend', guaranteed: true });
    expect(await brokenInvariants(owner, [playerId])).toEqual([]);
  });

  test('a lucky draw from before another lucky one sets nothing forward', async () => {
    const playerId = fresh('player');
    const first = await draws(playerId, 'common', 'common', 'legend');
    await draws(playerId, 'common', 'legend', 'common');
    await granted(reverse(first));
    expect(await pityOf(playerId)).toBe(1);
  });

  test('draws that count again are no gift: no limit of the staff member stands against them', async () => {
    const playerId = fresh('player');
    await draws(playerId, 'common', 'common');
    const lucky = await draws(playerId, 'legend');
    const staffId = await addStaff({ limit: 1 });
    expect(await commit(reversal(staffId, lucky, { counters: ['pity'] }))).toMatchObject({ kind: 'granted' });
    expect(await pityOf(playerId)).toBe(2);
  });

  test('whatever is drawn and taken back, in whatever order', async () => {
    for (const seed of [1, 2, 3, 4, 5, 6]) {
      let state = seed;
      const below = (sides: number) => {
        state = (state * 48_271) % 2_147_483_647;
        return state % sides;
      };
      const playerId = fresh('player');
      const staff = await addStaff({ budget: 100_000 });
      let left: { playerId: string; id: string; draws: readonly Draw[] }[] = [];
      for (let round = 0; round < 30; round++) {
        if (left.length > 0 && below(5) < 2) {
          const back = left[below(left.length)] as (typeof left)[0];
          const asked = reversal(staff, back, { allowDebt: below(2) === 0, counters: ['pity'] });
          await granted(commit(asked));
          left = left.filter((claim) => claim !== back);
        } else {
          const outcomes = Array.from(
            { length: 1 + below(3) },
            (): Outcome => (below(4) === 0 ? 'legend' : 'common'),
          );
          left.push(await draws(playerId, ...outcomes));
        }
        const outcomes = left.flatMap((claim) => claim.draws.map(({ outcome }) => outcome));
        expect(await pityOf(playerId)).toBe(outcomes.length - 1 - outcomes.lastIndexOf('legend'));
      }
      expect(await brokenInvariants(owner, [playerId])).toEqual([]);
    }
  });

  test('an older Worker names no counters: it is moved back as any balance, or refused', async () => {
    const playerId = fresh('player');
    const first = await draws(playerId, 'common');
    await draws(playerId, 'legend');
    const asked = reversal(await addStaff(), first);
    const { counters: _, ...reverses } = asked.reverses as NonNullable<typeof asked.reverses>;
    const before = await standing(owner, playerId);
    expect(await commit({ ...asked, reverses: reverses as typeof asked.reverses })).toMatchObject({
      rejection: { kind: 'insufficient_balance', resource: 'pity', available: 0, required: 1 },
    });
    expect(await standing(owner, playerId)).toEqual(before);
  });
});
