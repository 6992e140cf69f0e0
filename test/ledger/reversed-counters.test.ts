// Taking back what advanced a counter: in its period the counter loses it, in a later one nothing changes, and the counter is
// always what the advances that are left make of it.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { movesOf } from '../support/ledger/answers.ts';
import { count, event, required, turn } from '../support/ledger/counters.ts';
import { granted, openLedger } from '../support/ledger/ledger.ts';
import { fresh, give, operation } from '../support/ledger/operations.ts';
import { type Claim, reversalHelpers } from '../support/ledger/reversals.ts';
import { sizeOf } from '../support/long-run.ts';

const ledger = openLedger();
const { commit, preview, playerLedger } = ledger;
const { reverse, expectSound } = reversalHelpers(ledger);

/** What a claim of the running period would find. */
async function shown(player: string, begins: string, loses: number | null = null): Promise<number> {
  const requires = [{ ...required('progress', Number.MAX_SAFE_INTEGER, begins), reset_by: loses }];
  const answer = (await preview(operation({ player, requires }))).preview as { rejection: { have: number } };
  return answer.rejection.have;
}

async function advance(player: string, by: number, begins: string, max?: number): Promise<Claim> {
  const posting = count('progress', by, { begins, ...(max && { max }) });
  return (await granted(commit(event(player, [posting])))).claim;
}

describe('a reversed advance', () => {
  test('is taken from the counter in its period, however often it is sent', async () => {
    const player = fresh('player');
    const begins = await turn();
    const [first] = [await advance(player, 3, begins), await advance(player, 4, begins)];
    expect(movesOf((await granted(reverse(first))).changes)).toEqual([['progress', 'operation', -3]]);
    expect(await reverse(first)).toMatchObject({ rejection: { kind: 'already_claimed' } });
    expect(await shown(player, begins)).toBe(4);
    await expectSound(player);
  });

  test('takes nothing from the counter of a later period, and leaves no debt', async () => {
    const player = fresh('player');
    const old = await advance(player, 9, await turn());
    const begins = await turn();
    await advance(player, 2, begins);
    expect((await granted(reverse(old, { allow_debt: true }))).changes).toEqual([]);
    expect(await shown(player, begins)).toBe(2);
    await expectSound(player);
  });

  test('leaves a counter at 0 that has not moved since its period ended', async () => {
    const player = fresh('player');
    const old = await advance(player, 9, await turn());
    await advance(player, 1, await turn());
    const begins = await turn();
    await granted(reverse(old));
    expect(await shown(player, begins)).toBe(0);
    expect(
      movesOf((await granted(commit(event(player, [count('progress', 2, { begins })])))).changes),
    ).toEqual([
      ['progress', 'reset', -1],
      ['progress', 'operation', 2],
    ]);
    await expectSound(player);
  });

  test('gives back what it had reset, with the moment of the advance before it', async () => {
    const player = fresh('player');
    const [monday, tuesday] = [await turn(), await turn()];
    await advance(player, 5, monday);
    const begins = await turn();
    const second = await advance(player, 1, begins);
    expect(movesOf((await granted(reverse(second))).changes)).toEqual([
      ['progress', 'reset', 5],
      ['progress', 'operation', -1],
    ]);
    expect(await shown(player, begins)).toBe(0);
    expect(await shown(player, tuesday)).toBe(5);
    await expectSound(player);
  });

  test('restores the moment also where the maximum cut off all that it added', async () => {
    const player = fresh('player');
    await advance(player, 1, await turn(), 1);
    const begins = await turn();
    const second = await advance(player, 1, begins, 1);
    await granted(reverse(second));
    expect(await shown(player, begins)).toBe(0);
    await expectSound(player);
  });

  test('of a claim that pays gold takes both back, and can be made again if it is reopened', async () => {
    const player = fresh('player');
    const begins = await turn();
    const quest = () =>
      operation({ player, claim_key: 'today', advances: [count('progress', 1, { begins })] });
    const { claim } = await granted(commit(quest()));
    await granted(reverse(claim, { reopen: true }));
    expect(await shown(player, begins)).toBe(0);
    await granted(commit(quest()));
    expect(await shown(player, begins)).toBe(1);
    expect(await playerLedger(player)).toMatchObject({ balances: { gold: 10 } });
    await expectSound(player);
  });

  test('that is only reopened later is not taken back again', async () => {
    const player = fresh('player');
    const begins = await turn();
    const first = await advance(player, 1, begins);
    await advance(player, 1, begins);
    await granted(reverse(first));
    expect((await granted(reverse(first, { reopen: true }))).changes).toEqual([]);
    expect(await shown(player, begins)).toBe(1);
  });

  test('does not touch the other balances of a player who has spent them', async () => {
    const player = fresh('player');
    const begins = await turn();
    const both = operation({
      player,
      postings: [give('gold', 5)],
      advances: [count('progress', 1, { begins })],
    });
    const { claim } = await granted(commit(both));
    await granted(commit(operation({ player, postings: [give('gold', -5, { floor: 0 })] })));
    expect(await reverse(claim)).toMatchObject({
      rejection: { kind: 'insufficient_balance', resource: 'gold' },
    });
    expect(await shown(player, begins)).toBe(1);
  });
});

