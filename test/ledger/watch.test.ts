// The watch over the ledger: what it verifies, slice by slice, what raises an alarm, and what clears it.
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { DAMAGES } from '../support/ledger/damages.ts';
import { economyOf } from '../support/ledger/economy.ts';
import { granted, type Ledger, openLedger } from '../support/ledger/ledger.ts';
import { fresh, give, operation, take } from '../support/ledger/operations.ts';
import { startOwnServer } from '../support/ledger/own-database.ts';
import { announcement, limitUse, pending, reversal, transfer } from '../support/ledger/systems.ts';

/** A server of this file's own: the economy waits for the transactions of all databases of a server. */
let database: Awaited<ReturnType<typeof startOwnServer>>;
let ledger: Ledger;
const players = Array.from({ length: 7 }, () => fresh('player'));
const victim = players[3] as string;

beforeAll(async () => {
  database = await startOwnServer();
  ledger = openLedger(database);
  // On a busy machine two seconds are soon over. The app has no session yet.
  await ledger.owner.query(`ALTER ROLE onceward_app SET lock_timeout = '60s'`);
  const staff = await ledger.addStaff({ limit: 10_000, budget: 100_000 });
  for (const player of players) {
    const postings = [give('gold', 100), give('experience', 150)];
    await granted(ledger.commit(operation({ player, postings, milestones: true })));
  }
  for (const [place, player] of players.entries()) {
    await granted(ledger.commit(operation({ player, postings: [take('gold', 30)], limits: [limitUse()] })));
    await granted(ledger.commit(transfer(player, players[(place + 1) % players.length] as string, 5)));
    const { claim } = await granted(ledger.commit(operation({ player, postings: [give('charges', 2)] })));
    await granted(ledger.commit(reversal(staff, claim, { reopen: true, resources: ['charges'] })));
    await granted(ledger.commit(announcement(pending(player))));
  }
  await economyOf(ledger).rollUpAll();
});
afterAll(async () => {
  await ledger?.close();
  await database?.stop();
});
afterEach(() => ledger.owner.query('DELETE FROM onceward.alarms'));

const call = async (name: string, ...parameters: unknown[]) => {
  const places = parameters.map((_, index) => `$${index + 1}`);
  const { rows } = await ledger.app.query(`SELECT onceward.${name}(${places.join()}) AS done`, parameters);
  return rows[0].done;
};
async function verifyRound(size = 3): Promise<number[]> {
  const counts: number[] = [];
  do counts.push(await call('verify_players', size));
  while (counts.at(-1) === size);
  return counts;
}
const numberOf = async (player: string) =>
  Number(
    (await ledger.owner.query('SELECT no FROM onceward.actors WHERE (id, kind) = ($1, 1)', [player])).rows[0]
      .no,
  );
const openAlarms = async () =>
  (
    await ledger.owner.query(
      'SELECT kind, subject, detail FROM onceward.alarms WHERE cleared_at IS NULL ORDER BY kind, subject',
    )
  ).rows;

/** Damages rows past triggers and constraints while `run` runs, and repairs them. */
async function damaged(
  statement: string,
  run: (repair: () => Promise<void>) => Promise<void>,
  parameters: unknown[] = [],
): Promise<void> {
  const session: pg.PoolClient = await ledger.owner.connect();
  const tables = ['balances', 'ledger_entries', 'economy_flows', 'economy_buckets', 'limit_counters'];
  for (const table of tables)
    await session.query(`CREATE TABLE public.kept_${table} AS TABLE onceward.${table}`);
  const asOwner = async (...statements: (readonly [string, unknown[]])[]) => {
    await session.query(`BEGIN; SET LOCAL session_replication_role = 'replica'`);
    for (const [text, values] of statements) await session.query(text, values);
    await session.query('COMMIT');
  };
  const repair = () =>
    asOwner(
      ...tables.flatMap((table): [string, unknown[]][] => [
        [`DELETE FROM onceward.${table}`, []],
        [
          `INSERT INTO onceward.${table} (${columns.get(table)}) SELECT ${columns.get(table)} FROM public.kept_${table}`,
          [],
        ],
      ]),
    );
  const { rows } = await session.query(
    `SELECT c.relname AS table, string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) AS columns
       FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
      WHERE c.relnamespace = 'onceward'::regnamespace GROUP BY 1`,
  );
  const columns = new Map<string, string>(rows.map((row) => [row.table, row.columns]));
  try {
    await asOwner([statement, parameters]);
    await run(repair);
  } finally {
    await repair();
    for (const table of tables) await session.query(`DROP TABLE public.kept_${table}`);
    session.release(true);
  }
}

