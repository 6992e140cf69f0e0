/**
 * Players whose days count by a zone of their own, which their tokens name. A zone counts from the end of the day that runs when it is
 * first named, so no day that a player has used ends earlier or comes again. Zones that count no more are kept as long as a streak
 * looks back.
 *
 * The ledger keeps a player's zones as a text and compares it: an operation that depends on the player's day commits only on the zones
 * that it was decided on.
 */
import type { Actor } from './actor.ts';
import { type Calendar, type PlayerZones, periodIn } from './calendar.ts';
import { DAY, isTimeZone } from './day-clock.ts';
import type { BalanceRules } from './rules.ts';
import type { Interval } from './window.ts';

/** The rules with the player's own days, and the zones that these follow from. */
export interface LocalRules {
  readonly rules: BalanceRules;
  /** Null: the config gives players no days of their own. */
  readonly zones: DecidedZones | null;
  /** In which the zones are these ones; null: at any time. On another day the zone that the token names would count from another moment. */
  readonly holds: Interval | null;
}

/** Empty: none, so the days are those of the game. */
export interface DecidedZones {
  /** What the ledger holds, as far as the decision knows; otherwise what it assumes. */
  readonly seen: string;
  /** What it holds from the operation on. */
  readonly next: string;
}

export interface Moment {
  readonly actor: Pick<Actor, 'kind' | 'attributes'>;
  /** What the ledger holds; null: not read yet. Then nothing but the zone of the token is assumed: most players stay where they are. */
  readonly stored: string | null;
  readonly now: Date;
}

export function localRules(rules: BalanceRules, { actor, stored, now }: Moment): LocalRules {
  if (rules.playerZone === null) return { rules, zones: null, holds: null };
  const named = zoneOf(actor, rules.playerZone);
  const seen = stored ?? named ?? '';
  const { zones, holds } = zonesAfter(parseZones(seen), named, { now, rules });
  return { rules: rulesIn(zones, rules), zones: { seen, next: zonesText(zones) }, holds };
}

/** A token says something of its own player alone. */
function zoneOf({ kind, attributes }: Moment['actor'], attribute: string): string | null {
  if (kind !== 'player' || !attributes || !Object.hasOwn(attributes, attribute)) return null;
  const zone = attributes[attribute];
  return zone !== undefined && isTimeZone(zone) ? zone : null;
}

/** The player's zones once a token names this one (null: it names none). */
function zonesAfter(
  stored: PlayerZones,
  named: string | null,
  { now, rules }: { readonly now: Date; readonly rules: BalanceRules },
): { readonly zones: PlayerZones; readonly holds: Interval } {
  // Times of one form compare as texts.
  const begun = stored.before.filter(({ until }) => until <= now.toISOString());
  const zone = stored.before[begun.length]?.zone ?? null;
  const current = begun.length === stored.before.length ? stored : { before: begun, zone };
  const kept = { ...current, before: neededOf(begun, now, rules) };
  const { begins, ends } = periodIn('day', now, rulesIn(current, rules).calendar);
  const began = begun.at(-1)?.until;
  const holds = { begins: began && began > begins ? began : begins, ends };
  if (named === null) {
    const later = stored.before.slice(begun.length);
    return { zones: { ...stored, before: [...kept.before, ...later] }, holds };
  }
  if (named === current.zone) return { zones: kept, holds };
  return { zones: { before: [...kept.before, { zone: current.zone, until: ends }], zone: named }, holds };
}

/** The periods that a streak looks back to, and what runs over from one zone to the next. */
function neededOf(
  before: PlayerZones['before'],
  now: Date,
  { streaks }: BalanceRules,
): PlayerZones['before'] {
  if (before.length === 0) return before;
  const grace = Math.max(0, ...[...streaks.values()].map((streak) => streak.grace));
  const since = new Date(now.getTime() - (grace + 4) * DAY).toISOString();
  return before.filter(({ until }) => until > since);
}

const GAME = '-';

function zonesText({ before, zone }: PlayerZones): string {
  if (before.length === 0) return zone ?? '';
  return [...before.map(({ zone, until }) => `${zone ?? GAME}@${until}`), zone ?? GAME].join(' ');
}

function parseZones(text: string): PlayerZones {
  const zoneIn = (name: string | undefined) => (name && isTimeZone(name) ? name : null);
  const parts = text.split(' ').map((part) => part.split('@'));
  return {
    before: parts.flatMap(([zone, until]) => (until ? [{ zone: zoneIn(zone), until }] : [])),
    zone: zoneIn(parts.at(-1)?.[0]),
  };
}

/** Rules and calendar of each text of zones, so that what is computed of a calendar once is found again. */
const known = new WeakMap<BalanceRules, Map<string, BalanceRules>>();
const MAX_KNOWN = 1_000;

function rulesIn(zones: PlayerZones, rules: BalanceRules): BalanceRules {
  if (zones.before.length === 0 && zones.zone === null) return rules;
  let ofRules = known.get(rules);
  if (!ofRules || ofRules.size >= MAX_KNOWN) {
    ofRules = new Map();
    known.set(rules, ofRules);
  }
  const text = zonesText(zones);
  let local = ofRules.get(text);
  if (!local) {
    const calendar: Calendar = { ...rules.calendar, player: { zones, game: rules.calendar } };
    local = { ...rules, calendar };
    ofRules.set(text, local);
  }
  return local;
}
