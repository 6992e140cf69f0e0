// Alarms in the database: one open row for each kind and subject, however many raise it, and what the log says of each.
import { describe, expect, test } from 'vitest';
import { openLedger } from '../support/ledger/ledger.ts';
import { fresh } from '../support/ledger/operations.ts';

const { app, owner } = openLedger();

const raise = async (subject: string, detail: object = {}) =>
  (await owner.query(`SELECT onceward.raise_alarm('breaker', $1, $2) AS raised`, [subject, detail])).rows[0]
    .raised;
const clear = async (subject: string) =>
  (await owner.query(`SELECT onceward.clear_alarm('breaker', $1) AS cleared`, [subject])).rows[0].cleared;
const rowsOf = async (subject: string) =>
  (await owner.query('SELECT * FROM onceward.alarms WHERE subject = $1 ORDER BY no', [subject])).rows;
const wasSeenAMinuteAgo = (subject: string) =>
  owner.query(
    `UPDATE onceward.alarms SET last_seen_at = last_seen_at - interval '1 minute' WHERE subject = $1`,
    [subject],
  );

describe('raise_alarm', () => {
  test('opens one alarm for a subject, however many raise it at the same time', async () => {
    const subject = fresh('breaker');
    const raised = await Promise.all(Array.from({ length: 20 }, () => raise(subject)));
    expect(raised.filter(Boolean)).toHaveLength(1);
    // Those that came before the first had committed are counted; the others found it a moment old.
    const rows = await rowsOf(subject);
    expect(rows).toMatchObject([{ kind: 'breaker', cleared_at: null, logged: 'nothing' }]);
    expect(rows[0].times).toBeLessThanOrEqual(20);
  });

  test('neither locks nor writes an alarm that was seen within ten seconds', async () => {
    const subject = fresh('breaker');
    await raise(subject, { bound: 5 });
    const holder = await owner.connect();
    await holder.query('BEGIN');
    await holder.query('SELECT FROM onceward.alarms WHERE subject = $1 FOR UPDATE', [subject]);
    expect(await raise(subject, { bound: 6 })).toBe(false);
    await holder.query('ROLLBACK');
    holder.release();
    expect(await rowsOf(subject)).toMatchObject([{ times: 1, detail: { bound: 5 } }]);
  });

  test('counts an alarm that is seen again later, and keeps what was found last', async () => {
    const subject = fresh('breaker');
    await raise(subject, { bound: 5 });
    await wasSeenAMinuteAgo(subject);
    expect(await raise(subject, { bound: 6 })).toBe(false);
    const [row] = await rowsOf(subject);
    expect(row).toMatchObject({ times: 2, detail: { bound: 6 } });
    expect(row.last_seen_at - row.raised_at).toBeGreaterThanOrEqual(0);
  });

  test('opens a new one after the last was cleared', async () => {
    const subject = fresh('breaker');
    await raise(subject);
    expect(await clear(subject)).toBe(true);
    expect(await clear(subject)).toBe(false);
    expect(await raise(subject)).toBe(true);
    const rows = await rowsOf(subject);
    expect(rows.map(({ cleared_at }) => cleared_at === null)).toEqual([false, true]);
  });

  test('leaves no alarm where the transaction that raises it is rolled back', async () => {
    const subject = fresh('breaker');
    const session = await owner.connect();
    await session.query('BEGIN');
    await session.query(`SELECT onceward.raise_alarm('breaker', $1, '{}')`, [subject]);
    await session.query('ROLLBACK');
    session.release();
    expect(await rowsOf(subject)).toEqual([]);
  });
});

const report = (succeeded: string[], failed: string[]) =>
  app.query('SELECT onceward.report_jobs($1, $2)', [succeeded, failed]);

describe('report_jobs', () => {
  test('raises an alarm at the third failure in succession, and clears it with the next success', async () => {
    const job = fresh('job');
    const other = fresh('job');
    for (const failures of [1, 2]) {
      await report([other], [job]);
      expect(await rowsOf(job), `${failures} failures`).toEqual([]);
    }
    await report([other], [job]);
    expect(await rowsOf(job)).toMatchObject([
      { kind: 'job_failing', detail: { failures: 3 }, cleared_at: null },
    ]);
    await report([job, other], []);
    expect(await rowsOf(job)).toMatchObject([{ cleared_at: expect.any(Date) }]);
    expect(await rowsOf(other)).toEqual([]);
  });

  test('begins to count again after a success', async () => {
    const job = fresh('job');
    for (const failed of [true, true, false, true, true])
      await report(failed ? [] : [job], failed ? [job] : []);
    expect(await rowsOf(job)).toEqual([]);
    const { rows } = await owner.query('SELECT * FROM onceward.scheduled_jobs WHERE name = $1', [job]);
    expect(rows).toMatchObject([
      { failures: 2, succeeded_at: expect.any(Date), failed_at: expect.any(Date) },
    ]);
  });
});

describe('the log', () => {
  /** What it does not have of a subject. Other tests raise alarms too. */
  async function toLog(subject: string): Promise<{ what: string; id: number }[]> {
    const { rows } = await app.query('SELECT onceward.alarms_to_log(1000) AS alarm');
    return rows
      .map(({ alarm }) => alarm)
      .filter(({ alarm }) => alarm.subject === subject)
      .map(({ what, alarm }) => ({ what, id: alarm.id }));
  }
  const mark = (raised: number[], cleared: number[]) =>
    app.query('SELECT onceward.mark_logged($1, $2)', [raised, cleared]);

  test('has each alarm once when it is raised and once when it is cleared', async () => {
    const subject = fresh('breaker');
    await raise(subject);
    const [{ id } = { id: 0 }] = await toLog(subject);
    expect(await toLog(subject)).toEqual([{ what: 'raised', id }]);
    await mark([id], []);
    expect(await toLog(subject)).toEqual([]);
    await wasSeenAMinuteAgo(subject);
    await raise(subject);
    expect(await toLog(subject)).toEqual([]);
    await clear(subject);
    expect(await toLog(subject)).toEqual([{ what: 'cleared', id }]);
    await mark([], [id]);
    expect(await toLog(subject)).toEqual([]);
  });

  test('has both of an alarm that was cleared before it was logged', async () => {
    const subject = fresh('breaker');
    await raise(subject);
    await clear(subject);
    const [{ id } = { id: 0 }] = await toLog(subject);
    await mark([id], []);
    expect(await toLog(subject)).toEqual([{ what: 'cleared', id }]);
    await mark([], [id]);
    expect(await toLog(subject)).toEqual([]);
  });
});
