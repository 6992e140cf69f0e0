/**
 * Who reads the outbox, and how far (drizzle/kernel/70_events.sql). The outbox itself is partitioned, and is created in
 * drizzle/0002_kernel_types.sql.
 */
import { bigint, smallint } from 'drizzle-orm/pg-core';
import { exactText, instant, onceward, transactionId } from './columns.ts';

/** One row: the last event that was removed from the outbox, and when it was rotated (drizzle/kernel/12_outbox.sql). All later ones are kept. */
export const outboxState = onceward.table('outbox_state', {
  one: smallint('one').primaryKey().default(1),
  removedTransaction: transactionId('removed_transaction').notNull().default('0'),
  removedEvent: bigint('removed_event', { mode: 'number' }).notNull().default(0),
  rotatedAt: instant('rotated_at').notNull().defaultNow(),
});

/** How far a sink of the Worker has read. One row for each that ever ran. */
export const eventReaders = onceward.table('event_readers', {
  name: exactText('name').primaryKey(),
  /** The last event that it has stored. */
  transaction: transactionId('transaction').notNull(),
  event: bigint('event', { mode: 'number' }).notNull(),
  advancedAt: instant('advanced_at').notNull(),
});