describe('verify_players', () => {
  test('goes through all players, slice by slice, begins again, and finds nothing in a sound ledger', async () => {
    const counts = await verifyRound();
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(
      (await ledger.owner.query('SELECT FROM onceward.actors WHERE kind = 1')).rowCount,
    );
    expect(await verifyRound()).toEqual(counts);
    expect(await openAlarms()).toEqual([]);
    const { rows } = await ledger.owner.query('SELECT * FROM onceward.integrity_walk');
    expect(rows).toMatchObject([{ player: '0', verified_since: expect.any(Date) }]);
  });

  // integrity.test.ts has all damages. These are of the tables that `damaged` repairs.
  const REPAIRED = DAMAGES.filter(([, , statement]) =>
    /^\w+ (FROM |INTO )?onceward\.(balances|ledger_entries) /.test(statement),
  );
  test.each(
    REPAIRED,
  )('raises the alarm of drift for %s, names the player, and clears it after the repair', async (_, {
    invariant,
  }, statement) => {
    await damaged(
      statement,
      async (repair) => {
        await verifyRound();
        const [alarm] = await openAlarms();
        expect(alarm).toMatchObject({ kind: 'drift', subject: 'players' });
        expect(alarm.detail.invariants.split(', ')).toContain(invariant);
        expect(alarm.detail.players).toContain(await numberOf(victim));
        while ((await call('recheck_drift', 2)) === 2 && (await openAlarms()).length === 0);
        expect(await openAlarms()).toHaveLength(1);
        await repair();
        for (let rechecks = 0; rechecks < 10; rechecks += 1) await call('recheck_drift', 2);
        expect(await openAlarms()).toEqual([]);
        await verifyRound();
        expect(await openAlarms()).toEqual([]);
      },
      statement.includes('$1') ? [victim] : [],
    );
  });

  test('does not pass a player whom the alarm has no room for', async () => {
    await damaged('UPDATE onceward.balances SET amount = amount + 1', async (repair) => {
      await ledger.owner.query(
        `SELECT onceward.raise_drift('players', 98, '{I1}', ARRAY(SELECT generate_series(1000001, 1000098)))`,
      );
      await call('verify_players', 5);
      const [full] = await openAlarms();
      expect(full.detail.players).toHaveLength(100);
      expect(await call('verify_players', 5)).toBe(0);
      await call('recheck_drift', 100);
      const [left] = await openAlarms();
      expect(left.detail.players).toHaveLength(2);
      await verifyRound(5);
      const [all] = await openAlarms();
      const numbers = await Promise.all(players.map(numberOf));
      expect(all.detail.players).toEqual(expect.arrayContaining(numbers));
      await repair();
      await call('recheck_drift', 100);
      expect(await openAlarms()).toEqual([]);
    });
  });

  test('holds no reader of the outbox back, and leaves what another run verifies to it', async () => {
    const running = await ledger.owner.connect();
    onTestFinished(() => running.release(true));
    await running.query('BEGIN');
    await running.query(`SELECT onceward.is_alone('verify_players')`);
    expect((await running.query('SELECT pg_current_xact_id_if_assigned() AS id')).rows[0].id).toBeNull();
    expect(await call('verify_players', 3)).toBe(0);
    await running.query('ROLLBACK');
    expect(await call('verify_players', 3)).toBe(3);
    await verifyRound();
  });
});

