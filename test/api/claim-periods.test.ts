/** Claims for a season and once ever, what they show on a daily screen, and options whose amounts follow from the player. */
import { beforeEach, expect, it } from 'vitest';
import { changedExample, publish } from '../support/worker/balance.ts';
import { asPlayer, asServer, receiptOf, rejectionOf, resultOf } from '../support/worker/client.ts';
import { ledgerFaults } from '../support/worker/ledger-state.ts';
import { playerWith } from '../support/worker/players.ts';
import { fresh } from '../support/worker/service.ts';
import { movingNothing } from '../support/worker/stillness.ts';
import { atOnce, tally } from '../support/worker/waves.ts';

const DAY = 86_400_000;
const [past, from, until, later] = [-9, -2, 5, 9].map((days) =>
  new Date(Date.now() + days * DAY).toISOString(),
);

beforeEach(() =>
  publish(
    changedExample((document) => {
      document.seasons = {
        ...document.seasons,
        gone: { from: past, until: from },
        frost: { from, until },
        thaw: { from: until, until: later },
      };
      document.streaks = { login: { period: 'day', grace: 1 } };
      const pass = (season: string) => ({ proof: 'calendar', period: { season }, rewards: { lumees: 7 } });
      Object.assign(document.claimTypes, {
        gone_pass: pass('gone'),
        frost_pass: pass('frost'),
        thaw_pass: pass('thaw'),
        daily_login: { proof: 'calendar', period: 'day', streak: 'login', rewards: { lumees: 5 } },
        welcome: { proof: 'calendar', period: 'ever', rewards: { lumees: 9 } },
      });
      document.exchanges.offering = {
        costs: { credits: 1 },
        maxQuantity: 5,
        chooseOne: {
          fire: { gives: { 'shards:fire': "quantity * (1 + balance('lumees') / 10)" } },
          water: { gives: { 'shards:water': 2 } },
        },
      };
    }),
  ),
);

it('pays once in a season, whose name is the key, and says when the others are open', async () => {
  const playerId = fresh('player');
  const player = asPlayer(playerId);
  const answers = await atOnce(16, () => player.claimReward({ type: 'frost_pass' }));
  expect(tally(answers.map(resultOf))).toEqual({ Receipt: 1, AlreadyClaimed: 15 });
  const again = await movingNothing(playerId, () => asServer().claimReward({ playerId, type: 'frost_pass' }));
  expect(rejectionOf(again, 'AlreadyClaimed').original?.key).toBe('frost');
  for (const [type, window] of [
    ['gone_pass', { opensAt: null, closedAt: from }],
    ['thaw_pass', { opensAt: until, closedAt: null }],
  ] as const) {
    const answer = await movingNothing(playerId, () => player.claimReward({ type }));
    expect(rejectionOf(answer, 'NotAvailable')).toMatchObject(window);
  }
  const ids = ['frost_pass', 'thaw_pass', 'welcome'];
  const { claimables } = resultOf(await player.claimables({ ids }));
  expect(claimables.map(({ id, period, ready }) => [id, period?.key, period?.resetsAt, ready])).toEqual([
    ['frost_pass', 'frost', null, false],
    ['thaw_pass', 'thaw', null, false],
    ['welcome', 'ever', null, true],
  ]);
  expect(claimables[0]).toMatchObject({
    closesAt: until,
    blockedBy: [{ code: 'ALREADY_CLAIMED', message: 'Already claimed.', until: null }],
  });
  expect(claimables[1]?.blockedBy).toMatchObject([{ code: 'NOT_AVAILABLE', until }]);
  expect(await ledgerFaults(playerId)).toEqual([]);
});

it('pays a claim of period ever once, for good', async () => {
  const playerId = fresh('player');
  const player = asPlayer(playerId);
  expect(receiptOf(await player.claimReward({ type: 'welcome' })).claim.key).toBe('ever');
  const again = await movingNothing(playerId, () => player.claimReward({ type: 'welcome' }));
  expect(rejectionOf(again, 'AlreadyClaimed').original?.key).toBe('ever');
});

it('shows on the daily screen the streak that a claim continues, and when it decays', async () => {
  const playerId = fresh('player');
  const player = asPlayer(playerId);
  const streak = async () =>
    resultOf(await player.claimables({ ids: ['daily_login'] })).claimables[0]?.streak;
  expect(await streak()).toMatchObject({ streak: 'login', length: 0, isContinued: false, atRiskAt: null });
  receiptOf(await player.claimReward({ type: 'daily_login' }));
  const { claimables } = resultOf(await player.claimables({ ids: ['daily_login'] }));
  const ends = Date.parse(String(claimables[0]?.period?.resetsAt));
  const state = await streak();
  expect(state).toMatchObject({ length: 1, isContinued: true });
  // One day may be missed: it decays with the end of the second one after this.
  expect(Date.parse(String(state?.atRiskAt)) - ends).toBe(2 * DAY);
  expect(resultOf(await player.claimables({ ids: ['welcome'] })).claimables[0]?.streak).toBeNull();
});

it('gives by the formula of the option that was chosen, as the offer shows it', async () => {
  const { playerId } = await playerWith({ credits: 9, lumees: 30 });
  const player = asPlayer(playerId);
  const { offers } = resultOf(await player.offers({ ids: ['offering'] }));
  expect(offers[0]?.options).toMatchObject([
    { name: 'fire', gives: [{ resource: 'shards:fire', amount: 4 }] },
    { name: 'water', gives: [{ resource: 'shards:water', amount: 2 }] },
  ]);
  const terms = offers[0]?.options[0]?.terms ?? null;
  const { claim, changes } = receiptOf(
    await player.exchange({ exchange: 'offering', choose: 'fire', terms }),
  );
  expect(claim).toMatchObject({ chosen: 'fire', factsRead: { "balance('lumees')": 30 } });
  expect(changes).toMatchObject([{ delta: -1 }, { resource: 'shards:fire', delta: 4 }]);
  const three = { exchange: 'offering', choose: 'fire', quantity: 3 };
  expect(receiptOf(await player.exchange(three)).changes).toMatchObject([{ delta: -3 }, { delta: 12 }]);
});
