import { describe, expect, test } from 'vitest';
import type { Quota } from '../../src/domain/limits.ts';
import { brokenInvariants } from '../support/ledger/invariants.ts';
import { granted, openLedger } from '../support/ledger/ledger.ts';
import { award, fresh, give, operation, take } from '../support/ledger/operations.ts';
import { standing } from '../support/ledger/standing.ts';
import { quota, reversal } from '../support/ledger/systems.ts';

const { commit, owner, playerLedger, addStaff } = openLedger();

const limited = (playerId: string, first: Partial<Quota> = {}, ...others: Partial<Quota>[]) =>
  operation({ playerId, postings: [give('gold', 1)], quotas: [first, ...others].map(quota) });

async function used(playerId: string): Promise<Record<string, number>> {
  const { rows } = await owner.query(
    `SELECT name || ' ' || period AS quota, used::int FROM onceward.player_quotas WHERE player_id = $1`,
    [playerId],
  );
  return Object.fromEntries(rows.map(({ quota, used }) => [quota, used]));
}

describe('a quota', () => {
  test('lets through what it allows, and says what is left and when it renews', async () => {
    const playerId = fresh('player');
    await granted(commit(limited(playerId, { amount: 2 })));
    const before = await standing(owner, playerId);
    expect(await commit(limited(playerId, { amount: 2 }))).toMatchObject({
      rejection: {
        kind: 'limit_exceeded',
        limit: 'exchanges_per_day',
        resource: null,
        bound: 3,
        remaining: 1,
        requested: 2,
        renewsAt: '2026-11-03T00:00:00.000Z',
      },
    });
    expect(await standing(owner, playerId)).toEqual(before);
    await granted(commit(limited(playerId, { amount: 1 })));
    expect(await used(playerId)).toEqual({ 'exchange:training 2026-11-02': 3 });
  });

  test('is counted for each player, thing and period by itself', async () => {
    const [one, other] = [fresh('player'), fresh('player')];
    const full = { amount: 3 };
    for (const asked of [
      limited(one, full),
      limited(other, full),
      limited(one, { ...full, name: 'exchange:drop' }),
      limited(one, { ...full, period: '2026-11-03' }),
    ])
      await granted(commit(asked));
    expect(await commit(limited(one))).toMatchObject({ rejection: { remaining: 0 } });
  });

  test('counts nothing for replays and refusals', async () => {
    const playerId = fresh('player');
    const asked = limited(playerId);
    await granted(commit(asked));
    await granted(commit(asked));
    expect(await commit({ ...asked, idempotencyKey: fresh('key') })).toMatchObject({ kind: 'rejected' });
    const poor = operation({ playerId, postings: [take('gold', 99)], quotas: [quota()] });
    expect(await commit(poor)).toMatchObject({ rejection: { kind: 'insufficient_balance' } });
    expect(await used(playerId)).toEqual({ 'exchange:training 2026-11-02': 1 });
  });

  test('of several, the first that is full refuses all', async () => {
    const playerId = fresh('player');
    await granted(
      commit(limited(playerId, {}, { name: 'transfer:gold', limit: 'transfer_per_day', bound: 1 })),
    );
    const before = await standing(owner, playerId);
    const outcome = await commit(
      limited(playerId, {}, { name: 'transfer:gold', limit: 'transfer_per_day', bound: 1 }),
    );
    expect(outcome).toMatchObject({ rejection: { limit: 'transfer_per_day', bound: 1, remaining: 0 } });
    expect(await standing(owner, playerId)).toEqual(before);
  });

  test('that was lowered below what was done leaves nothing, and no negative rest', async () => {
    const playerId = fresh('player');
    await granted(commit(limited(playerId, { amount: 3 })));
    expect(await commit(limited(playerId, { bound: 1 }))).toMatchObject({
      rejection: { bound: 1, remaining: 0 },
    });
  });

  test('is judged after staff limits and before balances', async () => {
    const playerId = fresh('player');
    const asked = operation({ playerId, postings: [take('gold', 1)], quotas: [quota({ bound: 0 })] });
    expect(await commit(asked)).toMatchObject({ rejection: { kind: 'limit_exceeded' } });
  });

  test('of twenty holds exactly when sixty-four come at once', async () => {
    const playerId = fresh('player');
    const outcomes = await Promise.all(
      Array.from({ length: 64 }, () => commit(limited(playerId, { amount: 3, bound: 20 }))),
    );
    expect(outcomes.filter(({ kind }) => kind === 'granted')).toHaveLength(6);
    for (const refused of outcomes.filter(({ kind }) => kind !== 'granted'))
      expect(refused).toMatchObject({ rejection: { kind: 'limit_exceeded', remaining: 2 } });
    expect(await used(playerId)).toEqual({ 'exchange:training 2026-11-02': 18 });
    expect(await playerLedger(playerId)).toMatchObject({ version: 6, balances: { gold: 6 } });
    expect(await brokenInvariants(owner, [playerId])).toEqual([]);
  });
});

