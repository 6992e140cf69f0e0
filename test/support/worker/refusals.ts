/** Every business "no" of the mutations, with what makes its reason go away. For the rules of a key. */
import { expect } from 'vitest';
import { owner } from './ledger-state.ts';
import { claimReward, manualReward, spendStatPoints } from './mutations.ts';
import { OF_EXCHANGES } from './refusals-of-exchanges.ts';
import { OF_WHAT_IS_OWED } from './refusals-of-what-is-owed.ts';
import { another, asPlayer, asServer, asStaff, publishChanged, type Refusal, serveNext } from './refused.ts';
import { seasonedPlayer, victory } from './scenes.ts';
import { fresh, serverToken, staffToken } from './service.ts';

const award = { grants: [{ resource: 'loyalty_points', amount: 101 }], reason: 'made good' };
const addGift = (proof: object) =>
  publishChanged(({ claimTypes }) => {
    claimTypes.gift = { ...proof, rewards: { lumees: 1 } };
  });
const DAILY = { proof: 'calendar', period: 'day' };

const OF_REWARDS: readonly Refusal[] = [
  {
    name: 'spendStatPoints: insufficient balance, points granted since',
    prepare: async () => {
      const refused = await asPlayer({ energy: 4, health: 3 }, { mutation: spendStatPoints });
      const points = { ...award, grants: [{ resource: 'stat_points', amount: 1 }] };
      return {
        ...refused,
        mend: async () => (await asStaff(points, { playerId: refused.playerId })).ask(fresh('key')),
      };
    },
    told: { __typename: 'InsufficientBalance', resource: 'stat_points', available: 6, required: 7 },
  },
  {
    name: 'spendStatPoints: a stat at its ceiling, ceiling lifted since',
    prepare: async () => {
      await publishChanged(({ resources }) => {
        resources['stat:energy'].ceiling = 2;
      });
      return { ...(await asPlayer({ energy: 3 }, { mutation: spendStatPoints })), mend: serveNext };
    },
    told: {
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
    name: 'spendStatPoints: version conflict, version reached since',
    prepare: async () => {
      const refused = await asPlayer({ energy: 1, expectedVersion: 2 }, { mutation: spendStatPoints });
      return { ...refused, mend: () => another(refused.playerId) };
    },
    told: { __typename: 'VersionConflict', expected: 2, current: 1 },
  },
  {
    name: 'manualReward: limit for one reward, limit raised since',
    prepare: async () => {
      const refused = await asStaff(award, { limit: 100 });
      return {
        ...refused,
        mend: () => owner`UPDATE onceward.staff SET reward_limit = 101 WHERE id = ${refused.staffId}`,
      };
    },
    told: {
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
    name: "manualReward: the day's budget, budget raised since",
    prepare: async () => {
      const refused = await asStaff(award, { budget: 100 });
      return {
        ...refused,
        mend: () => owner`UPDATE onceward.staff SET daily_budget = 101 WHERE id = ${refused.staffId}`,
      };
    },
    told: {
      __typename: 'LimitExceeded',
      limit: 'STAFF_DAILY_BUDGET',
      bound: 100,
      remaining: 100,
      requested: 101,
    },
  },
  {
    name: 'manualReward: a ceiling, ceiling lifted since',
    prepare: async () => {
      await publishChanged(({ resources }) => {
        resources.loyalty_points.ceiling = 100;
      });
      return { ...(await asStaff(award)), mend: serveNext };
    },
    told: {
      __typename: 'LimitExceeded',
      limit: 'RESOURCE_CEILING',
      ceilingOf: 'loyalty_points',
      bound: 100,
      remaining: 100,
      requested: 101,
    },
  },
  {
    name: 'manualReward: version conflict, version reached since',
    prepare: async () => {
      const refused = await asStaff({ ...award, expectedVersion: 2 });
      return { ...refused, mend: () => another(refused.playerId) };
    },
    told: { __typename: 'VersionConflict', expected: 2, current: 1 },
  },
  {
    name: 'manualReward: unknown player, player created since',
    prepare: async () => {
      const refused = await asStaff(award, { playerId: fresh('nobody') });
      return { ...refused, mend: () => another(refused.playerId) };
    },
    told: { __typename: 'UnknownPlayer' },
  },
  {
    name: 'claimReward of staff: unknown player, player created since',
    prepare: async () => {
      const refused = await asStaff(
        { ...victory, key: 'cup-1' },
        { playerId: fresh('nobody'), mutation: claimReward },
      );
      return { ...refused, mend: () => another(refused.playerId) };
    },
    told: { __typename: 'UnknownPlayer' },
  },
  {
    name: 'claimReward of staff: limit for one reward, limit raised since',
    prepare: async () => {
      const refused = await asStaff({ ...victory, key: 'cup-1' }, { limit: 563, mutation: claimReward });
      return {
        ...refused,
        mend: () => owner`UPDATE onceward.staff SET reward_limit = 564 WHERE id = ${refused.staffId}`,
      };
    },
    told: { __typename: 'LimitExceeded', limit: 'STAFF_REWARD', bound: 563, requested: 564 },
  },
  {
    name: 'claimReward: a ceiling, ceiling lifted since',
    prepare: async () => {
      await publishChanged(({ resources }) => {
        resources.auric_coins.ceiling = 100;
      });
      return { ...(await asServer({ ...victory, key: 'cup-1' })), mend: serveNext };
    },
    told: {
      __typename: 'LimitExceeded',
      limit: 'RESOURCE_CEILING',
      ceilingOf: 'auric_coins',
      bound: 100,
      remaining: 36,
      requested: 64,
    },
  },
  {
    name: 'claimReward: version conflict, version reached since',
    prepare: async () => {
      const refused = await asServer({ ...victory, key: 'cup-1', expectedVersion: 2 });
      return { ...refused, mend: () => another(refused.playerId) };
    },
    told: { __typename: 'VersionConflict', expected: 2, current: 1 },
  },
  {
    name: 'claimReward: unknown claim type, claim type added since',
    prepare: async () => ({ ...(await asPlayer({ type: 'gift' })), mend: () => addGift(DAILY) }),
    told: { __typename: 'UnknownClaimType', claimType: 'gift' },
  },
  {
    name: 'claimReward of a player: a ticket is required, no longer since',
    prepare: async () => {
      await addGift({ proof: 'ticket' });
      return { ...(await asPlayer({ type: 'gift' })), mend: () => addGift(DAILY) };
    },
    told: { __typename: 'NotEligible', why: 'TICKET_REQUIRED', claimType: 'gift' },
  },
  {
    name: 'claimReward of a player: for servers only, no longer since',
    prepare: async () => {
      await addGift({ proof: 'server' });
      return { ...(await asPlayer({ type: 'gift' })), mend: () => addGift(DAILY) };
    },
    told: { __typename: 'NotEligible', why: 'SERVER_ONLY', claimType: 'gift' },
  },
  {
    name: 'claimReward: as many of a type as a day allows, more allowed since',
    prepare: async () => {
      await publishChanged(({ claimTypes }) => {
        claimTypes.arena_chest.perDay = 1;
      });
      const refused = await asServer({ type: 'arena_chest', key: 'chest-2' });
      await claimReward(
        { type: 'arena_chest', key: 'chest-1', playerId: refused.playerId },
        { token: await serverToken() },
      );
      return { ...refused, mend: serveNext };
    },
    told: {
      __typename: 'LimitExceeded',
      limit: 'CLAIMS_PER_DAY',
      ceilingOf: null,
      bound: 1,
      remaining: 0,
      requested: 1,
      renewsAt: expect.any(String),
    },
  },
  {
    name: 'manualReward: as many as one member of staff may give in a day, more allowed since',
    prepare: async () => {
      await publishChanged(({ manualRewards }) => {
        manualRewards.awardsPerDay = 1;
      });
      const refused = await asStaff(award);
      const first = { ...award, playerId: await seasonedPlayer() };
      await manualReward(first, { token: await staffToken(refused.staffId) });
      return { ...refused, mend: serveNext };
    },
    told: {
      __typename: 'LimitExceeded',
      limit: 'STAFF_DAILY_AWARDS',
      bound: 1,
      remaining: 0,
      requested: 1,
      renewsAt: expect.any(String),
    },
  },
];

export const REFUSALS: readonly Refusal[] = [...OF_REWARDS, ...OF_EXCHANGES, ...OF_WHAT_IS_OWED];
