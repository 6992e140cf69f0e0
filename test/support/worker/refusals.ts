/** Every business "no" of the mutations, with what makes its reason go away. For the rules of a key. */
import { changedExample, type Document, publish } from './balance.ts';
import { addStaffMember, owner } from './ledger-state.ts';
import { claimReward, manualReward, type Sent, spendStatPoints } from './mutations.ts';
import { seasonedPlayer, victory } from './scenes.ts';
import { fresh, playerToken, serverToken, staffToken } from './service.ts';

export interface Refused {
  readonly playerId: string;
  ask(idempotencyKey: string): Promise<Sent>;
  /** Takes the reason away, so that a new request of the same kind succeeds. */
  mend(): Promise<unknown>;
}

export interface Refusal {
  readonly name: string;
  readonly prepare: () => Promise<Refused>;
  /** What is told. */
  readonly told: object;
}

const award = { grants: [{ resource: 'loyalty_points', amount: 101 }], reason: 'made good' };

async function asPlayer(input: object, mutation = claimReward) {
  const playerId = await seasonedPlayer();
  const token = await playerToken(playerId);
  return { playerId, ask: (idempotencyKey: string) => mutation({ ...input, idempotencyKey }, { token }) };
}

async function asServer(input: object) {
  const playerId = await seasonedPlayer();
  const token = await serverToken();
  return {
    playerId,
    ask: (idempotencyKey: string) => claimReward({ ...input, playerId, idempotencyKey }, { token }),
  };
}

async function asStaff(
  input: object,
  {
    mutation = manualReward,
    playerId = '',
    ...limits
  }: { mutation?: typeof manualReward; playerId?: string } & Limits = {},
) {
  const player = playerId || (await seasonedPlayer());
  const staffId = await addStaffMember(fresh('staff'), limits);
  const token = await staffToken(staffId);
  return {
    playerId: player,
    staffId,
    ask: (idempotencyKey: string) => mutation({ ...input, playerId: player, idempotencyKey }, { token }),
  };
}
type Limits = { limit?: number; budget?: number };

const publishChanged = (change: (document: Document) => void) => publish(changedExample(change));
const addGift = (proof: object) =>
  publishChanged(({ claimTypes }) => {
    claimTypes.gift = { ...proof, rewards: { lumees: 1 } };
  });
const DAILY = { proof: 'calendar', period: 'day' };
/** Any accepted operation: the player's version goes from 1 to 2. */
const another = async (playerId: string) =>
  claimReward({ type: 'weekly_chest', playerId }, { token: await serverToken() });
const createPlayer = another;

export const REFUSALS: readonly Refusal[] = [
  {
    name: 'spendStatPoints: insufficient balance, points granted since',
    prepare: async () => {
      const refused = await asPlayer({ energy: 4, health: 3 }, spendStatPoints);
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
      return { ...(await asPlayer({ energy: 3 }, spendStatPoints)), mend: serveNext };
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
      const refused = await asPlayer({ energy: 1, expectedVersion: 2 }, spendStatPoints);
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
      return { ...refused, mend: () => createPlayer(refused.playerId) };
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
      return { ...refused, mend: () => createPlayer(refused.playerId) };
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
];

/** The example again, as the next version. */
function serveNext(): Promise<unknown> {
  return publishChanged(() => {});
}