describe('verify_day', () => {
  const today = new Date().toISOString().slice(0, 10);
  const nextDays = async (calls: number) => {
    const days: string[] = [];
    for (let made = 0; made < calls; made += 1)
      days.push((await ledger.app.query(`SELECT onceward.verify_day('next')::text AS day`)).rows[0].day);
    return days;
  };

  test('goes from day to day until today, and begins again with the first', async () => {
    expect((await nextDays(3)).every((day) => day >= today)).toBe(true);
    await ledger.owner.query(
      `INSERT INTO onceward.economy_claims (day, claims, units, claim_type, operation) VALUES (current_date - 2, 0, 0, 1, 1)`,
    );
    await ledger.owner.query('UPDATE onceward.integrity_walk SET day = NULL');
    const days = await nextDays(5);
    expect(days.slice(0, 3)).toEqual(
      [0, 1, 2].map((day) =>
        new Date(Date.parse(days[0] ?? '') + day * 86_400_000).toISOString().slice(0, 10),
      ),
    );
    expect(days.slice(3)).toEqual(days.slice(0, 2));
    await ledger.owner.query('DELETE FROM onceward.economy_claims WHERE claims = 0');
    await ledger.owner.query('DELETE FROM onceward.alarms');
  });

  test('raises the alarm of drift for a sum that is wrong, and clears it once that day is right', async () => {
    await damaged('UPDATE onceward.economy_flows SET gained = gained + 1', async (repair) => {
      await nextDays(2);
      expect(await openAlarms()).toMatchObject([
        { kind: 'drift', subject: 'economy', detail: { day: today } },
      ]);
      await call('verify_day', 'drifting');
      expect(await openAlarms()).toHaveLength(1);
      await repair();
      await call('verify_day', 'drifting');
      expect(await openAlarms()).toEqual([]);
    });
  });

  test('the distribution has an alarm of its own', async () => {
    await call('verify_distribution');
    expect(await openAlarms()).toEqual([]);
    await damaged('UPDATE onceward.economy_buckets SET players = players + 1', async (repair) => {
      await call('verify_distribution');
      expect(await openAlarms()).toMatchObject([{ kind: 'drift', subject: 'distribution' }]);
      await repair();
      await call('verify_distribution');
      expect(await openAlarms()).toEqual([]);
    });
  });
});

test('what belongs to no player has an alarm of its own', async () => {
  await call('verify_game');
  expect(await openAlarms()).toEqual([]);
  await damaged(`UPDATE onceward.limit_counters SET used = used + 1 WHERE kind = 2`, async (repair) => {
    await call('verify_game');
    expect(await openAlarms()).toMatchObject([
      { kind: 'drift', subject: 'game', detail: { invariants: 'I11' } },
    ]);
    await repair();
    await call('verify_game');
    expect(await openAlarms()).toEqual([]);
  });
});

describe('watch_ledger', () => {
  test('measures nothing that waits in a ledger where nothing does', async () => {
    const measured = await call('watch_ledger');
    // The events of this file are seconds old, and wait for a roll-up.
    expect((measured as { outboxLagSeconds: number }).outboxLagSeconds).toBeLessThan(60);
    expect(measured).toMatchObject({
      refusalsOverdueDays: 0,
      rewardsOverdueSeconds: 0,
      verifiedDaysAgo: 0,
      openAlarms: {},
    });
  });

  test.each([
    [
      'events that were not rolled up for ten minutes',
      { kind: 'outbox_lag', subject: 'economy' },
      `UPDATE onceward.economy_roll_up SET transaction = '0', event = 0`,
      `UPDATE onceward.reward_claims SET claimed_at = claimed_at - interval '11 minutes'`,
      `UPDATE onceward.reward_claims SET claimed_at = claimed_at + interval '11 minutes'`,
    ],
    [
      'rejections that were not deleted for a day',
      { kind: 'retention', subject: 'refusals' },
      `UPDATE onceward.refusals SET expires_on = current_date - 2`,
      '',
      `UPDATE onceward.refusals SET expires_on = current_date + 31`,
    ],
    [
      'pending rewards that expired and were not settled for an hour',
      { kind: 'retention', subject: 'pending_rewards' },
      `UPDATE onceward.pending_rewards SET expires_at = now() - interval '61 minutes', announced_at = announced_at - interval '2 hours'`,
      '',
      `UPDATE onceward.pending_rewards SET expires_at = NULL, announced_at = announced_at + interval '2 hours'`,
    ],
    [
      'players who were not verified for 30 days',
      { kind: 'unverified', subject: 'players' },
      `UPDATE onceward.integrity_walk SET verified_since = NULL, round_began_at = now() - interval '31 days'`,
      '',
      'UPDATE onceward.integrity_walk SET verified_since = now()',
    ],
  ])('raises an alarm for %s, and clears it when that is over', async (_, alarm, first, second, repair) => {
    await ledger.commit(operation({ player: victim, postings: [take('gold', 100_000)] }));
    const session = await ledger.owner.connect();
    onTestFinished(() => session.release(true));
    const asOwner = async (...statements: string[]) => {
      await session.query(`BEGIN; SET LOCAL session_replication_role = 'replica'`);
      for (const statement of statements) if (statement) await session.query(statement);
      await session.query('COMMIT');
    };
    await asOwner(first, second);
    await call('watch_ledger');
    expect(await openAlarms()).toMatchObject([alarm]);
    expect((await call('watch_ledger')).openAlarms).toEqual({ [alarm.kind]: 1 });
    await asOwner(repair);
    await economyOf(ledger).rollUpAll();
    await call('watch_ledger');
    expect(await openAlarms()).toEqual([]);
  });
});
