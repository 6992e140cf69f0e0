/**
 * Computes a balance's opening amount and regeneration, for reads. Inside the transaction the kernel computes them by the same
 * rule (drizzle/kernel/02_regeneration.sql) and writes them to the ledger.
 *
 * A resource has one rule after another, each from one publication to the next that changes it. Each rule counts for its own
 * time: a published change does not alter what had regenerated before it.
 */
import type { Accrual, Limit } from './moves.ts';
import type { Anchors, Balances } from './outcome.ts';
import { MAX_AMOUNT } from './values.ts';

/** How a resource opens and regenerates from one publication to the next that changes it. */
export interface RegenerationRule {
  readonly resource: string;
  /** ISO 8601, UTC. */
  readonly effectiveFrom: string;
  /** Null: no later rule has been published. */
  readonly effectiveUntil: string | null;
  /** `everySeconds`, `amount` and `cap` are null together: it does not regenerate. */
  readonly everySeconds: number | null;
  readonly amount: number | null;
  readonly cap: Limit | null;
  /** The balance before the resource first moves; null: 0. */
  readonly opening: Limit | null;
}

/** The rule of a resource from a moment on (ISO 8601). */
export function ruleFrom(
  effectiveFrom: string,
  resource: string,
  { initial, regenerates }: Accrual,
): RegenerationRule {
  return {
    resource,
    effectiveFrom,
    effectiveUntil: null,
    everySeconds: regenerates?.everySeconds ?? null,
    amount: regenerates?.amount ?? null,
    cap: regenerates?.upTo ?? null,
    opening: initial,
  };
}

export interface Regenerated {
  readonly amount: number;
  /** Whether the rule in force gives an opening balance or regenerates. */
  readonly opens: boolean;
  /** Null where the resource does not regenerate. The times are null where it is full. */
  readonly regeneration: {
    readonly upTo: number;
    readonly nextUnitAt: Date | null;
    readonly fullAt: Date | null;
  } | null;
}

/** A player's balances as they were recorded, and when the player was created. */
export interface RecordedBalances {
  readonly balances: Balances;
  readonly anchors: Anchors;
  readonly playerSince: Date;
}

/** The number that a limit amounts to for these balances. */
export function limitAmount(limit: Limit, balances: Balances): number {
  if (typeof limit === 'number') return limit;
  const { base, perUnit, resource } = limit;
  return Math.min(MAX_AMOUNT, base + perUnit * (balances[resource] ?? 0));
}

/** The balance of one resource at `at`: the same as the kernel would find then. `rules`: of this resource, oldest first. */
export function regenerate(
  resource: string,
  rules: readonly RegenerationRule[],
  recorded: RecordedBalances,
  at: Date,
): Regenerated {
  const { balances, anchors, playerSince } = recorded;
  const segments = rules.map((rule) => segmentOf(rule, balances));
  const now = at.getTime();
  const current = segments.find(({ from, until }) => from <= now && now < until);
  const anchor = anchors[resource];
  const since = anchor === undefined ? playerSince.getTime() : Date.parse(anchor);
  let progress: Progress = {
    amount: balances[resource] ?? current?.opening ?? 0,
    anchor: since,
    elapsed: 0,
    everySeconds: 1,
  };
  for (const segment of segments) {
    if (segment.until > since && segment.from <= now) progress = passThrough(segment, progress, now);
  }
  return {
    amount: progress.amount,
    opens: current !== undefined && (current.opening !== null || current.rate !== null),
    regeneration: scheduleOf(current?.rate ?? null, progress),
  };
}

interface Rate {
  readonly everySeconds: number;
  readonly amount: number;
  readonly cap: number;
}

/** A rule with its limits computed. Times are milliseconds. */
interface Segment {
  readonly from: number;
  readonly until: number;
  readonly opening: number | null;
  readonly rate: Rate | null;
}

function segmentOf(rule: RegenerationRule, balances: Balances): Segment {
  const { everySeconds, amount, cap, opening } = rule;
  const regenerates = everySeconds !== null && amount !== null && cap !== null;
  return {
    from: Date.parse(rule.effectiveFrom),
    until: rule.effectiveUntil === null ? Number.POSITIVE_INFINITY : Date.parse(rule.effectiveUntil),
    opening: opening === null ? null : limitAmount(opening, balances),
    rate: regenerates ? { everySeconds, amount, cap: limitAmount(cap, balances) } : null,
  };
}

/** How far a balance has come at some time. */
interface Progress {
  readonly amount: number;
  /** The moment from which the next unit counts. */
  readonly anchor: number;
  /** What had passed of the unfinished interval, of `everySeconds`, when the last rule ended. */
  readonly elapsed: number;
  readonly everySeconds: number;
}

const MS_PER_SECOND = 1_000;

/** What a rule adds until `now` or its end, whichever is first. */
function passThrough({ from, until, rate }: Segment, progress: Progress, now: number): Progress {
  const ends = Math.min(now, until);
  const { amount, anchor } = progress;
  if (!rate) return { ...progress, anchor: ends, elapsed: 0 };
  const { everySeconds, cap } = rate;
  const begins = anchor < from ? from - scaledElapsed(progress, everySeconds) : anchor;
  const room = cap - amount;
  // A balance above the cap (after a gift, or a lowered cap) stays.
  if (room <= 0) return { amount, anchor: ends, elapsed: 0, everySeconds };

  const interval = everySeconds * MS_PER_SECOND;
  const ticks = Math.max(0, Math.floor((ends - begins) / interval));
  const gained = Math.min(ticks * rate.amount, room);
  if (gained === room) return { amount: cap, anchor: ends, elapsed: 0, everySeconds };
  const next = begins + ticks * interval;
  return { amount: amount + gained, anchor: next, elapsed: ends - next, everySeconds };
}

/** The same part of an interval at another rate: a slower rate takes back nothing that was shown. Exact beyond 2^53. */
function scaledElapsed({ elapsed, everySeconds: earlier }: Progress, everySeconds: number): number {
  return Number((BigInt(elapsed) * BigInt(everySeconds)) / BigInt(earlier));
}

function scheduleOf(rate: Rate | null, { amount, anchor }: Progress): Regenerated['regeneration'] {
  if (!rate) return null;
  const { cap: upTo } = rate;
  if (amount >= upTo) return { upTo, nextUnitAt: null, fullAt: null };
  const interval = rate.everySeconds * MS_PER_SECOND;
  return {
    upTo,
    nextUnitAt: momentAt(anchor + interval),
    fullAt: momentAt(anchor + Math.ceil((upTo - amount) / rate.amount) * interval),
  };
}

/** The last moment that a Date can hold (ECMAScript: 100,000,000 days after 1970). */
const LAST_MOMENT_MS = 8.64e15;

function momentAt(ms: number): Date {
  return new Date(Math.min(ms, LAST_MOMENT_MS));
}
