/**
 * The tables of lists of players and of campaigns. Only the kernel writes to them (drizzle/kernel/42_lists.sql, 43_campaigns.sql).
 */
import { sql } from 'drizzle-orm';
import { bigint, index, integer, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { actorNumber, exactText, handleBytes, instant, jsonText, onceward, safeCount } from './columns.ts';

/** Players, for a campaign: uploaded, or found by a query. */
export const lists = onceward.table(
  'lists',
  {
    no: bigint('no', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    madeBy: actorNumber('made_by').notNull(),
    madeAt: instant('made_at').notNull(),
    /** Null: rows can still be added. */
    closedAt: instant('closed_at'),
    /** Of a query: the last actor that was looked at, and the last of all. */
    scannedTo: bigint('scanned_to', { mode: 'number' }).notNull().default(0),
    scansTo: bigint('scans_to', { mode: 'number' }).notNull(),
    /** The number of the claim of the action that made it. */
    madeNumber: integer('made_number').notNull(),
    rows: integer('rows').notNull().default(0),
    /** Since it is closed: the highest line, and how many rows say what they give. */
    lastLine: integer('last_line'),
    givenRows: integer('given_rows'),
    name: exactText('name').notNull(),
    /** Of its rows. */
    digest: exactText('digest'),
    /** What it asks of players; null: its rows are uploaded. */
    query: jsonText<Record<string, unknown>>('query'),
    /** How much its rows give of each resource. */
    gives: jsonText<Record<string, number>>('gives'),
  },
  (t) => [
    uniqueIndex('lists_one_per_name').on(t.name),
    uniqueIndex('lists_one_per_action').on(t.madeBy, t.madeNumber),
  ],
);

/** What was uploaded of a list. */
export const listChunks = onceward.table(
  'list_chunks',
  {
    list: bigint('list', { mode: 'number' }).notNull(),
    chunk: integer('chunk').notNull(),
    rows: integer('rows').notNull(),
    digest: exactText('digest').notNull(),
  },
  (t) => [primaryKey({ name: 'list_chunks_once', columns: [t.list, t.chunk] })],
);

/** The players of a list. */
export const listRows = onceward.table(
  'list_rows',
  {
    list: bigint('list', { mode: 'number' }).notNull(),
    player: actorNumber('player').notNull(),
    line: integer('line').notNull(),
    /** Of a ranking; null: it is none. */
    rank: integer('rank'),
    /** Tells apart what one campaign gives; null: it gives the same to all. */
    item: exactText('item'),
    /** Amounts by resource; null: the campaign says it. */
    gives: jsonText<Record<string, number>>('gives'),
  },
  (t) => [
    primaryKey({ name: 'list_rows_in_order', columns: [t.list, t.line] }),
    /** Which lists name a player. */
    index('list_rows_of_player').on(t.player),
  ],
);

/** What many players get. */
export const campaigns = onceward.table(
  'campaigns',
  {
    no: bigint('no', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    list: bigint('list', { mode: 'number' }).notNull(),
    madeBy: actorNumber('made_by').notNull(),
    madeAt: instant('made_at').notNull(),
    startedAt: instant('started_at'),
    /** When it was done or cancelled. */
    endedAt: instant('ended_at'),
    /** When something last happened in it. */
    steppedAt: instant('stepped_at').notNull(),
    /** Of what it announces; null: it does not expire, or it grants directly. */
    expiresAt: instant('expires_at'),
    /** The approval that it waits for or was started with. */
    proposal: bigint('proposal', { mode: 'number' }),
    /** What it gives in value, under the config that was current when it started. */
    value: safeCount('value'),
    granted: bigint('granted', { mode: 'number' }).notNull().default(0),
    /** Of the granted rows, those that did not fit and became pending. */
    pending: bigint('pending', { mode: 'number' }).notNull().default(0),
    /** The number of the claim of the action that made it. */
    madeNumber: integer('made_number').notNull(),
    configVersion: integer('config_version'),
    /** The newest instance of the Workflow that drives it. */
    instance: integer('instance').notNull().default(0),
    /** The last line that was checked or sent. */
    line: integer('line').notNull().default(0),
    /** Lines before that of which nothing is recorded: another transaction held the player. */
    skipped: integer('skipped').array().notNull().default([]),
    state: text({ enum: ['checking', 'ready', 'running', 'paused', 'done', 'cancelled'] })
      .notNull()
      .default('checking'),
    name: exactText('name').notNull(),
    configSha256: exactText('config_sha256'),
    digest: exactText('digest'),
    reason: text('reason').notNull(),
    /** Why it paused by itself. */
    stopped: text('stopped'),
    /** A part of the keys of its grants that nobody can guess. */
    handle: handleBytes('handle').notNull().default(sql`onceward.new_handle()`),
    /** What the inbox shows of what it announces; null: it grants directly. */
    message: jsonText<{ title: string; text: string | null }>('message'),
    /** Amounts by resource, for every row; null: the rows say it. */
    gives: jsonText<Record<string, number>>('gives'),
    /** `{message}`: what does not fit becomes pending; null: the rules of the resources decide. */
    onFull: jsonText<unknown>('on_full'),
    /** The dry run: `{players, pending, gives: {gold: {requested, given}}, refused: {unknown_player: 2}}`. */
    forecast: jsonText<Record<string, unknown>>('forecast').notNull().default({}),
    /** What was given, and how many rows gave nothing, by reason. */
    given: jsonText<Record<string, unknown>>('given').notNull().default({}),
    refused: jsonText<Record<string, number>>('refused').notNull().default({}),
  },
  (t) => [
    uniqueIndex('campaigns_one_per_name').on(t.name),
    uniqueIndex('campaigns_one_per_action').on(t.madeBy, t.madeNumber),
    index('campaigns_at_work').on(t.steppedAt).where(sql`state IN ('checking', 'running')`),
  ],
);

/** What became of the rows of a campaign. */
export const campaignRows = onceward.table(
  'campaign_rows',
  {
    campaign: bigint('campaign', { mode: 'number' }).notNull(),
    line: integer('line').notNull(),
    /** The number of the player's claim. */
    number: integer('number'),
    /** Why it gave nothing: the kind of a rejection. */
    why: exactText('why'),
  },
  (t) => [
    primaryKey({ name: 'campaign_rows_once', columns: [t.campaign, t.line] }),
    index('campaign_rows_refused').on(t.campaign, t.line).where(sql`why IS NOT NULL`),
  ],
);
