/**
 * Counts events in Workers Analytics Engine, within a minute: what was gained and lost, by operation, claim type, resource and cause. A
 * run that dies counts again what it had counted, so these are for dashboards. Exact sums are those of the economy (docs/economy.md).
 */
import { type EventCursor, type GrantEvent, isSamePlace } from '../domain/event.ts';
import type { Database } from '../ledger/database.ts';
import { advanceReader, readerPlace } from '../ledger/event-readers.ts';
import { readOn } from './read-on.ts';

/** What one run of a Worker may write. */
const MAX_POINTS = 250;
/** Of an index, in bytes. Names are ASCII. */
const MAX_INDEX = 96;

export interface CountPoint {
  /** Claim type. */
  readonly indexes: [string];
  /** Operation, claim type, resource, cause; the last two are empty where nothing moved. */
  readonly blobs: string[];
  /** Gained, lost, number of changes. */
  readonly doubles: [number, number, number];
}

interface Counting {
  readonly database: Database;
  readonly write: (point: CountPoint) => void;
}

/** Returns how many events it counted. */
export async function countEvents({ database, write }: Counting): Promise<number> {
  const from = await readerPlace(database, 'counts');
  const points = new Map<string, CountPoint>();
  let counted = 0;
  let to: EventCursor | null = from;
  reading: for (;;) {
    const page = await readOn(database, 'counts', to);
    for (const { event, cursor } of page.events) {
      const added = pointsOf(event).filter(({ blobs }) => !points.has(blobs.join()));
      if (points.size + added.length > MAX_POINTS) break reading;
      for (const point of pointsOf(event)) add(points, point);
      counted += 1;
      to = cursor;
    }
    to = page.next;
    if (page.isAtEnd) break;
  }
  for (const point of points.values()) write(point);
  if (to && !isSamePlace(from, to)) await advanceReader(database, 'counts', { from, to });
  return counted;
}

function pointsOf({ operation, claimType, changes }: GrantEvent): CountPoint[] {
  const indexes: [string] = [claimType.slice(0, MAX_INDEX)];
  if (changes.length === 0) return [{ indexes, blobs: [operation, claimType, '', ''], doubles: [0, 0, 0] }];
  return changes.map(({ resource, cause, delta }) => ({
    indexes,
    blobs: [operation, claimType, resource, cause],
    doubles: [Math.max(delta, 0), Math.max(-delta, 0), 1],
  }));
}

function add(points: Map<string, CountPoint>, point: CountPoint): void {
  const key = point.blobs.join();
  const [gained, lost, changes] = points.get(key)?.doubles ?? [0, 0, 0];
  const [more, less, one] = point.doubles;
  points.set(key, { ...point, doubles: [gained + more, lost + less, changes + one] });
}
