/** The tables of undos. Only the kernel writes to them (drizzle/kernel/46_undo.sql). */
import { sql } from 'drizzle-orm';
import { bigint, boolean, index, integer, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { actorNumber, exactText, instant, jsonText, onceward } from './columns.ts';

/** The reversal of many claims after an incident. */
export const undos = onceward.table(
  'undos',
  {
    no: bigint('no', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    madeBy: actorNumber('made_by').notNull(),
    /** The staff member who reverses, since it runs. */
    runBy: actorNumber('run_by'),
    madeAt: instant('made_at').notNull(),
    startedAt: instant('started_at'),
    /** When it was done or cancelled. */
    endedAt: instant('ended_at'),
    /** When something last happened in it. */
    steppedAt: instant('stepped_at').notNull(),
    /** The last actor whose claims were selected, and the last of all. */
    scannedTo: bigint('scanned_to', { mode: 'number' }).notNull().default(0),
    scansTo: bigint('scans_to', { mode: 'number' }).notNull(),
    /** The approval that it waits for or was started with. */
    proposal: bigint('proposal', { mode: 'number' }),
    /** The numbers of the players that the filter names; null: it names none. */
    playersNamed: bigint('players_named', { mode: 'number' }).array(),
    /** The number of the claim of the action that made it. */
    madeNumber: integer('made_number').notNull(),
    /** What it selected, and how many of that were checked and were reversed. */
    claims: integer('claims').notNull().default(0),
    players: integer('players').notNull().default(0),
    checked: integer('checked').notNull().default(0),
    reversed: integer('reversed').notNull().default(0),
    /** Whether balances may become negative. */
    debt: boolean('debt').notNull(),
    state: text({ enum: ['selecting', 'checking', 'ready', 'running', 'paused', 'done', 'cancelled'] })
      .notNull()
      .default('selecting'),
    reason: text('reason').notNull(),
    digest: exactText('digest'),
    /** Why it paused by itself. */
    stopped: text('stopped'),
    filter: jsonText<Record<string, unknown>>('filter').notNull(),
    /** The dry run: `{reversed, moved: {gold: {requested, given}}, refused: {insufficient_balance: 2}}`. */
    forecast: jsonText<Record<string, unknown>>('forecast').notNull().default({}),
    /** What was moved, and how many claims were not reversed, by reason. */
    moved: jsonText<Record<string, unknown>>('moved').notNull().default({}),
    refused: jsonText<Record<string, number>>('refused').notNull().default({}),
  },
  (t) => [
    uniqueIndex('undos_one_per_action').on(t.madeBy, t.madeNumber),
    index('undos_at_work').on(t.steppedAt).where(sql`state IN ('selecting', 'checking', 'running')`),
  ],
);

/** The claims of an undo, in the order in which they are reversed. */
export const undoClaims = onceward.table(
  'undo_claims',
  {
    undo: bigint('undo', { mode: 'number' }).notNull(),
    player: actorNumber('player').notNull(),
    place: integer('place').notNull(),
    number: integer('number').notNull(),
    /** The number of the reversal. */
    reversal: integer('reversal'),
    /** What the dry run found, and what became of it: `reversed`, or the kind of a rejection. */
    forecast: exactText('forecast'),
    outcome: exactText('outcome'),
  },
  (t) => [
    primaryKey({ name: 'undo_claims_in_order', columns: [t.undo, t.place] }),
    index('undo_claims_to_check').on(t.undo, t.place).where(sql`forecast IS NULL`),
    index('undo_claims_to_reverse').on(t.undo, t.place).where(sql`outcome IS NULL`),
    index('undo_claims_of_player').on(t.undo, t.player, t.place),
  ],
);

/** Players of an undo who do not have exactly what they would have without the claims, and why. */
export const undoPlayers = onceward.table(
  'undo_players',
  {
    undo: bigint('undo', { mode: 'number' }).notNull(),
    player: actorNumber('player').notNull(),
    /** As the dry run found, and as it became. */
    forecast: text('forecast').array(),
    differs: text('differs').array(),
  },
  (t) => [primaryKey({ name: 'undo_players_once', columns: [t.undo, t.player] })],
);
