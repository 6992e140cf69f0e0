import { describe, expect, inject, test } from 'vitest';
import { brokenInvariants } from '../support/ledger/invariants.ts';
import { granted, openLedger } from '../support/ledger/ledger.ts';
import { award, fresh, give, operation, staffTerms } from '../support/ledger/operations.ts';
import { standing } from '../support/ledger/standing.ts';

const { commit, playerLedger, addStaff, owner } = openLedger();

async function newPlayer(): Promise<string> {
  const player = fresh('player');
  await granted(commit(operation({ player, postings: [] })));
  return player;
}

/** Budgets are counted by the day, which the kernel compares with its own. */
const TODAY = staffTerms().day;
const TOMORROW = new Date(Date.parse(TODAY) + 86_400_000).toISOString().slice(0, 10);

const spentOn = async (staffId: string, day = TODAY) => {
  const { rows } = await owner.query(
    `SELECT used FROM onceward.limits_by_name
      WHERE kind = 'staff' AND "limit" = 'staff:budget' AND subject_id = $1 AND period = $2`,
    [staffId, day],
  );
  return rows.length === 0 ? null : Number(rows[0].used);
};

const auditOf = async (staffId: string) => {
  const { rows } = await owner.query('SELECT * FROM onceward.audit_by_name WHERE actor_id = $1 ORDER BY id', [
    staffId,
  ]);
  return rows;
};

describe('a staff member who is disabled while their award waits for the player', () => {
  test('awards nothing, and nothing is recorded', async () => {
    const player = await newPlayer();
    const staff = await addStaff();
    const before = await playerLedger(player);
    const holder = await owner.connect();
    await holder.query('BEGIN');
    await holder.query('SELECT FROM onceward.actors WHERE (id, kind) = ($1, 1) FOR UPDATE', [player]);
    const waiting = commit({ ...award(staff, 5), player });
    // Long enough to have read the staff row and to wait for the lock; far below the lock_timeout.
    await new Promise((resolve) => setTimeout(resolve, 300));
    await owner.query(
      `UPDATE onceward.staff SET disabled_at = now() WHERE actor = onceward.register_actor('staff', $1)`,
      [staff],
    );
    await holder.query('COMMIT');
    holder.release();
    expect(await waiting).toEqual({ kind: 'forbidden', why: 'disabled' });
    expect(await playerLedger(player)).toEqual(before);
    expect((await auditOf(staff)).map(({ outcome }) => outcome)).toEqual(['forbidden']);
  });
});

describe('the permission', () => {
  test.each([
    ['an unknown member', async () => fresh('staff'), 'unknown_staff'],
    ['a disabled one', () => addStaff({ disabled: true }), 'disabled'],
    ['an auditor', () => addStaff({ role: 'auditor' }), 'role'],
    ['an economist', () => addStaff({ role: 'economist' }), 'role'],
  ])('is refused to %s: only the audit records the attempt, and the key stays free', async (_, member, why) => {
    const player = await newPlayer();
    const before = await playerLedger(player);
    const sent = { ...award(await member(), 10), player };
    const lookup = { ...sent, mode: 'lookup', postings: [] } as const;
    for (const each of [sent, sent, lookup]) expect(await commit(each)).toEqual({ kind: 'forbidden', why });
    expect(await playerLedger(player)).toEqual(before);
    const { reason, correlation_id } = sent;
    const attempt = { outcome: 'forbidden', number: null, player_id: player, reason, correlation_id };
    const audited = { ...attempt, action: 'manualReward', detail: { why } };
    expect(await auditOf(sent.actor_id)).toMatchObject(
      ['10', '10', '0'].map((amount) => ({ ...audited, amount })),
    );
    const free = { ...award(await addStaff(), 10), player, idempotency_key: sent.idempotency_key };
    expect((await commit(free)).kind).toBe('granted');
  });

  test.each(['support', 'admin'] as const)('is given to the role %s', async (role) => {
    const staff = await addStaff({ role });
    expect(await commit({ ...award(staff, 10), player: await newPlayer() })).toMatchObject({
      kind: 'granted',
    });
  });

  test('comes from the staff row at every call: a new role counts from the next call on', async () => {
    const staff = await addStaff();
    const player = await newPlayer();
    const kinds = [];
    for (const role of ['support', 'auditor', 'admin']) {
      await owner.query(
        `UPDATE onceward.staff SET role = $2 WHERE actor = onceward.register_actor('staff', $1)`,
        [staff, role],
      );
      kinds.push((await commit({ ...award(staff, 1), player })).kind);
    }
    expect(kinds).toEqual(['granted', 'forbidden', 'granted']);
  });

  test('cannot be used without staff terms: the call fails and nothing is written', async () => {
    const player = await newPlayer();
    const before = await playerLedger(player);
    const unchecked = { ...award(await addStaff(), 10), player, staff: null };
    await expect(commit(unchecked)).rejects.toMatchObject({ code: '23514' });
    expect(await playerLedger(player)).toEqual(before);
  });
});

