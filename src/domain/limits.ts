/**
 * The catalogue of limits, and what an operation uses of the counted ones. One row per limit gives its name, its place in GraphQL and
 * its message. What was used before is for the kernel to count, inside the transaction.
 */
import { type Calendar, gameCalendar, type Period, type PeriodKind, periodIn } from './calendar.ts';
import type { BalanceRules, ClaimTypeRule, LimitRule } from './rules.ts';

export const LIMIT_PERIODS = ['day', 'week', 'month', 'season', 'ever'] as const;
export type LimitPeriod = (typeof LIMIT_PERIODS)[number];

interface ReachedLimit {
  /** The resource that the limit is about; null where it is about none. */
  readonly resource: string | null;
  readonly bound: number;
  readonly remaining: number;
  readonly requested: number;
  /** When the limit renews (ISO 8601, UTC); null: it does not. */
  readonly renewsAt: string | null;
  /** Of a counted limit; absent of the others. */
  readonly period?: LimitPeriod | null;
  readonly season?: string | null;
  readonly sharedLimit?: string | null;
}

interface LimitRow {
  /** Set where the kernel counts what is used of it in a period (LimitUse): the first part of its counters' names, or `any`. */
  readonly counter?: string;
  /** What the limit bounds, for the SDL. */
  readonly description: string;
  /** What a player or staff member reads. */
  readonly message: (reached: ReachedLimit) => string;
}

/** In upper case, these names are the values of LimitKind. */
export const LIMITS = {
  resource_ceiling: {
    description: 'The highest balance of this resource.',
    message: ({ resource, bound, remaining, requested }) =>
      `${resource} is limited to ${bound}: ${remaining} more would fit, not ${requested}.`,
  },
  recipient_ceiling: {
    description:
      'The other player cannot hold the amount. Their balance stays private: `bound` and `remaining` are 0.',
    message: ({ resource, requested }) => `The other player cannot hold ${requested} more ${resource}.`,
  },
  recipient_limit: {
    counter: 'received',
    description:
      'The other player may receive no more of this resource in the period. What they received stays private: `bound` and `remaining` are 0.',
    message: (reached) =>
      `The other player cannot receive ${reached.requested} more ${reached.resource}${perText(reached)}.${renewalText(reached)}`,
  },
  account_age: {
    description: 'The age in hours from which an account may give this resource.',
    message: ({ resource, bound, renewsAt }) =>
      `An account may give ${resource} to others when it is ${bound} hours old. Yours is at ${renewsAt}.`,
  },
  staff_reward: {
    description: 'The most that this staff member may give in one award, in value or of one resource.',
    message: ({ resource, bound, requested }) => {
      if (resource === null) return `One award may have a value of at most ${bound}, not ${requested}.`;
      return bound === 0
        ? `Staff cannot give ${resource}: the balance config gives it no value. Requested: ${requested}.`
        : `One award may give at most ${bound} ${resource}, not ${requested}.`;
    },
  },
  staff_daily_budget: {
    description: 'The most that this staff member may give in a day, in value or of one resource.',
    message: ({ resource, bound, remaining, requested, renewsAt }) =>
      `Your budget of ${bound} ${resource ?? 'in value'} per day has ${remaining} left, not ${requested}. It renews at ${renewsAt}.`,
  },
  staff_daily_awards: {
    description: 'How many awards one staff member may make in a day. Reversals do not count.',
    message: ({ bound, renewsAt }) =>
      `You have made all ${bound} awards of the day. The limit renews at ${renewsAt}.`,
  },
  server_reward: {
    description: 'The most that this game server may give in one reward, in value.',
    message: ({ bound, requested }) =>
      `One reward of this game server may have a value of at most ${bound}, not ${requested}.`,
  },
  server_daily_budget: {
    description: 'The most that this game server may give in a day, in value.',
    message: ({ bound, remaining, requested, renewsAt }) =>
      `The budget of this game server, ${bound} in value per day, has ${remaining} left, not ${requested}. It renews at ${renewsAt}.`,
  },
  staff_take: {
    description: 'The most of a resource that a staff member may take at once.',
    message: ({ resource, bound, requested }) =>
      bound === 0
        ? `Staff cannot take ${resource}: the balance config has no "take" for it.`
        : `At most ${bound} ${resource} may be taken at once, not ${requested}.`,
  },
  staff_take_per_day: {
    description:
      'The most of a resource that this staff member may take in a day. What was requested counts, even if less was there.',
    message: ({ resource, bound, remaining, requested, renewsAt }) =>
      `You may take ${bound} ${resource} per day: ${remaining} left, not ${requested}. The limit renews at ${renewsAt}.`,
  },
  claims: {
    counter: 'claims',
    description: 'How many claims of this type one player may make in the period.',
    message: (reached) =>
      notInSeason(reached) ??
      `Claimed ${reached.bound} times, which is the limit${perText(reached)}.${renewalText(reached)}`,
  },
  exchanges: {
    counter: 'exchange',
    description: 'How many times one player may make this exchange in the period.',
    message: (reached) => notInSeason(reached) ?? `This exchange is ${limitedText(reached)}`,
  },
  shared: {
    counter: 'shared',
    description:
      'How many times one player may make all claims and exchanges that share this limit in the period. `sharedLimit` names it.',
    message: (reached) => notInSeason(reached) ?? `${reached.sharedLimit} is ${limitedText(reached)}`,
  },
  stock: {
    counter: 'any',
    description: 'How many there are in the whole game, for all players together.',
    message: ({ bound, remaining, requested }) =>
      `There are ${bound} in the whole game: ${remaining} left, not ${requested}.`,
  },
  transfer_amount: {
    description: 'The most of a resource in one transfer.',
    message: ({ resource, bound, requested }) =>
      `One transfer may give at most ${bound} ${resource}, not ${requested}.`,
  },
  transfers: {
    counter: 'transfer',
    description: 'How much of a resource one player may give away in the period.',
    message: (reached) =>
      notInSeason(reached) ?? `Giving ${reached.resource} to others is ${limitedText(reached)}`,
  },
  spend_amount: {
    description: 'The most of a resource that spendResource may charge at once.',
    message: ({ resource, bound, requested }) =>
      `One charge may take at most ${bound} ${resource}, not ${requested}.`,
  },
  spendings: {
    counter: 'spend',
    description: 'How much of a resource spendResource may charge one player in the period.',
    message: (reached) =>
      notInSeason(reached) ?? `Charging a player ${reached.resource} is ${limitedText(reached)}`,
  },
} as const satisfies Record<string, LimitRow>;
export type LimitName = keyof typeof LIMITS;

