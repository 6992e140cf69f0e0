/**
 * The catalogue of limits, and what an operation uses of a player's daily limits. One row per limit gives its name, its place in
 * GraphQL and its message. What was used before is for the kernel to count, inside the transaction.
 */
import { dayIn, type Period } from './calendar.ts';
import type { BalanceRules, ClaimTypeRule } from './rules.ts';

interface ReachedLimit {
  /** The resource that the limit is about; null where it is about none. */
  readonly resource: string | null;
  readonly bound: number;
  readonly remaining: number;
  readonly requested: number;
  /** When the limit renews (ISO 8601, UTC); null: it does not. */
  readonly renewsAt: string | null;
}

interface LimitRow {
  /** The kernel counts what a player uses of it in a period (LimitUse). */
  readonly counted?: true;
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
  claims_per_day: {
    counted: true,
    description: 'How many claims of this type one player may make in a day.',
    message: ({ bound, renewsAt }) =>
      `Claimed ${bound} times today, which is the limit. It renews at ${renewsAt}.`,
  },
  exchanges_per_day: {
    counted: true,
    description: 'How many times one player may make this exchange in a day.',
    message: ({ bound, remaining, requested, renewsAt }) =>
      `This exchange is limited to ${bound} per day: ${remaining} left, not ${requested}. It renews at ${renewsAt}.`,
  },
  transfer_amount: {
    description: 'The most of a resource in one transfer.',
    message: ({ resource, bound, requested }) =>
      `One transfer may give at most ${bound} ${resource}, not ${requested}.`,
  },
  transfer_per_day: {
    counted: true,
    description: 'The most of a resource that one player may give away in a day.',
    // The kernel stores no resource with a counted limit.
    message: ({ bound, remaining, requested, renewsAt }) =>
      `You may give away ${bound} of this resource per day: ${remaining} left, not ${requested}. The limit renews at ${renewsAt}.`,
  },
  spend_amount: {
    description: 'The most of a resource that spendResource may charge at once.',
    message: ({ resource, bound, requested }) =>
      `One charge may take at most ${bound} ${resource}, not ${requested}.`,
  },
  spend_per_day: {
    counted: true,
    description: 'The most of a resource that spendResource may charge one player in a day.',
    message: ({ bound, remaining, requested, renewsAt }) =>
      `A player may be charged ${bound} of this resource per day: ${remaining} left, not ${requested}. The limit renews at ${renewsAt}.`,
  },
} as const satisfies Record<string, LimitRow>;
export type LimitName = keyof typeof LIMITS;

type CountedLimit = {
  [Name in LimitName]: (typeof LIMITS)[Name] extends { readonly counted: true } ? Name : never;
}[LimitName];

/** How much an operation uses of a limit of its player, and how much one player may use of it in a period. */
export interface LimitUse {
  /** The counter, such as `claims:pve_victory`. */
  readonly name: string;
  readonly period: Period;
  /** The claims that count: a counter that does not exist yet is computed from those of the period. */
  readonly claimType: string;
  /** Counts what the claims took of this resource; null: counts their units. */
  readonly resource: string | null;
  readonly amount: number;
  readonly bound: number;
  /** The limit that a rejection names. */
  readonly limit: CountedLimit;
}

type DailyUse = Omit<LimitUse, 'period' | 'bound'> & {
  /** Null: the rules set no bound. */
  readonly bound: number | null;
};

/** Empty where the rules set no bound. */
export function dailyLimit({ bound, ...use }: DailyUse, now: Date, { calendar }: BalanceRules): LimitUse[] {
  if (bound === null) return [];
  return [{ ...use, bound, period: dayIn(now, calendar) }];
}

/** Counts one claim of a type, whether it is claimed or recovered. */
export function claimLimit(
  { name, perDay }: Pick<ClaimTypeRule, 'name' | 'perDay'>,
  now: Date,
  rules: BalanceRules,
): LimitUse[] {
  const use = { name: `claims:${name}`, claimType: name, resource: null, amount: 1 } as const;
  return dailyLimit({ ...use, limit: 'claims_per_day', bound: perDay }, now, rules);
}