type Step = { kind: 'advance'; by: number } | { kind: 'turn' } | { kind: 'reverse'; at: number };

const steps = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({ kind: fc.constant('advance' as const), by: fc.integer({ min: 1, max: 9 }) }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('turn' as const) }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('reverse' as const), at: fc.nat() }) },
  ),
  { minLength: 6, maxLength: 18 },
) as fc.Arbitrary<Step[]>;

interface Advance {
  readonly claim: Claim;
  readonly by: number;
  readonly period: number;
}

describe('after any order of advances, periods and reversals', () => {
  test('a counter is the sum of the advances of its period that are left', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (sequence) => {
        const player = fresh('player');
        const periods = [await turn()];
        let left: Advance[] = [];
        for (const step of sequence) {
          const begins = periods.at(-1) as string;
          if (step.kind === 'turn') periods.push(await turn());
          else if (step.kind === 'advance')
            left.push({ claim: await advance(player, step.by, begins), by: step.by, period: periods.length });
          else if (left.length > 0) {
            const taken = left[step.at % left.length] as Advance;
            await granted(reverse(taken.claim));
            left = left.filter((one) => one !== taken);
          }
          const running = left.filter(({ period }) => period === periods.length);
          const sum = running.reduce((total, { by }) => total + by, 0);
          expect(await shown(player, periods.at(-1) as string)).toBe(sum);
        }
        await expectSound(player);
      }),
      { numRuns: sizeOf({ long: 25, short: 10 }) },
    );
  });

  test('a streak of which the newest steps are taken back goes on as if they had never been made', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (sequence) => {
        const player = fresh('player');
        const periods = [await turn(), await turn()];
        const days: { readonly claim: Claim; readonly period: number }[] = [];
        // The last advance counts where it was made in the period before this one, or later.
        const since = () => periods.at(-2) as string;
        for (const step of sequence) {
          if (step.kind === 'turn') periods.push(await turn());
          else if (step.kind === 'advance') {
            if (days.at(-1)?.period === periods.length) continue;
            days.push({ claim: await advance(player, 1, since()), period: periods.length });
          } else {
            const last = days.pop();
            if (last) await granted(reverse(last.claim));
          }
          expect(await shown(player, since())).toBe(
            streakOf(
              days.map(({ period }) => period),
              periods.length,
            ),
          );
        }
        await expectSound(player);
      }),
      { numRuns: sizeOf({ long: 25, short: 10 }) },
    );
  });
});

/** How many periods in a row end with this one or the one before it. */
function streakOf(periods: readonly number[], now: number): number {
  let streak = 0;
  for (let period = periods.includes(now) ? now : now - 1; periods.includes(period); period--) streak++;
  return streak;
}
