/** Rejections of spendStatPoints, manualReward and claimReward, with what removes the reason; and all rejection cases. */
import { expect } from 'vitest';
import { asServer, asStaff, receiptOf } from './client.ts';
import { addStaffMember, changeStaffMember } from './ledger-state.ts';
import {
  byPlayer,
  byServer,
  byStaff,
  giveChest,
  publishChanged,
  publishExample,
  type RejectionCase,
} from './rejection-case.ts';
import { CODE_REJECTIONS } from './rejection-cases-codes.ts';
import { DEBIT_REJECTIONS } from './rejection-cases-debits.ts';
import { EXCHANGE_REJECTIONS } from './rejection-cases-exchanges.ts';
import { SERVER_REJECTIONS } from './rejection-cases-servers.ts';
import { WINDOW_REJECTIONS } from './rejection-cases-windows.ts';
import { seasonedPlayer, victory } from './scenes.ts';
import { fresh } from './service.ts';
import { spending } from './stat-points.ts';

const award = { grants: [{ resource: 'loyalty_points', amount: 101 }], reason: 'a lost match' };
const cup = { ...victory, key: 'cup-1' };

const publishGift = (proof: object) =>
  publishChanged(({ claimTypes }) => {
    claimTypes.gift = { ...proof, rewards: { lumees: 1 } };
  });
const DAILY = { proof: 'calendar', period: 'day' };

