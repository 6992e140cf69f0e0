/**
 * Progress of the simulated game: counters per day, per season and for ever, an errand that requires some, and the streak of the
 * daily quest. The season of each config begins and ends within the run, so counters begin again while operations are in flight.
 */
import { give, type Posting, type Requirement } from '../model/effect.ts';
import type { Rules } from '../model/rules.ts';
import type { Random } from '../random.ts';

export interface ProgressNumbers {
  /** In milliseconds since 1970. */
  readonly season: { readonly from: number; readonly until: number };
  /** The most goals of a season, and how many the errand requires. */
  readonly most: number;
  readonly need: number;
  readonly errand: { readonly lumees: number };
  /** What the daily quest pays besides, by the least length of the streak. */
  readonly rows: readonly { readonly from: number; readonly lumees: number }[];
}

/** `goals` count in the season, `matches` per day, `errands` for ever. */
export const COUNTERS = ['goals', 'matches', 'errands'] as const;
export type Counter = (typeof COUNTERS)[number];
const STREAK = 'login';
/** The balances that count progress. */
export const PROGRESS: readonly string[] = [...COUNTERS, STREAK];

const SECOND = 1_000;
const DAY = 86_400_000;

export function drawProgress(random: Random) {
  // The dates of a season are real ones: no seed knows when it will run.
  const from = Date.now() + random.int(0, 40) * SECOND;
  const season = { from, until: from + random.int(4, 40) * SECOND };
  const most = random.int(20, 200);
  const numbers: ProgressNumbers = {
    season,
    most,
    need: random.int(3, 20),
    errand: { lumees: random.int(5, 30) },
    rows: [
      { from: 1, lumees: random.int(1, 9) },
      { from: 2, lumees: random.int(10, 90) },
    ],
  };
  const [begins, ends] = [season.from, season.until].map((time) => new Date(time).toISOString());
  const document = {
    seasons: { sprint: { from: begins, until: ends } },
    counters: {
      goals: { period: { season: 'sprint' }, max: most },
      matches: { period: 'day' },
      errands: { period: 'ever' },
    },
    streaks: { [STREAK]: { period: 'day' } },
    claimTypes: {
      errand: {
        proof: 'ticket',
        rewards: { ...numbers.errand },
        requiresProgress: { goals: numbers.need },
        advances: { errands: 1 },
      },
      daily_quest: {
        streak: STREAK,
        rewardsByStreak: numbers.rows.map(({ from: least, lumees }) => ({
          from: least,
          rewards: { lumees },
        })),
      },
    },
  };
  return { numbers, document };
}

export const progressNumbers = ({ own }: Rules): ProgressNumbers => own.advanceProgress as ProgressNumbers;

/** Changes before this moment no longer count at `now`. */
function countsFrom(counter: Counter, now: number, rules: Rules): number {
  const { from, until } = progressNumbers(rules).season;
  switch (counter) {
    case 'matches':
      return rules.today?.begins ?? now - (now % DAY);
    case 'errands':
      return Number.NEGATIVE_INFINITY;
    case 'goals':
      return [until, from].find((begins) => begins <= now) ?? Number.NEGATIVE_INFINITY;
  }
}

export function advance(counter: Counter, by: number, now: number, rules: Rules): Posting {
  const ceiling = counter === 'goals' ? progressNumbers(rules).most : Number.MAX_SAFE_INTEGER;
  const countedFrom = countsFrom(counter, now, rules);
  return { resource: counter, delta: by, floor: null, ceiling, clamp: true, countedFrom };
}

/** What a claim requires of counters, how it moves them, and what it gives for the streak that it has reached then. */
export function claimProgress(type: string, now: number, rules: Rules) {
  const { need, rows } = progressNumbers(rules);
  if (type === 'errand') {
    const goals: Requirement = {
      counter: 'goals',
      atLeast: need,
      countedFrom: countsFrom('goals', now, rules),
    };
    return { requires: [goals], advances: [advance('errands', 1, now, rules)] };
  }
  if (type !== 'daily_quest') return {};
  // Continued on the day before, or begun again.
  const countedFrom = rules.today?.before ?? now - (now % DAY) - DAY;
  const step = { ...advance('errands', 1, now, rules), resource: STREAK, countedFrom };
  return {
    advances: [step],
    afterwards: (balance: (resource: string) => number) => {
      const row = rows.findLast(({ from }) => from <= balance(STREAK));
      return row ? [give(rules, 'lumees', row.lumees)] : [];
    },
  };
}
