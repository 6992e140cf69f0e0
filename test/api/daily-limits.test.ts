/** Limits per day: claims and exchanges of a player, and awards of a staff member. */
import { beforeEach, describe, expect, it } from 'vitest';
import {
  type Answer,
  asPlayer,
  asServer,
  asStaff,
  type CallOptions,
  type MutationInput,
  receiptOf,
  rejectionOf,
  resultAs,
  resultOf,
} from '../support/worker/client.ts';
import { type LocalDay, letDaysPass, publishDay } from '../support/worker/days.ts';
import { startIsolate } from '../support/worker/isolate.ts';
import {
  addStaffMember,
  auditEvents,
  ledgerFaults,
  ledgerState,
  usedByStaff,
} from '../support/worker/ledger-state.ts';
import { playerWith } from '../support/worker/players.ts';
import { seasonedPlayer, victory } from '../support/worker/scenes.ts';
import type {
  ClaimRewardResult,
  ExchangeResult,
  ManualRewardResult,
} from '../support/worker/schema-types.ts';
import { fresh, freshKey, ticket } from '../support/worker/service.ts';
import { movingNothing, writingNothing } from '../support/worker/stillness.ts';
import { atOnce } from '../support/worker/waves.ts';

/** Null: without the limit. */
const publishAwardsPerDay = (awardsPerDay: number | null, which: 'earlier' | 'later' = 'earlier') =>
  publishDay(which, (document) => {
    if (awardsPerDay === null) delete document.manualRewards.awardsPerDay;
    else document.manualRewards.awardsPerDay = awardsPerDay;
  });

let today: LocalDay;
beforeEach(async () => {
  today = await publishAwardsPerDay(10);
});

interface Limit {
  readonly name: string;
  readonly prepare: () => Promise<LimitedRequests>;
  readonly bound: number;
  /** How many of 64 requests are granted, and what the rejections of the others say. */
  readonly granted: number;
  readonly rejection: { readonly limit: string; readonly remaining: number; readonly requested: number };
}

interface LimitedRequests {
  /** All players whom the requests may change. */
  readonly players: readonly string[];
  readonly send: (
    options: CallOptions & { readonly key: string },
  ) => Promise<Answer<ClaimRewardResult | ExchangeResult | ManualRewardResult>>;
}

const LIMITS: readonly Limit[] = [
  {
    name: 'claims of a type with tickets',
    prepare: async () => {
      const playerId = fresh('player');
      const type = 'arena_chest';
      return {
        players: [playerId],
        send: async (options) => {
          const proof = await ticket({ playerId, type, key: options.key, facts: {} });
          return asPlayer(playerId).claimReward({ type, ticket: proof }, options);
        },
      };
    },
    bound: 5,
    granted: 5,
    rejection: { limit: 'CLAIMS', remaining: 0, requested: 1 },
  },
  {
    name: 'an exchange, made three times by each request',
    prepare: async () => {
      const { playerId } = await playerWith({ auric_coins: 20_000 });
      return {
        players: [playerId],
        send: (options) =>
          asPlayer(playerId).exchange({ exchange: 'buy_summon_token', quantity: 3 }, options),
      };
    },
    bound: 20,
    granted: 6,
    rejection: { limit: 'EXCHANGES', remaining: 2, requested: 3 },
  },
  {
    name: 'awards of a staff member to eight players',
    prepare: async () => {
      const players = await atOnce(8, seasonedPlayer);
      const staffId = await addStaffMember(fresh('staff'));
      const playerOf = new Map<string, string>();
      return {
        players,
        send: async (options) => {
          const playerId = playerOf.get(options.key) ?? String(players[playerOf.size % 8]);
          playerOf.set(options.key, playerId);
          const grants = [{ resource: 'lumees', amount: 1 }];
          return asStaff(staffId).manualReward({ playerId, grants, reason: `for ${options.key}` }, options);
        },
      };
    },
    bound: 10,
    granted: 10,
    rejection: { limit: 'STAFF_DAILY_AWARDS', remaining: 0, requested: 1 },
  },
];

async function sumOfVersions(players: readonly string[]): Promise<number> {
  const states = await Promise.all(players.map(ledgerState));
  return states.reduce((sum, { version }) => sum + (version ?? 0), 0);
}