describe('an award of', () => {
  test.each<[string, { limit?: number; budget?: number }, number, object | null]>([
    ['exactly the config’s limit', {}, 1_000, null],
    [
      'one more than the config’s limit',
      {},
      1_001,
      { limit: 'staff_reward', bound: 1_000, requested: 1_001 },
    ],
    ['exactly the member’s own limit', { limit: 50 }, 50, null],
    [
      'one more than the member’s own limit',
      { limit: 50 },
      51,
      { limit: 'staff_reward', bound: 50, remaining: 50 },
    ],
    ['a member whose own limit is above the config’s', { limit: 2_000 }, 2_000, null],
    ['a member with a limit of zero', { limit: 0 }, 1, { limit: 'staff_reward', bound: 0, remaining: 0 }],
    [
      'one more than the member’s own budget',
      { budget: 50 },
      51,
      { limit: 'staff_daily_budget', bound: 50, remaining: 50 },
    ],
    ['exactly the member’s own budget', { budget: 50 }, 50, null],
    [
      'a member with a budget of zero',
      { budget: 0 },
      1,
      { limit: 'staff_daily_budget', bound: 0, remaining: 0 },
    ],
  ])('%s', async (_, limits, amount, rejection) => {
    const staff = await addStaff(limits);
    const player = await newPlayer();
    const outcome = await commit({ ...award(staff, amount), player });
    if (rejection === null) expect(outcome.kind).toBe('granted');
    else
      expect(outcome).toMatchObject({ rejection: { kind: 'limit_exceeded', resource: null, ...rejection } });
    expect(await playerLedger(player)).toMatchObject({
      balances: rejection === null ? { gold: amount } : {},
    });
    expect(await spentOn(staff)).toBe(rejection === null ? amount : null);
  });

  test('one day adds up over players; a rejection says what is left and when it renews; the next day starts at zero', async () => {
    const staff = await addStaff({ budget: 100 });
    const [one, two] = [await newPlayer(), await newPlayer()];
    await granted(commit({ ...award(staff, 60), player: one }));
    const over = { ...award(staff, 41), player: two };
    expect(await commit(over)).toMatchObject({
      rejection: {
        limit: 'staff_daily_budget',
        bound: 100,
        remaining: 40,
        requested: 41,
        renewsAt: '2026-11-03T00:00:00.000Z',
      },
    });
    await granted(commit({ ...award(staff, 40), player: two }));
    expect(await spentOn(staff)).toBe(100);
    await granted(commit({ ...award(staff, 100, { day: TOMORROW }), player: two }));
    expect(await spentOn(staff)).toBe(100);
    expect(await spentOn(staff, TOMORROW)).toBe(100);
  });

  test('a member whose budget was lowered below what is spent: nothing is left, and never less', async () => {
    const staff = await addStaff({ budget: 100 });
    const player = await newPlayer();
    await granted(commit({ ...award(staff, 60), player }));
    await owner.query(
      `UPDATE onceward.staff SET daily_budget = 10 WHERE actor = onceward.register_actor('staff', $1)`,
      [staff],
    );
    const before = await standing(owner, player);
    expect(await commit({ ...award(staff, 1), player })).toMatchObject({
      rejection: { bound: 10, remaining: 0 },
    });
    expect(await standing(owner, player)).toEqual(before);
  });

  test('a replay or a rejected operation spends nothing', async () => {
    const staff = await addStaff();
    const sent = { ...award(staff, 60), player: await newPlayer() };
    await commit(sent);
    await commit(sent);
    await commit({ ...sent, idempotency_key: fresh('key') });
    expect(await spentOn(staff)).toBe(60);
    expect(await auditOf(staff)).toHaveLength(2);
  });

  test('sixty-four players at once spends the budget as far as it goes, and never more', async () => {
    const staff = await addStaff({ budget: 100 });
    const players = await Promise.all(Array.from({ length: 64 }, newPlayer));
    const outcomes = await Promise.all(players.map((player) => commit({ ...award(staff, 7), player })));
    expect(outcomes.filter(({ kind }) => kind === 'granted')).toHaveLength(14);
    for (const outcome of outcomes.filter(({ kind }) => kind !== 'granted')) {
      expect(outcome).toMatchObject({ rejection: { limit: 'staff_daily_budget', remaining: 2 } });
    }
    expect(await spentOn(staff)).toBe(98);
    expect(await brokenInvariants(owner, players)).toEqual([]);
  });

  test('any amount on a day that is not the current one in any time zone fails, and nothing is spent', async () => {
    const staff = await addStaff();
    const player = await newPlayer();
    const before = await standing(owner, player);
    for (const day of ['2020-01-01', '2999-01-01'])
      await expect(commit({ ...award(staff, 1, { day }), player })).rejects.toMatchObject({ code: '22023' });
    expect(await standing(owner, player)).toEqual(before);
    expect(await auditOf(staff)).toEqual([]);
  });

  test('any amount is answered stale_time first where the caller’s clock is wrong, so that it can be decided again', async () => {
    const sent = award(await addStaff(), 1, { day: '2020-01-01' }, { holds_until: '2020-01-02T00:00:00Z' });
    expect(await commit({ ...sent, player: await newPlayer() })).toMatchObject({ kind: 'stale_time' });
  });

  test('any amount is replayed on a later day', async () => {
    const sent = { ...award(await addStaff(), 1), player: await newPlayer() };
    await granted(commit(sent));
    const later = { ...sent, staff: staffTerms({ day: '2999-01-01' }) };
    expect(await commit(later)).toMatchObject({ kind: 'granted', replayed: true });
  });

  test('any amount fails in a transaction that is not READ COMMITTED, and nothing is spent', async () => {
    const staff = await addStaff({ budget: 100 });
    const player = await newPlayer();
    const before = await standing(owner, player);
    const setting = encodeURIComponent('-c default_transaction_isolation=repeatable\\ read');
    const [databaseUrl, ownerDatabaseUrl] = [inject('databaseUrl'), inject('ownerDatabaseUrl')];
    const strict = openLedger({ databaseUrl: `${databaseUrl}?options=${setting}`, ownerDatabaseUrl });
    await expect(strict.commit({ ...award(staff, 60), player })).rejects.toMatchObject({ code: '25000' });
    await strict.close();
    expect(await standing(owner, player)).toEqual(before);
    expect(await spentOn(staff)).toBe(null);
  });
});

