/** The tables of erasures of players. Only the kernel writes to them (drizzle/kernel/82_erasure.sql). */
import { sql } from 'drizzle-orm';
import { bigint, customType, index, integer, smallint, text, unique } from 'drizzle-orm/pg-core';
import { actorNumber, bytes, exactText, instant, jsonText, onceward } from './columns.ts';

const transactionId = customType<{ data: string; driverData: string }>({ dataType: () => 'xid8' });

/** One row for each erasure: its receipt. */
export const erasures = onceward.table(
  'erasures',
  {
    no: bigint('no', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    player: actorNumber('player').notNull(),
    madeBy: actorNumber('made_by').notNull(),
    madeAt: instant('made_at').notNull(),
    /** When something last happened in it. */
    steppedAt: instant('stepped_at').notNull(),
    /** When nothing was left that names the player. */
    endedAt: instant('ended_at'),
    /** Its transaction. Those that began before may still write the old ID. */
    began: transactionId('began').notNull().default(sql`pg_current_xact_id()`),
    /** The approval that it was made with. */
    proposal: bigint('proposal', { mode: 'number' }),
    /** The number of the claim of the action that made it. */
    madeNumber: integer('made_number').notNull(),
    /** The player's last claim that was scrubbed, and the last of all. */
    line: integer('line').notNull().default(0),
    claimsTo: integer('claims_to').notNull(),
    /** Rows of the player are scrubbed; then rows of others are searched. */
    state: text('state', { enum: ['scrubbing', 'waiting', 'searching', 'done'] })
      .notNull()
      .default('scrubbing'),
    /** What replaced the player's ID. */
    newId: exactText('new_id').notNull(),
    /** Of the old ID, with a secret of the service. */
    digest: exactText('digest').notNull(),
    /** What is searched for, and the key of digests; null: it is done. */
    oldId: exactText('old_id'),
    oldHandle: bytes('old_handle'),
    salt: bytes('salt'),
    /** How many rows were changed, by table. Rows of others are counted for all players that were searched for together. */
    counts: jsonText<Record<string, number>>('counts').notNull().default({}),
  },
  (t) => [
    unique('erasures_one_per_player').on(t.player),
    unique('erasures_one_per_action').on(t.madeBy, t.madeNumber),
    index('erasures_by_digest').on(t.digest),
    index('erasures_at_work').on(t.state, t.no).where(sql`state <> 'done'`),
  ],
);

/** How far the search for players who are being erased has come: one row. */
export const erasureSearch = onceward.table('erasure_search', {
  one: smallint('one').primaryKey().default(1),
  /** The table that is searched; 0: none. */
  place: smallint('place').notNull().default(0),
  /** The next block of it, and the first that is not searched. */
  block: bigint('block', { mode: 'number' }).notNull().default(0),
  blocksTo: bigint('blocks_to', { mode: 'number' }).notNull().default(0),
});