describe('a daily limit', () => {
  it.each(
    LIMITS,
  )('a daily limit is exact for 64 requests at once in three isolates and renews at midnight: $name', async ({
    prepare,
    bound,
    granted,
    rejection,
  }) => {
    const { players, send } = await prepare();
    const [first] = players as [string];
    const doors = [startIsolate(), startIsolate(), startIsolate()];
    const sendAll = async (keys: readonly string[]) =>
      (await atOnce(keys.length, (index) => send({ key: String(keys[index]), door: doors[index % 3] }))).map(
        resultOf,
      );
    const before = await sumOfVersions(players);
    const keys = Array.from({ length: 64 }, freshKey);
    const results = await sendAll(keys);
    const rejections = results.filter((result) => result.__typename === 'LimitExceeded');
    expect(rejections).toHaveLength(64 - granted);
    expect(results.filter(({ __typename }) => __typename === 'Receipt')).toHaveLength(granted);
    // Midnight in the time zone of the config, not in UTC.
    for (const each of rejections)
      expect(each).toMatchObject({ bound, renewsAt: today.renewsAt, ...rejection });
    expect(await sumOfVersions(players)).toBe(before + granted);
    for (const playerId of players) expect(await ledgerFaults(playerId)).toEqual([]);

    const late = await movingNothing(first, () => send({ key: freshKey(), door: doors[0] }));
    expect(resultAs(late, 'LimitExceeded')).toMatchObject(rejection);

    // The new day has a count of its own, but a rejected key is still answered with its rejection.
    const { renewsAt } = await publishAwardsPerDay(10, 'later');
    const rejected = results.findIndex(({ __typename }) => __typename === 'LimitExceeded');
    const replay = await writingNothing(first, () => send({ key: String(keys[rejected]), door: doors[1] }));
    expect(resultOf(replay)).toEqual(results[rejected]);
    await letDaysPass(...players);
    const nextDay = await sendAll(Array.from({ length: 30 }, freshKey));
    expect(nextDay.filter(({ __typename }) => __typename === 'Receipt')).toHaveLength(granted);
    for (const result of nextDay)
      if (result.__typename !== 'Receipt')
        expect(result).toMatchObject({ __typename: 'LimitExceeded', renewsAt });
    expect(await sumOfVersions(players)).toBe(before + 2 * granted);
  });

  it('the limit of claims per day counts granted claims only, for each player and claim type separately', async () => {
    const [one, other] = [fresh('player'), fresh('player')];
    const open = (playerId: string, key: string, over: Partial<MutationInput<'claimReward'>> = {}) =>
      asServer().claimReward({ type: 'arena_chest', playerId, key, ...over });
    for (let chest = 1; chest <= 5; chest += 1) {
      receiptOf(await open(one, `c-${chest}`));
      // Other rejections do not count.
      rejectionOf(await open(one, `c-${chest}`), 'AlreadyClaimed');
      rejectionOf(await open(one, 'c-9', { expectedVersion: 0 }), 'VersionConflict');
    }
    expect(rejectionOf(await open(one, 'c-6'), 'LimitExceeded').limit).toBe('CLAIMS');
    receiptOf(await open(other, 'c-6'));
    receiptOf(await asServer().claimReward({ ...victory, playerId: one, key: 'cup-1' }));
  });

  it('the limit of awards per day counts each staff member separately and follows the config at once', async () => {
    const playerId = await seasonedPlayer();
    const [staffId, colleague] = [await addStaffMember(fresh('staff')), await addStaffMember(fresh('staff'))];
    const grants = [{ resource: 'lumees', amount: 1 }];
    const award = (by: string) => asStaff(by).manualReward({ playerId, grants, reason: fresh('award') });
    for (let count = 0; count < 10; count += 1) receiptOf(await award(staffId));
    const answer = await movingNothing(playerId, () => award(staffId));
    expect(rejectionOf(answer, 'LimitExceeded')).toMatchObject({
      limit: 'STAFF_DAILY_AWARDS',
      bound: 10,
      message: expect.stringContaining('10 awards'),
    });
    receiptOf(await award(colleague));
    await publishAwardsPerDay(11);
    receiptOf(await award(staffId));
    expect(rejectionOf(await award(staffId), 'LimitExceeded').limit).toBe('STAFF_DAILY_AWARDS');
    await publishAwardsPerDay(null);
    receiptOf(await award(staffId));
  });

  it('the limit of awards per day does not count a reversal, which gives an own award of the day back', async () => {
    const playerId = await seasonedPlayer();
    const staffId = await addStaffMember(fresh('staff'));
    await publishAwardsPerDay(2);
    const award = (amount: number) =>
      asStaff(staffId).manualReward({
        playerId,
        grants: [{ resource: 'lumees', amount }],
        reason: fresh('award'),
      });
    const [right, wrong] = [receiptOf(await award(5)), receiptOf(await award(5_000))];
    const reversal = { playerId, claimId: wrong.claim.id, reason: 'three noughts too many' };
    expect(receiptOf(await asStaff(staffId).reverseClaim(reversal)).changes).toMatchObject([
      { resource: 'lumees', after: right.changes[0]?.after },
    ]);
    expect(await usedByStaff(staffId)).toEqual({ spent: 5, awards: 1 });
    receiptOf(await award(500));
    const answer = await movingNothing(playerId, () => award(500));
    expect(rejectionOf(answer, 'LimitExceeded')).toMatchObject({ limit: 'STAFF_DAILY_AWARDS', bound: 2 });
    expect(await usedByStaff(staffId)).toEqual({ spent: 505, awards: 2 });
  });

  it('the limit of awards per day leaves an audit event for each award that it rejects', async () => {
    const playerId = await seasonedPlayer();
    const staffId = await addStaffMember(fresh('staff'));
    await publishAwardsPerDay(1);
    const grants = [{ resource: 'lumees', amount: 1 }];
    await atOnce(6, (index) => asStaff(staffId).manualReward({ playerId, grants, reason: `award ${index}` }));
    const outcomes = (await auditEvents(staffId)).map(({ outcome }) => outcome);
    expect(outcomes.toSorted()).toEqual(['granted', ...Array(5).fill('rejected')]);
  });
});
