import { describe, expect, inject, test } from 'vitest';
import { brokenInvariants } from '../support/ledger/invariants.ts';
import { granted, openLedger } from '../support/ledger/ledger.ts';
import { award, fresh, give, operation } from '../support/ledger/operations.ts';

const { commit, playerLedger, addStaff, owner } = openLedger();

async function newPlayer(): Promise<string> {
  const playerId = fresh('player');
  await granted(commit(operation({ playerId, postings: [] })));
  return playerId;
}

const spentOn = async (staffId: string, day = '2026-11-02') => {
  const { rows } = await owner.query(
    'SELECT spent FROM onceward.staff_budget_days WHERE staff_id = $1 AND day = $2',
    [staffId, day],
  );
  return rows.length === 0 ? null : Number(rows[0].spent);
};

const auditOf = async (staffId: string) => {
  const { rows } = await owner.query('SELECT * FROM onceward.audit_events WHERE actor_id = $1 ORDER BY id', [
    staffId,
  ]);
  return rows;
};

describe('a member who is disabled while the award waits for the player', () => {
  test('gives nothing, and nothing is recorded', async () => {
    const playerId = await newPlayer();
    const staff = await addStaff();
    const before = await playerLedger(playerId);
    const holder = await owner.connect();
    await holder.query('BEGIN');
    await holder.query('SELECT FROM onceward.players WHERE id = $1 FOR UPDATE', [playerId]);
    const waiting = commit({ ...award(staff, 5), playerId });
    // Long enough to have read the staff row and to stand before the lock; far below the lock time-out.
    await new Promise((resolve) => setTimeout(resolve, 300));
    await owner.query('UPDATE onceward.staff SET disabled_at = now() WHERE id = $1', [staff]);
    await holder.query('COMMIT');
    holder.release();
    expect(await waiting).toEqual({ kind: 'forbidden', why: 'disabled' });
    expect(await playerLedger(playerId)).toEqual(before);
    expect(await auditOf(staff)).toEqual([]);
  });
});

describe('who may', () => {
  test.each([
    ['an unknown member', async () => fresh('staff'), 'unknown_staff'],
    ['a disabled one', () => addStaff({ disabled: true }), 'disabled'],
    ['an auditor', () => addStaff({ role: 'auditor' }), 'role'],
    ['an economist', () => addStaff({ role: 'economist' }), 'role'],
  ])('%s may not: nothing is recorded and the key stays free', async (_, member, why) => {
    const playerId = await newPlayer();
    const before = await playerLedger(playerId);
    const asked = { ...award(await member(), 10), playerId };
    expect(await commit(asked)).toEqual({ kind: 'forbidden', why });
    expect(await playerLedger(playerId)).toEqual(before);
    expect(await auditOf(asked.actor.id)).toEqual([]);
    expect((await commit({ ...asked, ...award(await addStaff(), 10), playerId })).kind).toBe('granted');
  });

  test.each(['support', 'admin'] as const)('%s may', async (role) => {
    const staff = await addStaff({ role });
    expect(await commit({ ...award(staff, 10), playerId: await newPlayer() })).toMatchObject({
      kind: 'granted',
    });
  });

  test('the row decides at every call: a downgrade counts from the next one, a promotion too', async () => {
    const staff = await addStaff();
    const playerId = await newPlayer();
    const kinds = [];
    for (const role of ['support', 'auditor', 'admin']) {
      await owner.query('UPDATE onceward.staff SET role = $2 WHERE id = $1', [staff, role]);
      kinds.push((await commit({ ...award(staff, 1), playerId })).kind);
    }
    expect(kinds).toEqual(['granted', 'forbidden', 'granted']);
  });

  test('an operation of staff that brings no staff check is a defect of ours: nothing is written', async () => {
    const playerId = await newPlayer();
    const before = await playerLedger(playerId);
    const unchecked = { ...award(await addStaff(), 10), playerId, staffCheck: null };
    await expect(commit(unchecked)).rejects.toMatchObject({ code: '22023' });
    expect(await playerLedger(playerId)).toEqual(before);
  });
});

