import { beforeEach, expect, it } from 'vitest';
import {
  asPlayer,
  asServer,
  asStaff,
  faultOf,
  receiptOf,
  rejectionOf,
  resultOf,
} from '../support/worker/client.ts';
import { type LocalDay, letDaysPass, publishDay } from '../support/worker/days.ts';
import { startIsolate } from '../support/worker/isolate.ts';
import { addStaffMember, ledgerFaults, ledgerState } from '../support/worker/ledger-state.ts';
import { fresh } from '../support/worker/service.ts';
import { movingNothing } from '../support/worker/stillness.ts';
import { atOnce, tally } from '../support/worker/waves.ts';

/** Two quests a day, each for its own counter, and a bonus for both. */
const begin = (which: 'earlier' | 'later') =>
  publishDay(which, (document) => {
    Object.assign(document, {
      // A day may be missed: the two days of the tests need not follow each other.
      streaks: { login: { period: 'day', grace: 1 } },
      counters: {
        matches: { period: 'day' },
        goals: { period: 'day', max: 10 },
        quests_done: { period: 'day' },
        matches_ever: { period: 'ever' },
      },
    });
    const quest = (counter: string, need: number) => ({
      ...{ proof: 'calendar', period: 'day', rewards: { lumees: 10 } },
      ...{ requiresProgress: { [counter]: need }, advances: { quests_done: 1 } },
    });
    Object.assign(document.claimTypes, {
      play_quest: quest('matches', 3),
      goal_quest: quest('goals', 5),
      all_quests: {
        ...{ proof: 'calendar', period: 'day', rewards: { lumees: 100 } },
        requiresProgress: { quests_done: 2 },
      },
      daily_login: {
        ...{ proof: 'calendar', period: 'day', rewards: { lumees: 1 }, streak: 'login' },
        rewardsByStreak: [
          { from: 2, rewards: { lumees: 20 } },
          { from: 3, rewards: { lumees: 300 } },
        ],
      },
    });
  });

let today: LocalDay;
beforeEach(async () => {
  today = await begin('earlier');
});

const server = asServer();
/** A match that was played, with its goals. */
const play = (playerId: string, key: string, goals = 0, options = {}) => {
  const one = ['matches', 'matches_ever'].map((counter) => ({ counter, by: 1 }));
  const counters = goals > 0 ? [...one, { counter: 'goals', by: goals }] : one;
  return server.advanceProgress({ playerId, key, counters, facts: { goals } }, options);
};
const claim = (playerId: string, type: string, options = {}) =>
  asPlayer(playerId).claimReward({ type }, options);

/** The counters as the player sees them. */
async function counters(playerId: string): Promise<Record<string, number>> {
  const player = resultOf(await asPlayer(playerId).me());
  const names = ['matches', 'goals', 'quests_done', 'matches_ever'];
  return Object.fromEntries(
    (player?.balances ?? [])
      .filter(({ resource }) => names.includes(resource))
      .map(({ resource, amount }) => [resource, amount]),
  );
}

it('E8 counts an event once for all servers, keys and isolates', async () => {
  const playerId = fresh('player');
  const doors = [startIsolate(), startIsolate()];
  const results = (
    await atOnce(64, (index) => play(playerId, `match-${index % 2}`, 3, { door: doors[index % 2] }))
  ).map(resultOf);
  expect(tally(results)).toEqual({ Receipt: 2, AlreadyClaimed: 62 });
  expect(await counters(playerId)).toEqual({ matches: 2, matches_ever: 2, goals: 6 });
  expect(await ledgerFaults(playerId)).toEqual([]);
});

it('E8 pays a quest once per completion, and the bonus after all of them', async () => {
  const playerId = fresh('player');
  for (const match of ['m1', 'm2']) receiptOf(await play(playerId, match, 2));
  const early = rejectionOf(
    await movingNothing(playerId, () => claim(playerId, 'play_quest')),
    'ProgressNotReached',
  );
  expect(early).toMatchObject({ counter: 'matches', have: 2, need: 3 });
  receiptOf(await play(playerId, 'm3', 9));
  // Whether the bonus is claimed after both quests is up to their order.
  const results = (
    await atOnce(40, (index) =>
      index % 4 === 0
        ? claim(playerId, 'all_quests')
        : claim(playerId, index % 2 === 0 ? 'play_quest' : 'goal_quest'),
    )
  ).map(resultOf);
  const { Receipt: paid = 0, ProgressNotReached: waiting = 0 } = tally(results);
  expect(paid + waiting).toBeGreaterThanOrEqual(2);
  if (waiting === 10) receiptOf(await claim(playerId, 'all_quests'));
  const state = await ledgerState(playerId);
  expect(state.balances).toMatchObject({ lumees: 120, matches: 3, goals: 10, quests_done: 2 });
  expect(rejectionOf(await claim(playerId, 'all_quests'), 'AlreadyClaimed')).toMatchObject({
    original: { key: today.name },
  });
  expect(await ledgerFaults(playerId)).toEqual([]);
});

it('E8 begins at 0 in the next period, and pays its quest again', async () => {
  const playerId = fresh('player');
  for (const match of ['m1', 'm2', 'm3']) receiptOf(await play(playerId, match));
  receiptOf(await claim(playerId, 'play_quest'));
  await letDaysPass(playerId);
  await begin('later');
  expect(await counters(playerId)).toEqual({ matches: 0, quests_done: 0, matches_ever: 3 });
  const rejected = await movingNothing(playerId, () => claim(playerId, 'play_quest'));
  expect(rejectionOf(rejected, 'ProgressNotReached')).toMatchObject({ have: 0, need: 3 });
  const first = receiptOf(await play(playerId, 'm4'));
  expect(first.changes.map(({ resource, cause, delta }) => [resource, cause, delta])).toEqual([
    ['matches', 'RESET', -3],
    ['matches', 'OPERATION', 1],
    ['matches_ever', 'OPERATION', 1],
  ]);
  // A match of the day before was counted, and counts no more.
  expect(rejectionOf(await play(playerId, 'm1'), 'AlreadyClaimed').original?.key).toBe('m1');
  for (const match of ['m5', 'm6']) receiptOf(await play(playerId, match));
  receiptOf(await claim(playerId, 'play_quest'));
  expect(await counters(playerId)).toEqual({ matches: 3, quests_done: 1, matches_ever: 6 });
  expect(await ledgerFaults(playerId)).toEqual([]);
});

