/**
 * The days of players that count by their own clock, written from the contract: a zone that a token names counts from the end of the
 * day that runs then. Zones with one offset all year are enough to travel in both directions.
 */

/** In minutes. */
const OFFSETS: Readonly<Record<string, number>> = {
  'Pacific/Kiritimati': 840,
  'Asia/Tokyo': 540,
  'Asia/Kathmandu': 345,
  'America/Phoenix': -420,
  'Pacific/Pago_Pago': -660,
};
export const ZONES: readonly string[] = Object.keys(OFFSETS);

/** A day, in milliseconds since 1970. */
export interface PlayerDay {
  readonly name: string;
  readonly begins: number;
  readonly ends: number;
  /** When the day before it began. */
  readonly before: number;
}

/** Null: the zone of the game, which is UTC. */
type Zone = string | null;

export interface PlayerZone {
  readonly zone: Zone;
  /** The zone before, and when it ended; null: this one has always counted. */
  readonly earlier: { readonly zone: Zone; readonly until: number } | null;
  /** A zone that counts from this moment on; null: none. */
  readonly next: { readonly zone: Zone; readonly from: number } | null;
}

export const GAME_ZONE: PlayerZone = { zone: null, earlier: null, next: null };

/** The zone that a token names; null: none that there is. */
export function namedZone(zone: string | undefined): Zone {
  return zone !== undefined && zone in OFFSETS ? zone : null;
}

export const alwaysIn = (zone: string): PlayerZone => ({ zone, earlier: null, next: null });

const MINUTE = 60_000;
const DAY = 86_400_000;
const offsetOf = (zone: Zone) => (zone === null ? 0 : (OFFSETS[zone] ?? 0)) * MINUTE;
const numberOf = (at: number, zone: Zone) => Math.floor((at + offsetOf(zone)) / DAY);

/** What counts at this moment. */
function currentAt(state: PlayerZone, now: number): PlayerZone {
  const { zone, next } = state;
  if (!next || next.from > now) return state;
  return { zone: next.zone, earlier: { zone, until: next.from }, next: null };
}

export function dayOfPlayer(state: PlayerZone, now: number): PlayerDay {
  const { zone, earlier } = currentAt(state, now);
  // The last day of the zone before ends when a later day begins here.
  const last = earlier ? numberOf(earlier.until - 1, earlier.zone) : Number.NEGATIVE_INFINITY;
  const beginOf = (day: number) =>
    earlier && day <= last
      ? day * DAY - offsetOf(earlier.zone)
      : Math.max(day * DAY - offsetOf(zone), earlier?.until ?? Number.NEGATIVE_INFINITY);
  const day = Math.max(numberOf(now, zone), last);
  const [before, begins, ends] = [day - 1, day, day + 1].map(beginOf) as [number, number, number];
  return { name: new Date(day * DAY).toISOString().slice(0, 10), begins, ends, before };
}

/** The zones from an operation on whose token names this one; null: it names none. */
export function zoneAfter(state: PlayerZone, named: Zone, now: number): PlayerZone {
  const current = currentAt(state, now);
  if (named === null) return current;
  if (named === current.zone) return { ...current, next: null };
  return { ...current, next: { zone: named, from: dayOfPlayer(current, now).ends } };
}