describe('how much', () => {
  test.each<[string, { limit?: number; budget?: number }, number, object | null]>([
    ['the config’s limit, exactly', {}, 1_000, null],
    [
      'one more than the config’s limit',
      {},
      1_001,
      { limit: 'staff_reward', bound: 1_000, requested: 1_001 },
    ],
    ['the member’s own limit, exactly', { limit: 50 }, 50, null],
    [
      'one more than the member’s own limit',
      { limit: 50 },
      51,
      { limit: 'staff_reward', bound: 50, remaining: 50 },
    ],
    ['a limit of their own above the config’s', { limit: 2_000 }, 2_000, null],
    ['a limit of zero', { limit: 0 }, 1, { limit: 'staff_reward', bound: 0, remaining: 0 }],
    [
      'one more than the member’s own budget',
      { budget: 50 },
      51,
      { limit: 'staff_daily_budget', bound: 50, remaining: 50 },
    ],
    ['the member’s own budget, exactly', { budget: 50 }, 50, null],
    ['a budget of zero', { budget: 0 }, 1, { limit: 'staff_daily_budget', bound: 0, remaining: 0 }],
  ])('%s', async (_, limits, amount, rejection) => {
    const staff = await addStaff(limits);
    const playerId = await newPlayer();
    const outcome = await commit({ ...award(staff, amount), playerId });
    if (rejection === null) expect(outcome.kind).toBe('granted');
    else
      expect(outcome).toMatchObject({ rejection: { kind: 'limit_exceeded', resource: null, ...rejection } });
    expect(await playerLedger(playerId)).toMatchObject({
      balances: rejection === null ? { gold: amount } : {},
    });
    expect(await spentOn(staff)).toBe(rejection === null ? amount : null);
  });

  test('the day adds up over players, says what is left and when it renews, and the next day begins anew', async () => {
    const staff = await addStaff({ budget: 100 });
    const [one, two] = [await newPlayer(), await newPlayer()];
    await granted(commit({ ...award(staff, 60), playerId: one }));
    const over = { ...award(staff, 41), playerId: two };
    expect(await commit(over)).toMatchObject({
      rejection: {
        limit: 'staff_daily_budget',
        bound: 100,
        remaining: 40,
        requested: 41,
        renewsAt: '2026-11-03T00:00:00.000Z',
      },
    });
    await granted(commit({ ...award(staff, 40), playerId: two }));
    expect(await spentOn(staff)).toBe(100);
    await granted(commit({ ...award(staff, 100, { day: '2026-11-03' }), playerId: two }));
    expect(await spentOn(staff)).toBe(100);
    expect(await spentOn(staff, '2026-11-03')).toBe(100);
  });

  test('a budget lowered below what is spent leaves nothing, and no negative rest', async () => {
    const staff = await addStaff({ budget: 100 });
    const playerId = await newPlayer();
    await granted(commit({ ...award(staff, 60), playerId }));
    await owner.query('UPDATE onceward.staff SET daily_budget = 10 WHERE id = $1', [staff]);
    expect(await commit({ ...award(staff, 1), playerId })).toMatchObject({
      rejection: { bound: 10, remaining: 0 },
    });
  });

  test('replays and refusals spend nothing', async () => {
    const staff = await addStaff();
    const asked = { ...award(staff, 60), playerId: await newPlayer() };
    await commit(asked);
    await commit(asked);
    await commit({ ...asked, idempotencyKey: fresh('key') });
    expect(await spentOn(staff)).toBe(60);
    expect(await auditOf(staff)).toHaveLength(2);
  });

  test('sixty-four awards to sixty-four players at once spend the budget to the last piece, never more', async () => {
    const staff = await addStaff({ budget: 100 });
    const players = await Promise.all(Array.from({ length: 64 }, newPlayer));
    const outcomes = await Promise.all(players.map((playerId) => commit({ ...award(staff, 7), playerId })));
    expect(outcomes.filter(({ kind }) => kind === 'granted')).toHaveLength(14);
    for (const outcome of outcomes.filter(({ kind }) => kind !== 'granted')) {
      expect(outcome).toMatchObject({ rejection: { limit: 'staff_daily_budget', remaining: 2 } });
    }
    expect(await spentOn(staff)).toBe(98);
    expect(await brokenInvariants(owner, players)).toEqual([]);
  });

  test('the budget holds under REPEATABLE READ as well', async () => {
    const staff = await addStaff({ budget: 100 });
    const players = await Promise.all(Array.from({ length: 16 }, newPlayer));
    const setting = encodeURIComponent('-c default_transaction_isolation=repeatable\\ read');
    const [databaseUrl, ownerDatabaseUrl] = [inject('databaseUrl'), inject('ownerDatabaseUrl')];
    const strict = openLedger({ databaseUrl: `${databaseUrl}?options=${setting}`, ownerDatabaseUrl });
    const { rows } = await strict.app.query('SHOW transaction_isolation');
    expect(rows[0].transaction_isolation).toBe('repeatable read');
    const outcomes = await Promise.allSettled(
      players.map((playerId) => strict.commit({ ...award(staff, 60), playerId })),
    );
    const done = outcomes.filter(
      (outcome) => outcome.status === 'fulfilled' && outcome.value.kind === 'granted',
    );
    await strict.close();
    expect(done).toHaveLength(1);
    expect(await spentOn(staff)).toBe(60);
  });
});

describe('the audit', () => {
  test('holds a row for each claim and each "no", with who, whom, how much, why and under which correlation ID', async () => {
    const staff = await addStaff({ limit: 50 });
    const playerId = await newPlayer();
    const paid = { ...award(staff, 20), playerId };
    const refused = { ...award(staff, 51), playerId };
    const { claim } = await granted(commit(paid));
    await commit(refused);
    const common = {
      actor_kind: 'staff',
      action: 'manualReward',
      player_id: playerId,
      reason: 'a test asked for it',
    };
    expect(await auditOf(staff)).toEqual([
      expect.objectContaining({
        ...common,
        outcome: 'granted',
        claim_id: claim.id,
        amount: '20',
        correlation_id: paid.correlationId,
      }),
      expect.objectContaining({
        ...common,
        outcome: 'rejected',
        amount: '51',
        correlation_id: refused.correlationId,
      }),
    ]);
    expect((await auditOf(staff))[0].detail).toEqual({ budgetDay: '2026-11-02', spentBefore: 0 });
    expect(await brokenInvariants(owner, [playerId])).toEqual([]);
  });

  test('holds the "no" for an unknown player, and one to a claim that was paid', async () => {
    const staff = await addStaff();
    await commit(award(staff, 20));
    const paid = { ...award(staff, 20), playerId: await newPlayer(), postings: [give('gold', 20)] };
    await commit(paid);
    await commit({ ...paid, idempotencyKey: fresh('key') });
    expect((await auditOf(staff)).map(({ outcome }) => outcome)).toEqual(['rejected', 'granted', 'rejected']);
  });

  test('holds nothing of players and servers', async () => {
    const asked = operation();
    await commit(asked);
    const { rowCount } = await owner.query('SELECT FROM onceward.audit_events WHERE player_id = $1', [
      asked.playerId,
    ]);
    expect(rowCount).toBe(0);
  });
});
