import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { changedExample, publish } from '../support/worker/balance.ts';
import { startIsolate } from '../support/worker/isolate.ts';
import { ledgerFaults, ledgerState } from '../support/worker/ledger-state.ts';
import { atOnce, newStaff } from '../support/worker/loyalty.ts';
import { claimReward, exchange, manualReward, type Result, resultOf } from '../support/worker/mutations.ts';
import { seasonedPlayer } from '../support/worker/scenes.ts';
import { fresh, freshKey, playerToken, staffToken, ticket } from '../support/worker/service.ts';
import { writingNothing } from '../support/worker/stillness.ts';

/** An hour before midnight in New York; in UTC the next day has begun. */
const EVENING = new Date('2031-07-02T03:00:00Z');
const MIDNIGHT = '2031-07-02T04:00:00.000Z';

beforeEach(async () => {
  await publish(
    changedExample((document) => {
      document.timeZone = 'America/New_York';
      document.manualRewards.awardsPerDay = 12;
    }),
  );
  vi.useFakeTimers({ toFake: ['Date'], now: EVENING });
});
afterEach(() => void vi.useRealTimers());

const tally = (results: readonly Result[]) => {
  const names = results.map(({ __typename, limit }) => limit ?? __typename);
  return Object.fromEntries(
    [...new Set(names)].map((name) => [name, names.filter((n) => n === name).length]),
  );
};

it('C8 so many claims and exchanges of a player in a day, exactly, across isolates and under concurrency', async () => {
  const playerId = await seasonedPlayer();
  const staff = await newStaff();
  const grants = [{ resource: 'auric_coins', amount: 10_000 }];
  await manualReward({ playerId, grants, reason: 'a full purse' }, { token: staff.token });
  const doors = [startIsolate(), startIsolate(), startIsolate(), startIsolate()];
  const keys = Array.from({ length: 64 }, freshKey);
  const tickets = await atOnce(32, (index) =>
    ticket({ playerId, type: 'arena_chest', key: `chest-${index}`, facts: {} }),
  );
  // Tokens are signed anew: time goes on.
  const ask = async (index: number) => {
    const options = { token: await playerToken(playerId), door: doors[index % 4] as (typeof doors)[0] };
    const idempotencyKey = keys[index] as string;
    return index < 32
      ? claimReward({ type: 'arena_chest', ticket: tickets[index], idempotencyKey }, options)
      : exchange({ exchange: 'buy_summon_token', idempotencyKey }, options);
  };
  const results = (await atOnce(64, ask)).map(resultOf);
  expect(tally(results.slice(0, 32))).toEqual({ Receipt: 5, CLAIMS_PER_DAY: 27 });
  expect(tally(results.slice(32))).toEqual({ Receipt: 20, EXCHANGES_PER_DAY: 12 });
  for (const { renewsAt } of results.filter(({ limit }) => limit)) expect(renewsAt).toBe(MIDNIGHT);
  expect(await ledgerState(playerId)).toMatchObject({ balances: { lumees: 5 * 75, summon_tokens: 20 } });
  expect(await ledgerFaults(playerId)).toEqual([]);

  // The next day they may again, but a key that was refused stays refused, by whatever isolate.
  vi.setSystemTime(new Date(MIDNIGHT));
  const again = await writingNothing(playerId, () => atOnce(64, (index) => ask(63 - index)));
  const told = again.map(resultOf).reverse();
  for (const [index, result] of told.entries())
    expect(result).toEqual(
      results[index].__typename === 'Receipt' ? { ...results[index], replayed: true } : results[index],
    );
  const token = await playerToken(playerId);
  const next = await exchange({ exchange: 'buy_summon_token', quantity: 10 }, { token });
  expect(resultOf(next).__typename).toBe('Receipt');
});

it('C8 so many awards of a staff member in a day, exactly, whichever players they are for', async () => {
  const players = await atOnce(8, seasonedPlayer);
  const [one, other] = [await newStaff(), await newStaff()];
  const doors = [startIsolate(), startIsolate(), startIsolate(), startIsolate()];
  const give = async (index: number, { staffId }: { staffId: string }) =>
    manualReward(
      {
        playerId: players[index % 8],
        grants: [{ resource: 'lumees', amount: 1 }],
        reason: fresh('no.'),
      },
      { token: await staffToken(staffId), door: doors[index % 4] as (typeof doors)[0] },
    );
  const results = (await atOnce(64, (index) => give(index, one))).map(resultOf);
  expect(tally(results)).toEqual({ Receipt: 12, STAFF_DAILY_AWARDS: 52 });
  for (const { renewsAt } of results.filter(({ limit }) => limit)) expect(renewsAt).toBe(MIDNIGHT);
  const states = await Promise.all(players.map(ledgerState));
  expect(states.reduce((sum, { balances }) => sum + (balances.lumees ?? 0), 0)).toBe(12);
  // Each member has their own day.
  expect(resultOf(await give(0, other)).__typename).toBe('Receipt');
  vi.setSystemTime(new Date(MIDNIGHT));
  expect(resultOf(await give(0, one)).__typename).toBe('Receipt');
  for (const playerId of players) expect(await ledgerFaults(playerId)).toEqual([]);
});