it('E8 takes progress back with its event, and a quest with its count', async () => {
  const playerId = fresh('player');
  const staff = asStaff(await addStaffMember(fresh('staff')));
  const [m1] = await Promise.all(['m1', 'm2', 'm3'].map(async (key) => receiptOf(await play(playerId, key))));
  const quest = receiptOf(await claim(playerId, 'play_quest'));
  const back = { playerId, reason: 'the match was abandoned' };
  receiptOf(await server.reverseClaim({ ...back, claimId: m1?.claim.id ?? '' }));
  receiptOf(await staff.reverseClaim({ ...back, claimId: quest.claim.id, reopen: true }));
  expect(await counters(playerId)).toEqual({ matches: 2, quests_done: 0, matches_ever: 2 });
  expect(rejectionOf(await claim(playerId, 'play_quest'), 'ProgressNotReached')).toMatchObject({ have: 2 });
  const m4 = receiptOf(await play(playerId, 'm4'));
  receiptOf(await claim(playerId, 'play_quest'));
  await letDaysPass(playerId);
  await begin('later');
  receiptOf(await play(playerId, 'm5'));
  // Of the day before only what counts for ever is left to take.
  const taken = receiptOf(await server.reverseClaim({ ...back, claimId: m4.claim.id }));
  expect(taken.changes.map(({ resource, delta }) => [resource, delta])).toEqual([['matches_ever', -1]]);
  expect(await counters(playerId)).toEqual({ matches: 1, quests_done: 0, matches_ever: 3 });
  expect(await ledgerFaults(playerId)).toEqual([]);
});

it('E8 lets no player advance progress, and moves nothing for unknown or repeated counters', async () => {
  const playerId = fresh('player');
  receiptOf(await play(playerId, 'm1'));
  const one = { counter: 'matches', by: 1 };
  const denied = await movingNothing(playerId, () =>
    asPlayer(playerId).advanceProgress({ playerId, key: 'm2', counters: [one] }),
  );
  expect(faultOf(denied)).toMatchObject({ code: 'FORBIDDEN' });
  for (const list of [[], [one, one], [{ counter: 'lumees', by: 1 }]]) {
    const refused = await movingNothing(playerId, () =>
      server.advanceProgress({ playerId, key: 'm2', counters: list }),
    );
    expect(faultOf(refused)).toMatchObject({ code: 'BAD_USER_INPUT', field: 'counters' });
  }
});

it('E8 continues a streak once per day, pays for its length, and takes the last step back', async () => {
  const playerId = fresh('player');
  const staff = asStaff(await addStaffMember(fresh('staff')));
  const login = () => claim(playerId, 'daily_login');
  const first = (await atOnce(16, login)).map(resultOf);
  expect(tally(first)).toEqual({ Receipt: 1, AlreadyClaimed: 15 });
  await begin('later');
  const preview = resultOf(await asPlayer(playerId).previewClaim({ type: 'daily_login' }));
  expect(preview).toMatchObject({
    changes: [{ resource: 'lumees' }, { resource: 'login', after: 2 }, { delta: 20 }],
  });
  const screen = resultOf(await asPlayer(playerId).claimables({ ids: ['daily_login'] }));
  const terms = screen?.claimables[0]?.terms ?? '';
  expect(preview).toMatchObject({ terms });
  const second = receiptOf(await asPlayer(playerId).claimReward({ type: 'daily_login', terms }));
  expect((await ledgerState(playerId)).balances).toMatchObject({ login: 2, lumees: 22 });
  const back = { playerId, claimId: second.claim.id, reason: 'claimed by mistake', reopen: true };
  receiptOf(await staff.reverseClaim(back));
  expect((await ledgerState(playerId)).balances).toMatchObject({ login: 1, lumees: 1 });
  receiptOf(await login());
  expect((await ledgerState(playerId)).balances).toMatchObject({ login: 2, lumees: 22 });
  const byStaff = await movingNothing(playerId, () => staff.claimReward({ playerId, type: 'daily_login' }));
  expect(rejectionOf(byStaff, 'NotEligible')).toMatchObject({ why: 'NOT_BY_STAFF' });
  expect(await ledgerFaults(playerId)).toEqual([]);
});

it('E8 begins a streak again after more days than may be missed', async () => {
  const playerId = fresh('player');
  receiptOf(await claim(playerId, 'daily_login'));
  // Four days: with two days in between it is over.
  await letDaysPass(playerId);
  await letDaysPass(playerId);
  await begin('later');
  const player = resultOf(await asPlayer(playerId).me());
  expect(player?.balances).toContainEqual(expect.objectContaining({ resource: 'login', amount: 0 }));
  const again = receiptOf(await claim(playerId, 'daily_login'));
  expect(again.changes.map(({ resource, cause, delta }) => [resource, cause, delta])).toEqual([
    ['lumees', 'OPERATION', 1],
    ['login', 'RESET', -1],
    ['login', 'OPERATION', 1],
  ]);
  expect(await ledgerFaults(playerId)).toEqual([]);
});
