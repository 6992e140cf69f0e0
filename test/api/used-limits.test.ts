/** What a claim used of limits: on its receipt, a replay of it and in the history, from the side of each player. */
import { beforeEach, expect, it } from 'vitest';
import { changedExample, publish } from '../support/worker/balance.ts';
import { asPlayer, asServer, asStaff, receiptOf, resultOf } from '../support/worker/client.ts';
import { addStaffMember, ledgerFaults } from '../support/worker/ledger-state.ts';
import { playerWith } from '../support/worker/players.ts';
import { fresh } from '../support/worker/service.ts';

beforeEach(() =>
  publish(
    changedExample((document) => {
      const { resources, exchanges, claimTypes } = document;
      document.limits = { ...document.limits, medals: { perWeek: 9, total: 500 } };
      exchanges.medal = {
        costs: { credits: 1 },
        gives: { summon_tokens: 1 },
        maxQuantity: 5,
        perDay: 8,
        ever: 90,
        sharedLimits: ['medals'],
      };
      claimTypes.medal_quest = {
        proof: 'server',
        rewards: { lumees: 5 },
        perMonth: 3,
        sharedLimits: ['medals'],
      };
      resources.lumees.transfer = { perDay: 50, receives: { ever: 900 } };
      resources.lumees.spend = { perWeek: 70 };
      resources.lumees.manual = true;
      resources.lumees.value = 1;
    }),
  ),
);

const shapeOf = (used: { limit: string; name: string; amount: number; period: string }) =>
  [used.limit, used.name, used.amount, used.period.replaceAll(/\d/g, '0')] as const;

it('says on receipt, replay and in the history what a purchase used of its own, shared and game-wide limits', async () => {
  const { playerId } = await playerWith({ credits: 9 });
  const player = asPlayer(playerId);
  const key = fresh('key-of-a-purchase');
  const { claim } = receiptOf(await player.exchange({ exchange: 'medal', quantity: 3 }, { key }));
  expect(claim.usedLimits.map(shapeOf)).toEqual([
    ['EXCHANGES', 'medal', 3, '0000-00-00'],
    ['EXCHANGES', 'medal', 3, 'ever'],
    ['SHARED', 'medals', 3, '0000-W00'],
    ['STOCK', 'medals', 3, 'ever'],
  ]);
  // Another purchase changes what is left, and not what this one used.
  receiptOf(await player.exchange({ exchange: 'medal', quantity: 2 }));
  const replay = receiptOf(await player.exchange({ exchange: 'medal', quantity: 3 }, { key }));
  expect(replay).toMatchObject({ replayed: true, claim });
  expect(resultOf(await player.claim({ id: claim.id }))?.claim.usedLimits).toEqual(claim.usedLimits);
  expect(await ledgerFaults(playerId)).toEqual([]);
});

it('shows of a paid reward what its announcement used, and of the announcement nothing', async () => {
  const playerId = fresh('player');
  const server = asServer();
  const reward = { playerId, type: 'medal_quest', key: fresh('medal') };
  const announced = receiptOf(await server.announceReward(reward));
  expect(announced.claim.usedLimits).toEqual([]);
  const key = fresh('key-of-a-claim');
  const { claim } = receiptOf(await server.claimReward(reward, { key }));
  expect(claim.usedLimits.map(shapeOf)).toEqual([
    ['CLAIMS', 'medal_quest', 1, '0000-00'],
    ['SHARED', 'medals', 1, '0000-W00'],
    ['STOCK', 'medals', 1, 'ever'],
  ]);
  expect(receiptOf(await server.claimReward(reward, { key })).claim).toEqual(claim);
});

it('shows of a transfer to each player what it used of their own limits', async () => {
  const { playerId } = await playerWith({ lumees: 60 });
  const other = await playerWith({ lumees: 1 });
  const gift = { toPlayerId: other.playerId, resource: 'lumees', amount: 20 };
  const { claim } = receiptOf(await asPlayer(playerId).transferResource(gift));
  expect(claim.usedLimits.map(shapeOf)).toEqual([['TRANSFERS', 'lumees', 20, '0000-00-00']]);
  const filter = { claimType: 'transfer' };
  const received = resultOf(await asPlayer(other.playerId).claims({ playerId: other.playerId, filter }));
  expect(received.edges[0]?.node.claim.usedLimits.map(shapeOf)).toEqual([
    ['RECIPIENT_LIMIT', 'lumees', 20, 'ever'],
  ]);
});

it('names the limit of charges, and not the budget of a staff member', async () => {
  const { playerId } = await playerWith({ lumees: 60 });
  const charge = { playerId, resource: 'lumees', amount: 7, reason: 'entry fee of cup-7' };
  const { claim } = receiptOf(await asServer().spendResource(charge));
  expect(claim.usedLimits.map(shapeOf)).toEqual([['SPENDINGS', 'lumees', 7, '0000-W00']]);
  const staff = asStaff(await addStaffMember(fresh('staff')));
  const award = { playerId, grants: [{ resource: 'lumees', amount: 5 }], reason: 'for a test' };
  expect(receiptOf(await staff.manualReward(award)).claim.usedLimits).toEqual([]);
});