describe('the awards of one staff member in a day', () => {
  const newPlayer = async () => {
    const playerId = fresh('player');
    await granted(commit(operation({ playerId, postings: [] })));
    return playerId;
  };
  const awardsOn = async (staffId: string) => {
    const { rows } = await owner.query(
      'SELECT day::text, awards::int FROM onceward.staff_budget_days WHERE staff_id = $1 ORDER BY day',
      [staffId],
    );
    return rows;
  };
  const spentOn = async (staffId: string) => {
    const { rows } = await owner.query(
      'SELECT spent::int, awards::int FROM onceward.staff_budget_days WHERE staff_id = $1',
      [staffId],
    );
    return rows;
  };

  test('are counted, whatever they give; the next day begins anew', async () => {
    const staff = await addStaff();
    const playerId = await newPlayer();
    for (const amount of [0, 5])
      await granted(commit({ ...award(staff, amount, { awardsPerDay: 2 }), playerId }));
    const before = await standing(owner, playerId);
    expect(await commit({ ...award(staff, 1, { awardsPerDay: 2 }), playerId })).toMatchObject({
      rejection: {
        limit: 'staff_daily_awards',
        bound: 2,
        remaining: 0,
        requested: 1,
        renewsAt: '2026-11-03T00:00:00.000Z',
      },
    });
    expect(await standing(owner, playerId)).toEqual(before);
    await granted(commit({ ...award(staff, 1, { awardsPerDay: 2, day: '2026-11-03' }), playerId }));
    expect(await awardsOn(staff)).toEqual([
      { day: '2026-11-02', awards: 2 },
      { day: '2026-11-03', awards: 1 },
    ]);
  });

  test('are as many as the budget allows where no bound is set', async () => {
    const staff = await addStaff();
    const playerId = await newPlayer();
    for (let count = 0; count < 5; count++) await granted(commit({ ...award(staff, 1), playerId }));
    expect(await awardsOn(staff)).toEqual([{ day: '2026-11-02', awards: 5 }]);
  });

  test('are not used up by reversals: after the last one a mistake can still be taken back, each of them once', async () => {
    const staff = await addStaff();
    const playerId = await newPlayer();
    const ask = (amount: number) => commit({ ...award(staff, amount, { awardsPerDay: 2 }), playerId });
    const [first, second] = [await granted(ask(3)), await granted(ask(5))];
    const takeBack = ({ claim }: typeof first) => {
      const request = reversal(staff, claim);
      const { staffCheck } = award(staff, 0, { awardsPerDay: 2 });
      return commit({ ...request, staffCheck });
    };
    expect(await granted(takeBack(second))).toMatchObject({ balances: { gold: 3 } });
    expect(await ask(1)).toMatchObject({ rejection: { limit: 'staff_daily_awards', remaining: 0 } });
    expect(await awardsOn(staff)).toEqual([{ day: '2026-11-02', awards: 2 }]);

    const outcomes = await Promise.all(Array.from({ length: 16 }, () => takeBack(first)));
    expect(outcomes.filter(({ kind }) => kind === 'granted')).toHaveLength(1);
    expect((await playerLedger(playerId)).balances).toEqual({ gold: 0 });
    expect(await awardsOn(staff)).toEqual([{ day: '2026-11-02', awards: 2 }]);
    expect(await brokenInvariants(owner, [playerId])).toEqual([]);
  });

  test('are apart from the budget: what a reversal hands out is spent, though it is no award', async () => {
    const staff = await addStaff({ budget: 10 });
    const playerId = await newPlayer();
    await granted(commit(operation({ playerId, postings: [give('gold', 20)] })));
    const [first, second] = [
      await granted(commit(operation({ playerId, postings: [take('gold', 8)] }))),
      await granted(commit(operation({ playerId, postings: [take('gold', 3)] }))),
    ];
    await granted(commit(reversal(staff, first.claim)));
    expect(await spentOn(staff)).toEqual([{ spent: 8, awards: 0 }]);
    const before = await standing(owner, playerId);
    expect(await commit(reversal(staff, second.claim))).toMatchObject({
      rejection: { limit: 'staff_daily_budget', remaining: 2, requested: 3 },
    });
    expect(await standing(owner, playerId)).toEqual(before);
    expect(await spentOn(staff)).toEqual([{ spent: 8, awards: 0 }]);
    expect(await brokenInvariants(owner, [playerId])).toEqual([]);
  });

  test('are exact when sixty-four go to sixty-four players at once', async () => {
    const staff = await addStaff();
    const players = await Promise.all(Array.from({ length: 64 }, newPlayer));
    const outcomes = await Promise.all(
      players.map((playerId) => commit({ ...award(staff, 1, { awardsPerDay: 10 }), playerId })),
    );
    expect(outcomes.filter(({ kind }) => kind === 'granted')).toHaveLength(10);
    for (const refused of outcomes.filter(({ kind }) => kind !== 'granted'))
      expect(refused).toMatchObject({ rejection: { limit: 'staff_daily_awards', remaining: 0 } });
    expect(await awardsOn(staff)).toEqual([{ day: '2026-11-02', awards: 10 }]);
    expect(await brokenInvariants(owner, players)).toEqual([]);
  });
});