describe('the audit', () => {
  test('holds a row for each grant and rejection, with actor, player, amount, reason and correlation ID', async () => {
    const staff = await addStaff({ limit: 50 });
    const player = await newPlayer();
    const paid = { ...award(staff, 20), player };
    const refused = { ...award(staff, 51), player };
    const { claim } = await granted(commit(paid));
    await commit(refused);
    const common = {
      actor_kind: 'staff',
      action: 'manualReward',
      player_id: player,
      reason: 'a test asked for it',
    };
    expect(await auditOf(staff)).toEqual([
      expect.objectContaining({
        ...common,
        outcome: 'granted',
        number: claim.number,
        handle: claim.handle,
        amount: '20',
        correlation_id: paid.correlation_id,
      }),
      expect.objectContaining({
        ...common,
        outcome: 'rejected',
        amount: '51',
        correlation_id: refused.correlation_id,
      }),
    ]);
    expect((await auditOf(staff))[0].detail).toEqual({ budgetDay: TODAY, spentBefore: 0 });
    expect(await brokenInvariants(owner, [player])).toEqual([]);
  });

  test('holds the rejection of an award to an unknown player, and of one that was paid already', async () => {
    const staff = await addStaff();
    await commit(award(staff, 20));
    const paid = { ...award(staff, 20), player: await newPlayer(), postings: [give('gold', 20)] };
    await commit(paid);
    await commit({ ...paid, idempotency_key: fresh('key') });
    expect((await auditOf(staff)).map(({ outcome }) => outcome)).toEqual(['rejected', 'granted', 'rejected']);
  });

  test('holds nothing about operations of players and servers', async () => {
    const sent = operation();
    await commit(sent);
    const { rowCount } = await owner.query('SELECT FROM onceward.audit_by_name WHERE player_id = $1', [
      sent.player,
    ]);
    expect(rowCount).toBe(0);
  });
});
