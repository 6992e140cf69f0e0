import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { changedExample, publish } from '../support/worker/balance.ts';
import { startIsolate } from '../support/worker/isolate.ts';
import { ledgerFaults, ledgerState, owner } from '../support/worker/ledger-state.ts';
import { atOnce, newStaff } from '../support/worker/loyalty.ts';
import {
  claimReward,
  exchange,
  manualReward,
  type Result,
  resultOf,
  reverseClaim,
  type Sent,
} from '../support/worker/mutations.ts';
import { seasonedPlayer, victory } from '../support/worker/scenes.ts';
import { fresh, freshKey, playerToken, serverToken, staffToken, ticket } from '../support/worker/service.ts';
import { movingNothing, writingNothing } from '../support/worker/stillness.ts';

/** Noon in Auckland, where it is already tomorrow. */
const NOON = new Date('2031-07-01T00:00:00Z');
const MIDNIGHT = new Date('2031-07-01T12:00:00Z');

beforeEach(async () => {
  await publish(
    changedExample((document) => {
      document.timeZone = 'Pacific/Auckland';
      document.manualRewards.awardsPerDay = 10;
    }),
  );
  vi.useFakeTimers({ toFake: ['Date'], now: NOON });
});
afterEach(() => void vi.useRealTimers());

interface Limit {
  readonly name: string;
  /** Everybody whom it may move, and the requests of one key each. */
  readonly prepare: () => Promise<{ players: string[]; ask: (key: string, door?: Door) => Promise<Sent> }>;
  readonly bound: number;
  /** How many of sixty-four are granted, and what is told to the others. */
  readonly granted: number;
  readonly told: object;
}
type Door = ReturnType<typeof startIsolate>;

/** Tokens are signed anew: days go by. */
const LIMITS: readonly Limit[] = [
  {
    name: 'the claims of a type, with tickets',
    prepare: async () => {
      const playerId = fresh('player');
      return {
        players: [playerId],
        ask: async (key, door) => {
          const proof = await ticket({ playerId, type: 'arena_chest', key, facts: {} });
          const token = await playerToken(playerId);
          const input = { type: 'arena_chest', ticket: proof, idempotencyKey: key };
          return claimReward(input, { token, ...(door && { door }) });
        },
      };
    },
    bound: 5,
    granted: 5,
    told: { limit: 'CLAIMS_PER_DAY', remaining: 0, requested: 1 },
  },
  {
    name: 'an exchange, three at a time',
    prepare: async () => {
      const playerId = await seasonedPlayer();
      const { token } = await newStaff();
      const grants = [{ resource: 'auric_coins', amount: 10_000 }];
      for (const reason of ['a full purse', 'another'])
        await manualReward({ playerId, grants, reason }, { token });
      return {
        players: [playerId],
        ask: async (idempotencyKey, door) =>
          exchange(
            { exchange: 'buy_summon_token', quantity: 3, idempotencyKey },
            { token: await playerToken(playerId), ...(door && { door }) },
          ),
      };
    },
    bound: 20,
    granted: 6,
    told: { limit: 'EXCHANGES_PER_DAY', remaining: 2, requested: 3 },
  },
  {
    name: 'the awards of a staff member, over many players',
    prepare: async () => {
      const players = await atOnce(8, seasonedPlayer);
      const { staffId } = await newStaff();
      let made = 0;
      const playerOf = new Map<string, string>();
      return {
        players,
        ask: async (idempotencyKey, door) => {
          if (!playerOf.has(idempotencyKey)) playerOf.set(idempotencyKey, players[made++ % 8] as string);
          const playerId = playerOf.get(idempotencyKey);
          const grants = [{ resource: 'lumees', amount: 1 }];
          return manualReward(
            { playerId, grants, reason: `for ${idempotencyKey}`, idempotencyKey },
            { token: await staffToken(staffId), ...(door && { door }) },
          );
        },
      };
    },
    bound: 10,
    granted: 10,
    told: { limit: 'STAFF_DAILY_AWARDS', remaining: 0, requested: 1 },
  },
];

const versions = async (players: string[]) => {
  const states = await Promise.all(players.map(ledgerState));
  return states.reduce((sum, { version }) => sum + (version ?? 0), 0);
};

