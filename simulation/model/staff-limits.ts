/** The model's limits of staff: how much a member may give or take in one operation and in one day. */
import { type ClaimEffect, type Posting, type Rejected, reject, takenOf } from './effect.ts';
import type { Rules } from './rules.ts';

export interface StaffLimits {
  readonly rewardLimit: number;
  readonly budget: number;
  readonly spentBefore: number;
  /** By resource that has a limit of its own; of takings by `takenOf`. */
  readonly givenBefore: Readonly<Record<string, number>>;
  /** How many awards a day; null: any number. */
  readonly awards: number | null;
  readonly awardsBefore: number;
}

export function givenValue(gifts: readonly Posting[], { values }: Rules): number {
  return gifts.reduce((sum, { resource, delta }) => sum + Math.max(delta, 0) * (values[resource] ?? 0), 0);
}

/** What is given in value; then each resource that has no value, by name; then the number of awards. */
export function beyondStaffLimits(
  { rewardLimit, budget, spentBefore, givenBefore, awards, awardsBefore }: StaffLimits,
  gifts: readonly Posting[],
  rules: Rules,
): Rejected | null {
  const awarded = givenValue(gifts, rules);
  const inValue = beyondStaffLimit(null, awarded, {
    perCall: rewardLimit,
    perDay: budget,
    used: spentBefore,
  });
  if (inValue) return inValue;
  const given = new Map<string, number>();
  for (const { resource, delta } of gifts)
    if (delta > 0 && rules.values[resource] === undefined)
      given.set(resource, (given.get(resource) ?? 0) + delta);
  for (const [resource, amount] of [...given].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const { perReward: perCall, perDay } = rules.staffLimits[resource] ?? { perReward: 0, perDay: 0 };
    const exceeded = beyondStaffLimit(resource, amount, {
      perCall,
      perDay,
      used: givenBefore[resource] ?? 0,
    });
    if (exceeded) return exceeded;
  }
  if (awards === null || awardsBefore < awards) return null;
  return limitExceeded('STAFF_DAILY_AWARDS', { bound: awards, remaining: 0, requested: 1 });
}

/** What is taken is counted as it was requested, whatever the floor cuts off. */
export function beyondTakeLimits({ takes }: ClaimEffect, { givenBefore }: StaffLimits): Rejected | null {
  if (!takes) return null;
  const { resource, amount, perCall, perDay } = takes;
  const bounds = { perCall, perDay, used: givenBefore[takenOf(resource)] ?? 0 };
  return beyondStaffLimit(resource, amount, bounds, ['STAFF_TAKE', 'STAFF_TAKE_PER_DAY']);
}

/** `resource`: null in value. `names`: of the limit of one operation, and of that of the day. */
function beyondStaffLimit(
  resource: string | null,
  requested: number,
  { perCall, perDay, used }: { perCall: number | null; perDay: number; used: number },
  names: readonly [string, string] = ['STAFF_REWARD', 'STAFF_DAILY_BUDGET'],
): Rejected | null {
  if (perCall !== null && requested > perCall)
    return limitExceeded(names[0], { bound: perCall, remaining: perCall, requested }, resource);
  // Who gives nothing is not refused, also where the limit was lowered below what was given before.
  if (requested === 0 || used + requested <= perDay) return null;
  const remaining = Math.max(perDay - used, 0);
  return limitExceeded(names[1], { bound: perDay, remaining, requested }, resource);
}

function limitExceeded(
  limit: string,
  numbers: {
    readonly bound: number;
    readonly remaining: number;
    readonly requested: number;
  },
  ceilingOf: string | null = null,
): Rejected {
  return reject('LimitExceeded', { limit, ceilingOf, ...numbers });
}
