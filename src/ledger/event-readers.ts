/** How far the Worker's own sinks have read the outbox (drizzle/kernel/70_events.sql). */
import { eq, sql } from 'drizzle-orm';
import type { EventCursor } from '../domain/event.ts';
import { type Database, queryDatabase } from './database.ts';
import { eventReaders } from './event-tables.ts';

/** The kernel knows these names. */
export type EventReader = 'files' | 'counts';

/** Null: it has not begun. */
export async function readerPlace({ reads }: Database, reader: EventReader): Promise<EventCursor | null> {
  const [row] = await queryDatabase(
    async () =>
      await reads
        .select({
          transaction: sql<string>`${eventReaders.transaction}::text`,
          no: sql<string>`${eventReaders.event}::text`,
        })
        .from(eventReaders)
        .where(eq(eventReaders.name, reader)),
  );
  return row ?? null;
}

interface Advance {
  readonly from: EventCursor | null;
  readonly to: EventCursor;
}

/** False: another run has moved it meanwhile. */
export async function advanceReader(
  { reads }: Database,
  reader: EventReader,
  { from, to }: Advance,
): Promise<boolean> {
  const advanced = sql<boolean>`onceward.advance_event_reader(${reader}, ${from?.transaction ?? null}::xid8,
    ${from?.no ?? null}::bigint, ${to.transaction}::xid8, ${to.no}::bigint)`;
  const [row] = await queryDatabase(async () => await reads.select({ advanced }).from(sql`(SELECT) AS one`));
  return row?.advanced ?? false;
}
