/**
 * Stores all events in R2 as files of JSON lines, one or more for each hour. A file is created and never changed. Its key follows from
 * its first event, and it holds where the next one begins: a run that died after a file goes on behind it, and writes none twice.
 */
import { type EventCursor, formatEventCursor, isSamePlace, parseEventCursor } from '../domain/event.ts';
import type { Database } from '../ledger/database.ts';
import { advanceReader, readerPlace } from '../ledger/event-readers.ts';
import type { StoredEvent } from '../ledger/read-events.ts';
import { readOn } from './read-on.ts';

/** Of a file: some megabytes. A busy hour has several. */
const MAX_EVENTS_OF_FILE = 5_000;
const HOUR_MS = 3_600_000;
/** An operation that began in an hour may commit so long after it. */
const SETTLES_MS = 60_000;

interface Storing {
  readonly database: Database;
  readonly bucket: Pick<R2Bucket, 'put' | 'head'>;
  readonly now: number;
  /** Milliseconds since 1970: no file is begun from then on. */
  readonly until: number;
}

/** Returns how many files it wrote. */
export async function storeEvents({ database, bucket, now, until }: Storing): Promise<number> {
  let written = 0;
  while (Date.now() < until) {
    const from = await readerPlace(database, 'files');
    const found = await nextEvents(database, from, now);
    const [first] = found.events;
    let to = found.next;
    if (first) {
      const key = keyOf(first);
      const isNew = await create(bucket, key, found.events, found.next);
      if (isNew) written += 1;
      else to = await nextOf(bucket, key);
    }
    if (to === null || isSamePlace(from, to) || !(await advanceReader(database, 'files', { from, to })))
      break;
  }
  return written;
}

/** The events of the next file: those up to the end of the first one's hour. None while that hour is not over. */
async function nextEvents(
  database: Database,
  from: EventCursor | null,
  now: number,
): Promise<{ readonly events: readonly StoredEvent[]; readonly next: EventCursor | null }> {
  const events: StoredEvent[] = [];
  let after = from;
  for (;;) {
    const page = await readOn(database, 'files', after);
    for (const stored of page.events) {
      const [first = stored] = events;
      const end = hourOf(first) + HOUR_MS;
      if (now < end + SETTLES_MS) return { events: [], next: after };
      if (hourOf(stored) >= end || events.length === MAX_EVENTS_OF_FILE) return { events, next: after };
      events.push(stored);
      after = stored.cursor;
    }
    after = page.next;
    if (page.isAtEnd) return { events, next: after };
  }
}

const hourOf = ({ event }: StoredEvent) => Math.floor(Date.parse(event.claimedAt) / HOUR_MS) * HOUR_MS;

/** `events/2026-12-01/13/…`: in the order of the events. */
function keyOf({ event, cursor }: StoredEvent): string {
  const [day = '', time = ''] = event.claimedAt.split('T');
  return `events/${day}/${time.slice(0, 2)}/${cursor.transaction.padStart(20, '0')}-${event.id}.jsonl`;
}

/** False: the file exists. */
async function create(
  bucket: Storing['bucket'],
  key: string,
  events: readonly StoredEvent[],
  next: EventCursor | null,
): Promise<boolean> {
  if (!next) throw new Error('a file of events ends somewhere');
  const lines = events.map(({ event }) => `${JSON.stringify(event)}\n`).join('');
  const stored = await bucket.put(key, lines, {
    onlyIf: { etagDoesNotMatch: '*' },
    httpMetadata: { contentType: 'application/x-ndjson' },
    customMetadata: { next: formatEventCursor(next) },
  });
  return stored !== null;
}

async function nextOf(bucket: Storing['bucket'], key: string): Promise<EventCursor> {
  const file = await bucket.head(key);
  const next = parseEventCursor(file?.customMetadata?.next ?? '');
  if (!next) throw new Error('a file of events does not say where the next one begins');
  return next;
}