type CountedLimit = {
  [Name in LimitName]: (typeof LIMITS)[Name] extends { readonly counter: string } ? Name : never;
}[LimitName];

/** The counter of a limit of this claim type, exchange, resource or shared limit. A stock is counted as what it is a stock of. */
export function counterOf(limit: Exclude<CountedLimit, 'stock'>, name: string): string {
  return `${LIMITS[limit].counter}:${name}`;
}

/** What a claim used of a counted limit. */
export interface UsedLimit {
  readonly limit: CountedLimit;
  /** The claim type, exchange, resource or shared limit. */
  readonly name: string;
  /** As in Period. */
  readonly period: string;
  readonly amount: number;
}

/** `subject`: whose uses the counter counts together. */
export function usedLimit(
  counter: string,
  { subject, ...used }: { subject: 'player' | 'game' } & Pick<UsedLimit, 'period' | 'amount'>,
): UsedLimit {
  const end = counter.indexOf(':');
  const [prefix, name] = [counter.slice(0, end), counter.slice(end + 1)];
  const counted = Object.entries(LIMITS).find(
    ([, row]) => 'counter' in row && row.counter === (subject === 'game' ? 'any' : prefix),
  );
  if (!counted) throw new Error(`no limit has the counter ${counter}`);
  return { limit: counted[0] as CountedLimit, name, ...used };
}

/** How much an operation uses of a limit, and how much of it may be used in a period. */
export interface LimitUse {
  readonly subject: LimitRule['subject'];
  /** The counter, such as `claims:pve_victory`. */
  readonly name: string;
  readonly period: Period;
  readonly renewsAt: string | null;
  /** The claims that count: what a counter lacks is computed from those of the period. */
  readonly claimType: string;
  /** The other claim types that count; null: the limit is not shared. */
  readonly sharesWith: readonly string[] | null;
  /** Counts what the claims took of this resource; null: counts their units. */
  readonly resource: string | null;
  readonly amount: number;
  readonly bound: number;
  /** The limit that a rejection names, and what it says about it. */
  readonly limit: CountedLimit;
  readonly about: { readonly period: LimitPeriod; readonly season?: string; readonly sharedLimit?: string };
}

