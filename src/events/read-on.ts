/** Reading on from a sink's place. A place that is not known is logged: events are missing behind it, and the sink goes on. */
import type { EventCursor } from '../domain/event.ts';
import type { Database } from '../ledger/database.ts';
import type { EventReader } from '../ledger/event-readers.ts';
import { type EventPage, MAX_EVENTS, readEvents } from '../ledger/read-events.ts';
import { writeLog } from '../log/log.ts';

export async function readOn(
  database: Database,
  reader: EventReader,
  after: EventCursor | null,
): Promise<EventPage> {
  const page = await readEvents(database, { after, atMost: MAX_EVENTS });
  if (page.kind === 'page') return page;
  writeLog({ level: 'error', event: 'event_sink_gap', sink: reader, why: page.kind }, null);
  const rest = await readEvents(database, { after: null, atMost: MAX_EVENTS });
  if (rest.kind !== 'page') throw new Error('the oldest event is always known');
  return rest;
}
