import { beforeEach, expect, it } from 'vitest';
import { type Answer, asPlayer, asStaff, receiptOf, resultOf } from '../support/worker/client.ts';
import { type LocalDay, letDaysPass, publishDay } from '../support/worker/days.ts';
import { startIsolate } from '../support/worker/isolate.ts';
import { ledgerFaults, ledgerState } from '../support/worker/ledger-state.ts';
import { newStaff } from '../support/worker/loyalty.ts';
import { playerWith } from '../support/worker/players.ts';
import { seasonedPlayer } from '../support/worker/scenes.ts';
import { type Door, fresh, freshKey, ticket } from '../support/worker/service.ts';
import { writingNothing } from '../support/worker/stillness.ts';
import { atOnce, type MutationResult, tally } from '../support/worker/waves.ts';

const begin = (which: 'earlier' | 'later') =>
  publishDay(which, ({ manualRewards }) => Object.assign(manualRewards, { awardsPerDay: 12 }));

let today: LocalDay;
beforeEach(async () => {
  today = await begin('earlier');
});

/** Returns the door of one of four isolates. */
function fourIsolates(): (index: number) => Door {
  const doors = [startIsolate(), startIsolate(), startIsolate(), startIsolate()];
  return (index) => doors[index % doors.length] as Door;
}

function expectRenewalAtMidnight(results: readonly MutationResult[]): void {
  for (const result of results)
    if (result.__typename === 'LimitExceeded') expect(result.renewsAt).toBe(today.renewsAt);
}

it("C8 enforces a player's daily claims and exchanges exactly across isolates", async () => {
  const { playerId } = await playerWith({ auric_coins: 10_000 });
  const doorOf = fourIsolates();
  const keys = Array.from({ length: 64 }, freshKey);
  const tickets = await atOnce(32, (index) =>
    ticket({ playerId, type: 'arena_chest', key: `chest-${index}`, facts: {} }),
  );
  const send = (index: number): Promise<Answer<MutationResult>> => {
    const options = { key: keys[index], door: doorOf(index) };
    return index < 32
      ? asPlayer(playerId).claimReward({ type: 'arena_chest', ticket: tickets[index] }, options)
      : asPlayer(playerId).exchange({ exchange: 'buy_summon_token' }, options);
  };
  const results = (await atOnce(64, send)).map(resultOf);
  expect(tally(results.slice(0, 32))).toEqual({ Receipt: 5, CLAIMS: 27 });
  expect(tally(results.slice(32))).toEqual({ Receipt: 20, EXCHANGES: 12 });
  expectRenewalAtMidnight(results);
  expect(await ledgerState(playerId)).toMatchObject({ balances: { lumees: 5 * 75, summon_tokens: 20 } });
  expect(await ledgerFaults(playerId)).toEqual([]);

  // On the next day new requests are granted. Every key still gets its first answer, from every isolate.
  await begin('later');
  const replays = await writingNothing(playerId, () => atOnce(64, (index) => send(63 - index)));
  expect(replays.map(resultOf).reverse()).toEqual(
    results.map((result) => (result.__typename === 'Receipt' ? { ...result, replayed: true } : result)),
  );
  await letDaysPass(playerId);
  receiptOf(await asPlayer(playerId).exchange({ exchange: 'buy_summon_token', quantity: 10 }));
});

it("C8 enforces a staff member's daily awards exactly across players", async () => {
  const players = await atOnce(8, seasonedPlayer);
  const [one, other] = [await newStaff(), await newStaff()];
  const doorOf = fourIsolates();
  const give = (index: number, { staffId }: { readonly staffId: string }) => {
    const playerId = players[index % 8] as string;
    const grants = [{ resource: 'lumees', amount: 1 }];
    return asStaff(staffId).manualReward({ playerId, grants, reason: fresh('no.') }, { door: doorOf(index) });
  };
  const results = (await atOnce(64, (index) => give(index, one))).map(resultOf);
  expect(tally(results)).toEqual({ Receipt: 12, STAFF_DAILY_AWARDS: 52 });
  expectRenewalAtMidnight(results);
  const states = await Promise.all(players.map(ledgerState));
  expect(states.reduce((sum, { balances }) => sum + (balances.lumees ?? 0), 0)).toBe(12);
  // Each staff member has a limit of their own, and a new one on the next day.
  receiptOf(await give(0, other));
  await begin('later');
  receiptOf(await give(0, one));
  for (const playerId of players) expect(await ledgerFaults(playerId)).toEqual([]);
});
