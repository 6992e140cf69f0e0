/**
 * The tables of the alarms, of the schedule's jobs, and of how far the ledger was verified. Functions of the kernel write them
 * (drizzle/kernel/74_alarms.sql, 75_watch.sql).
 */
import { sql } from 'drizzle-orm';
import { bigint, check, date, index, integer, jsonb, smallint, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { actorNumber, exactText, instant, onceward } from './columns.ts';

/** One row from the time an alarm is raised until it is cleared. */
export const alarms = onceward.table(
  'alarms',
  {
    no: bigint('no', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    raisedAt: instant('raised_at').notNull(),
    /** At most ten seconds before it was last raised again. */
    lastSeenAt: instant('last_seen_at').notNull(),
    clearedAt: instant('cleared_at'),
    /** When a staff member last said that they have seen it, and who; null: nobody has. */
    acknowledgedAt: instant('acknowledged_at'),
    acknowledgedBy: actorNumber('acknowledged_by'),
    /** How often it was seen, at most once in ten seconds. */
    times: integer('times').notNull().default(1),
    /** What the Worker's log says of it. */
    logged: text('logged', { enum: ['nothing', 'raised', 'cleared'] })
      .notNull()
      .default('nothing'),
    /** `ALARM_KINDS` */
    kind: exactText('kind').notNull(),
    subject: exactText('subject').notNull(),
    /** What who acknowledged it wrote. */
    note: text('note'),
    /** A flat object of numbers and short texts: no secret, no row. Players are numbers of `actors`, in `players`. */
    detail: jsonb('detail').notNull().default({}),
  },
  (t) => [
    uniqueIndex('alarms_one_open').on(t.kind, t.subject).where(sql`cleared_at IS NULL`),
    index('alarms_open_first').on(sql`((cleared_at IS NULL)::integer)`, t.no),
    index('alarms_not_logged')
      .on(t.no)
      .where(sql`logged = 'nothing' OR logged = 'raised' AND cleared_at IS NOT NULL`),
    check('alarms_are_short', sql`length(${t.subject}) BETWEEN 1 AND 200`),
    check(
      'alarms_acknowledged_whole',
      sql`num_nulls(${t.acknowledgedAt}, ${t.acknowledgedBy}, ${t.note}) IN (0, 3)`,
    ),
  ],
);

/** The jobs of the schedule: one row for each that has run. */
export const scheduledJobs = onceward.table('scheduled_jobs', {
  name: exactText('name').primaryKey(),
  succeededAt: instant('succeeded_at'),
  failedAt: instant('failed_at'),
  /** Since it last succeeded. */
  failures: integer('failures').notNull().default(0),
});

/** The walk through all players and days that verifies them, a slice each night: one row. */
export const integrityWalk = onceward.table('integrity_walk', {
  one: smallint('one').primaryKey().default(1),
  /** Up to this player, the current round has verified all. */
  player: actorNumber('player').notNull().default(0),
  roundBeganAt: instant('round_began_at').notNull(),
  /** When the last round that has ended began: all players were verified since. Null: none has. */
  verifiedSince: instant('verified_since'),
  /** The last day whose sums of the economy were verified. */
  day: date('day'),
});