describe('a daily limit', () => {
  it.each(LIMITS)('holds exactly when sixty-four ask at once in three isolates: $name', async ({
    prepare,
    bound,
    granted,
    told,
  }) => {
    const { players, ask } = await prepare();
    const doors = [startIsolate(), startIsolate(), startIsolate()];
    const keys = Array.from({ length: 64 }, freshKey);
    const before = await versions(players);
    const results = (await atOnce(64, (index) => ask(keys[index] as string, doors[index % 3]))).map(resultOf);
    const receipts = results.filter(({ __typename }) => __typename === 'Receipt');
    expect(receipts).toHaveLength(granted);
    const refused = results.filter(({ __typename }) => __typename !== 'Receipt');
    for (const result of refused) {
      expect(result).toMatchObject({ __typename: 'LimitExceeded', bound, ...told });
      // Midnight of the config's zone, not of UTC.
      expect(result.renewsAt).toBe(MIDNIGHT.toISOString());
    }
    expect(await versions(players)).toBe(before + granted);
    for (const playerId of players) expect(await ledgerFaults(playerId)).toEqual([]);

    // A second before midnight still: refused, and nothing moves.
    vi.setSystemTime(new Date(MIDNIGHT.getTime() - 1_000));
    const late = await movingNothing(players[0] as string, () => ask(freshKey(), doors[0]));
    expect(resultOf(late)).toMatchObject({ __typename: 'LimitExceeded', ...told });

    // With the new day the count begins anew; whoever was refused stays refused, with the words of then.
    vi.setSystemTime(MIDNIGHT);
    const no = refused[0] as Result;
    const index = results.indexOf(no);
    const replay = await writingNothing(players[0] as string, () => ask(keys[index] as string, doors[1]));
    expect(resultOf(replay)).toEqual(no);
    const tomorrow = (await atOnce(30, (at) => ask(freshKey(), doors[at % 3]))).map(resultOf);
    expect(tomorrow.filter(({ __typename }) => __typename === 'Receipt')).toHaveLength(granted);
    for (const result of tomorrow.filter(({ __typename }) => __typename !== 'Receipt'))
      expect(result.renewsAt).toBe('2031-07-02T12:00:00.000Z');
    expect(await versions(players)).toBe(before + 2 * granted);
  });

  it('is each player’s and each type’s own, and counts what is granted alone', async () => {
    const [one, other] = [fresh('player'), fresh('player')];
    const token = await serverToken();
    const open = async (playerId: string, key: string, over: object = {}) =>
      resultOf(await claimReward({ type: 'arena_chest', playerId, key, ...over }, { token }));
    for (let chest = 1; chest <= 5; chest += 1) {
      await open(one, `c-${chest}`);
      // What is refused for another reason, or paid before, takes nothing of the day.
      expect((await open(one, `c-${chest}`)).__typename).toBe('AlreadyClaimed');
      expect((await open(one, 'c-9', { expectedVersion: 0 })).__typename).toBe('VersionConflict');
    }
    expect((await open(one, 'c-6')).limit).toBe('CLAIMS_PER_DAY');
    expect((await open(other, 'c-6')).__typename).toBe('Receipt');
    const cup = await claimReward({ ...victory, playerId: one, key: 'cup-1' }, { token });
    expect(resultOf(cup).__typename).toBe('Receipt');
  });

  it('of awards is each member’s own, and follows the config at once', async () => {
    const playerId = await seasonedPlayer();
    const [{ token }, { token: colleague }] = [await newStaff(), await newStaff()];
    const give = async (by: string) =>
      resultOf(
        await manualReward(
          { playerId, grants: [{ resource: 'lumees', amount: 1 }], reason: fresh('no.') },
          { token: by },
        ),
      );
    for (let award = 0; award < 10; award += 1) expect((await give(token)).__typename).toBe('Receipt');
    const refused = await movingNothing(playerId, () => give(token));
    expect(refused).toMatchObject({
      limit: 'STAFF_DAILY_AWARDS',
      bound: 10,
      message: expect.stringContaining('10 awards'),
    });
    expect((await give(colleague)).__typename).toBe('Receipt');
    await publish(
      changedExample((document) => {
        document.timeZone = 'Pacific/Auckland';
        document.manualRewards.awardsPerDay = 11;
      }),
    );
    expect((await give(token)).__typename).toBe('Receipt');
    expect((await give(token)).limit).toBe('STAFF_DAILY_AWARDS');
    await publish(
      changedExample((document) => {
        document.timeZone = 'Pacific/Auckland';
        delete document.manualRewards.awardsPerDay;
      }),
    );
    expect((await give(token)).__typename).toBe('Receipt');
  });

  it('of awards leaves a mistaken one to be taken back, and a reversal is none', async () => {
    const playerId = await seasonedPlayer();
    const { token, staffId } = await newStaff();
    await publish(
      changedExample((document) => {
        document.timeZone = 'Pacific/Auckland';
        document.manualRewards.awardsPerDay = 2;
      }),
    );
    const give = async (amount: number) =>
      resultOf(
        await manualReward(
          { playerId, grants: [{ resource: 'lumees', amount }], reason: fresh('no.') },
          { token },
        ),
      );
    const [right, wrong] = [await give(5), await give(5_000)];
    const takeBack = { playerId, claimId: wrong.claim.id, reason: 'three noughts too many' };
    expect(resultOf(await reverseClaim(takeBack, { token }))).toMatchObject({
      __typename: 'Receipt',
      changes: [{ resource: 'lumees', after: right.changes[0].after }],
    });
    // What was taken back is not given to the day again, either.
    const refused = await movingNothing(playerId, () => give(500));
    expect(refused).toMatchObject({ limit: 'STAFF_DAILY_AWARDS', bound: 2 });
    const days =
      await owner`SELECT spent::int, awards::int FROM onceward.staff_budget_days WHERE staff_id = ${staffId}`;
    expect(days).toEqual([{ spent: 5_005, awards: 2 }]);
  });

  it('that refuses staff is audited', async () => {
    const playerId = await seasonedPlayer();
    const { token, staffId } = await newStaff();
    await publish(
      changedExample(({ manualRewards }) => {
        manualRewards.awardsPerDay = 1;
      }),
    );
    const grants = [{ resource: 'lumees', amount: 1 }];
    await atOnce(6, (index) => manualReward({ playerId, grants, reason: `no. ${index}` }, { token }));
    const rows = await owner`
      SELECT outcome, count(*)::int FROM onceward.audit_events WHERE actor_id = ${staffId} GROUP BY 1 ORDER BY 1`;
    expect(rows).toEqual([
      { outcome: 'granted', count: 1 },
      { outcome: 'rejected', count: 5 },
    ]);
  });
});