const REWARD_REJECTIONS: readonly RejectionCase[] = [
  {
    name: 'spendStatPoints with too few stat points',
    prepare: async () => {
      const request = await byPlayer(({ client, options }) =>
        client.spendStatPoints(spending({ energy: 4, health: 3 }), options),
      );
      const { playerId } = request;
      const points = { playerId, grants: [{ resource: 'stat_points', amount: 1 }], reason: 'a lost point' };
      const removeReason = async () =>
        receiptOf(await asStaff(await addStaffMember(fresh('staff'))).manualReward(points));
      return { ...request, removeReason };
    },
    expected: { __typename: 'InsufficientBalance', resource: 'stat_points', available: 6, required: 7 },
  },
  {
    name: 'spendStatPoints above the ceiling of a stat',
    prepare: async () => {
      await publishChanged(({ resources }) => {
        resources['stat:energy'].ceiling = 2;
      });
      const request = await byPlayer(({ client, options }) =>
        client.spendStatPoints(spending({ energy: 3 }), options),
      );
      return { ...request, removeReason: publishExample };
    },
    expected: {
      __typename: 'LimitExceeded',
      limit: 'RESOURCE_CEILING',
      ceilingOf: 'stat:energy',
      bound: 2,
      remaining: 2,
      requested: 3,
      renewsAt: null,
    },
  },
  {
    name: 'spendStatPoints of an unknown stat',
    prepare: async () => {
      const request = await byPlayer(({ client, options }) =>
        client.spendStatPoints(spending({ energy: 1, aim: 1 }), options),
      );
      const removeReason = () =>
        publishChanged(({ resources, statPoints }) => {
          resources['stat:aim'] = {};
          statPoints.stats.aim = { resource: 'stat:aim' };
        });
      return { ...request, removeReason };
    },
    expected: { __typename: 'UnknownStat', stat: 'aim', stats: ['energy', 'health', 'stamina'] },
  },
  {
    name: 'spendStatPoints with another expected version',
    prepare: async () => {
      const request = await byPlayer(({ client, options }) =>
        client.spendStatPoints({ ...spending({ energy: 1 }), expectedVersion: 2 }, options),
      );
      return { ...request, removeReason: () => giveChest(request.playerId) };
    },
    expected: { __typename: 'VersionConflict', expected: 2, current: 1 },
  },
  {
    name: 'manualReward above the limit for one award',
    prepare: async () => {
      const request = await byStaff(
        ({ client, playerId, options }) => client.manualReward({ ...award, playerId }, options),
        { limit: 100 },
      );
      const removeReason = () => changeStaffMember(request.staffId, { limit: 101 });
      return { ...request, removeReason };
    },
    expected: {
      __typename: 'LimitExceeded',
      limit: 'STAFF_REWARD',
      ceilingOf: null,
      bound: 100,
      remaining: 100,
      requested: 101,
      renewsAt: null,
    },
  },
  {
    name: 'manualReward above the daily budget',
    prepare: async () => {
      const request = await byStaff(
        ({ client, playerId, options }) => client.manualReward({ ...award, playerId }, options),
        { budget: 100 },
      );
      const removeReason = () => changeStaffMember(request.staffId, { budget: 101 });
      return { ...request, removeReason };
    },
    expected: {
      __typename: 'LimitExceeded',
      limit: 'STAFF_DAILY_BUDGET',
      bound: 100,
      remaining: 100,
      requested: 101,
    },
  },
  {
    name: 'manualReward above a ceiling',
    prepare: async () => {
      await publishChanged(({ resources }) => {
        resources.loyalty_points.ceiling = 100;
      });
      const request = await byStaff(({ client, playerId, options }) =>
        client.manualReward({ ...award, playerId }, options),
      );
      return { ...request, removeReason: publishExample };
    },
    expected: {
      __typename: 'LimitExceeded',
      limit: 'RESOURCE_CEILING',
      ceilingOf: 'loyalty_points',
      bound: 100,
      remaining: 100,
      requested: 101,
    },
  },
  {
    name: 'manualReward with another expected version',
    prepare: async () => {
      const request = await byStaff(({ client, playerId, options }) =>
        client.manualReward({ ...award, playerId, expectedVersion: 2 }, options),
      );
      return { ...request, removeReason: () => giveChest(request.playerId) };
    },
    expected: { __typename: 'VersionConflict', expected: 2, current: 1 },
  },
  {
    name: 'manualReward for an unknown player',
    prepare: async () => {
      const request = await byStaff(
        ({ client, playerId, options }) => client.manualReward({ ...award, playerId }, options),
        { playerId: fresh('nobody') },
      );
      return { ...request, removeReason: () => giveChest(request.playerId) };
    },
    expected: { __typename: 'UnknownPlayer' },
  },
  {
    name: 'claimReward by staff for an unknown player',
    prepare: async () => {
      const request = await byStaff(
        ({ client, playerId, options }) => client.claimReward({ ...cup, playerId }, options),
        { playerId: fresh('nobody') },
      );
      return { ...request, removeReason: () => giveChest(request.playerId) };
    },
    expected: { __typename: 'UnknownPlayer' },
  },
  {
    name: 'claimReward by staff above the limit for one award',
    prepare: async () => {
      const request = await byStaff(
        ({ client, playerId, options }) => client.claimReward({ ...cup, playerId }, options),
        { limit: 1_139 },
      );
      const removeReason = () => changeStaffMember(request.staffId, { limit: 1_140 });
      return { ...request, removeReason };
    },
    expected: { __typename: 'LimitExceeded', limit: 'STAFF_REWARD', bound: 1_139, requested: 1_140 },
  },
  {
    name: 'claimReward above a ceiling',
    prepare: async () => {
      await publishChanged(({ resources }) => {
        resources.auric_coins.ceiling = 100;
      });
      const request = await byServer(({ client, playerId, options }) =>
        client.claimReward({ ...cup, playerId }, options),
      );
      return { ...request, removeReason: publishExample };
    },
    expected: {
      __typename: 'LimitExceeded',
      limit: 'RESOURCE_CEILING',
      ceilingOf: 'auric_coins',
      bound: 100,
      remaining: 36,
      requested: 64,
    },
  },
  {
    name: 'claimReward with another expected version',
    prepare: async () => {
      const request = await byServer(({ client, playerId, options }) =>
        client.claimReward({ ...cup, playerId, expectedVersion: 2 }, options),
      );
      return { ...request, removeReason: () => giveChest(request.playerId) };
    },
    expected: { __typename: 'VersionConflict', expected: 2, current: 1 },
  },
  {
    name: 'claimReward of an unknown claim type',
    prepare: async () => {
      const request = await byPlayer(({ client, options }) => client.claimReward({ type: 'gift' }, options));
      return { ...request, removeReason: () => publishGift(DAILY) };
    },
    expected: { __typename: 'UnknownClaimType', claimType: 'gift' },
  },
  {
    name: 'claimReward by a player without the required ticket',
    prepare: async () => {
      await publishGift({ proof: 'ticket' });
      const request = await byPlayer(({ client, options }) => client.claimReward({ type: 'gift' }, options));
      return { ...request, removeReason: () => publishGift(DAILY) };
    },
    expected: { __typename: 'NotEligible', why: 'TICKET_REQUIRED', claimType: 'gift' },
  },
  {
    name: 'claimReward by a player of a claim type for servers only',
    prepare: async () => {
      await publishGift({ proof: 'server' });
      const request = await byPlayer(({ client, options }) => client.claimReward({ type: 'gift' }, options));
      return { ...request, removeReason: () => publishGift(DAILY) };
    },
    expected: { __typename: 'NotEligible', why: 'SERVER_ONLY', claimType: 'gift' },
  },
  {
    name: 'claimReward above the daily limit of its claim type',
    prepare: async () => {
      await publishChanged(({ claimTypes }) => {
        claimTypes.arena_chest.perDay = 1;
      });
      const type = 'arena_chest';
      const request = await byServer(({ client, playerId, options }) =>
        client.claimReward({ type, key: 'chest-2', playerId }, options),
      );
      const { playerId } = request;
      receiptOf(await asServer().claimReward({ type, key: 'chest-1', playerId }));
      return { ...request, removeReason: publishExample };
    },
    expected: {
      __typename: 'LimitExceeded',
      limit: 'CLAIMS',
      ceilingOf: null,
      bound: 1,
      remaining: 0,
      requested: 1,
      renewsAt: expect.any(String),
    },
  },
  {
    name: 'manualReward above the daily number of awards',
    prepare: async () => {
      await publishChanged(({ manualRewards }) => {
        manualRewards.awardsPerDay = 1;
      });
      const request = await byStaff(({ client, playerId, options }) =>
        client.manualReward({ ...award, playerId }, options),
      );
      const another = await seasonedPlayer();
      receiptOf(await asStaff(request.staffId).manualReward({ ...award, playerId: another }));
      return { ...request, removeReason: publishExample };
    },
    expected: {
      __typename: 'LimitExceeded',
      limit: 'STAFF_DAILY_AWARDS',
      bound: 1,
      remaining: 0,
      requested: 1,
      renewsAt: expect.any(String),
    },
  },
];

export const REJECTION_CASES: readonly RejectionCase[] = [
  ...REWARD_REJECTIONS,
  ...CODE_REJECTIONS,
  ...EXCHANGE_REJECTIONS,
  ...SERVER_REJECTIONS,
  ...DEBIT_REJECTIONS,
  ...WINDOW_REJECTIONS,
];
