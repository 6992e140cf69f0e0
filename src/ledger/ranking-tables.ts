/** The tables of rankings that are uploaded as a list. Only the kernel writes to them (drizzle/kernel/49_rankings.sql). */
import { sql } from 'drizzle-orm';
import { bigint, index, integer, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { actorNumber, exactText, handleBytes, instant, jsonText, onceward } from './columns.ts';

/** A ranking whose places a rank table pays. */
export const rankings = onceward.table(
  'rankings',
  {
    no: bigint('no', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    list: bigint('list', { mode: 'number' }).notNull(),
    madeBy: actorNumber('made_by').notNull(),
    madeAt: instant('made_at').notNull(),
    /** When it was published or cancelled. */
    endedAt: instant('ended_at'),
    /** When something last happened in it. */
    steppedAt: instant('stepped_at').notNull(),
    /** The number of the claim of the action that made it. */
    madeNumber: integer('made_number').notNull(),
    configVersion: integer('config_version').notNull(),
    participants: integer('participants').notNull(),
    /** How many places were accepted. */
    paid: integer('paid').notNull().default(0),
    /** How often rejected places were tried. A part of the keys. */
    attempt: integer('attempt').notNull().default(1),
    /** The last line that was sent. */
    line: integer('line').notNull().default(0),
    /** Lines before that of which nothing is recorded: another transaction held the player. */
    skipped: integer('skipped').array().notNull().default([]),
    state: text({ enum: ['paying', 'unsettled', 'published', 'cancelled'] })
      .notNull()
      .default('paying'),
    payout: exactText('payout').notNull(),
    key: exactText('key').notNull(),
    /** Why it stopped by itself. */
    stopped: text('stopped'),
    /** A part of the keys that nobody can guess. */
    handle: handleBytes('handle').notNull().default(sql`onceward.new_handle()`),
    /** The rank table, as it was when the ranking was made. */
    rule: jsonText<Record<string, unknown>>('rule').notNull(),
    /** How many places were rejected, by reason. */
    refused: jsonText<Record<string, number>>('refused').notNull().default({}),
  },
  (t) => [
    uniqueIndex('rankings_one_per_key').on(t.payout, t.key).where(sql`state <> 'cancelled'`),
    uniqueIndex('rankings_one_per_action').on(t.madeBy, t.madeNumber),
    index('rankings_at_work').on(t.steppedAt).where(sql`state = 'paying'`),
  ],
);

/** What became of the places of a ranking. */
export const rankingRows = onceward.table(
  'ranking_rows',
  {
    ranking: bigint('ranking', { mode: 'number' }).notNull(),
    line: integer('line').notNull(),
    /** The number of the player's claim; null: the place was rejected. */
    number: integer('number'),
    /** Why it was rejected: the kind of a rejection. */
    why: exactText('why'),
    /** What it got, by resource. */
    given: jsonText<Record<string, number>>('given'),
  },
  (t) => [
    primaryKey({ name: 'ranking_rows_once', columns: [t.ranking, t.line] }),
    index('ranking_rows_refused').on(t.ranking, t.line).where(sql`why IS NOT NULL`),
  ],
);