interface Offer {
  readonly limits: readonly LimitRule[];
  readonly claimType: string;
  readonly resource?: string | null;
  readonly amount: number;
  /** Names a limit of the offer's own. */
  readonly limit: CountedLimit;
}

/** What an operation uses of the limits of an offer: a claim type, an exchange, or a resource that is given away. */
export function limitUses(offer: Offer, now: Date, calendar: Calendar): LimitUse[] {
  return offer.limits
    .filter((rule) => applies(rule, offer.limits, { now, calendar }))
    .map((rule) => limitUse(rule, offer, periodIn(rule.period, now, calendarOf(rule, calendar))));
}

/** Of another player no zone is known: what they receive counts by the days of the game. */
function calendarOf({ subject }: LimitRule, calendar: Calendar): Calendar {
  return subject === 'recipient' ? gameCalendar(calendar) : calendar;
}

/** A claim is one unit of its limits, whether it is claimed or announced. */
export function claimLimit(
  { name, limits }: Pick<ClaimTypeRule, 'name' | 'limits'>,
  now: Date,
  { calendar }: BalanceRules,
): LimitUse[] {
  return limitUses({ limits, claimType: name, amount: 1, limit: 'claims' }, now, calendar);
}

function limitUse(
  rule: LimitRule,
  { claimType, resource = null, amount, limit }: Offer,
  period: Period,
): LimitUse {
  const { sharedLimit, subject, claimTypes } = rule;
  const own = sharedLimit === null ? limit : 'shared';
  return {
    subject,
    name: rule.counter,
    period,
    // Nothing is left of a season until it ends, and nothing comes after it.
    renewsAt: typeof rule.period === 'object' && period.isRunning ? null : period.ends,
    claimType,
    sharesWith: sharedLimit === null ? null : claimTypes.filter((type) => type !== claimType),
    resource,
    amount,
    bound: period.isRunning ? rule.max : 0,
    limit: subject === 'game' ? 'stock' : own,
    about: { ...periodNames(rule.period), ...(sharedLimit !== null && { sharedLimit }) },
  };
}

function periodNames(period: PeriodKind): { readonly period: LimitPeriod; readonly season?: string } {
  return typeof period === 'object' ? { period: 'season', season: period.season } : { period };
}

interface Moment {
  readonly now: Date;
  readonly calendar: Calendar;
}

/** Of several seasons of a counter those that run apply; where none runs the next one, or the last, of which nothing is left. */
function applies(rule: LimitRule, limits: readonly LimitRule[], moment: Moment): boolean {
  if (typeof rule.period === 'string') return true;
  const isRunning = ({ period }: LimitRule) => periodIn(period, moment.now, moment.calendar).isRunning;
  if (isRunning(rule)) return true;
  const seasons = limits.filter(
    ({ counter, period }) => counter === rule.counter && typeof period === 'object',
  );
  return !seasons.some(isRunning) && seasons.toSorted(bySeason(moment))[0] === rule;
}

/** Those that begin later first, the next one before all others; then those that are over, the last one first. */
function bySeason({ now, calendar }: Moment) {
  const order = ({ period }: LimitRule) => {
    const { begins, ends } = periodIn(period, now, calendar);
    return begins === null ? [0, Date.parse(ends ?? '')] : [1, -Date.parse(begins)];
  };
  return (a: LimitRule, b: LimitRule) => {
    const [[kindA = 0, timeA = 0], [kindB = 0, timeB = 0]] = [order(a), order(b)];
    return kindA - kindB || timeA - timeB;
  };
}

function perText({ period, season }: ReachedLimit): string {
  if (period === 'season') return ` in the season ${season}`;
  return period === 'ever' || !period ? '' : ` per ${period}`;
}

function renewalText({ renewsAt }: ReachedLimit): string {
  return renewsAt === null ? '' : ` It renews at ${renewsAt}.`;
}

function limitedText(reached: ReachedLimit): string {
  const { bound, remaining, requested } = reached;
  return `limited to ${bound}${perText(reached)}: ${remaining} left, not ${requested}.${renewalText(reached)}`;
}

/** A bound of 0 is that of the time before and after a season: every other is at least 1. */
function notInSeason({ bound, season, renewsAt }: ReachedLimit): string | null {
  if (bound > 0 || !season) return null;
  return renewsAt === null ? `The season ${season} is over.` : `The season ${season} begins at ${renewsAt}.`;
}
