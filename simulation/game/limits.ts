/**
 * Limits of the simulated game: per day, week, month and season, for good, of the whole game, and one that a claim type shares with
 * exchanges. Every config of a seed has the same limits with bounds of its own; only the stock, which no scheduled config may
 * change, has one bound.
 */
import { type LimitUse, periodAt } from '../model/limits.ts';
import type { PlayerDay } from '../model/player-days.ts';
import type { Rules } from '../model/rules.ts';
import type { Random } from '../random.ts';

/** As the balance config declares them. */
export interface Bounds {
  readonly perDay?: number;
  readonly perWeek?: number;
  readonly perMonth?: number;
  readonly perSeason?: Readonly<Record<string, number>>;
  readonly ever?: number;
  readonly total?: number;
}

interface LimitNumbers {
  /** The player's own day; left out: that of the game. */
  readonly today?: PlayerDay | undefined;
  readonly shared: Readonly<Record<string, Bounds>>;
  /** In milliseconds since 1970. */
  readonly season: { readonly from: number; readonly until: number };
}

/** What the recruits, the great summons and the chests of the arena use together. */
export const SUPPLIES = 'supplies';
export const SEASON = 'festival';
const SECOND = 1_000;

/** `began`: the beginning of the seed, in milliseconds since 1970. */
export function drawLimits(random: Random, began: number) {
  // Seconds: each config of a seed has another season, and most of them begin or end while it runs.
  const from = began + random.int(-5, 6) * SECOND;
  const numbers: LimitNumbers = {
    shared: { [SUPPLIES]: { perDay: random.int(2, 6), perMonth: random.int(4, 9) } },
    season: { from, until: from + random.int(2, 9) * SECOND },
  };
  const [begins, ends] = [numbers.season.from, numbers.season.until].map((time) =>
    new Date(time).toISOString(),
  );
  return {
    numbers,
    document: { limits: numbers.shared, seasons: { [SEASON]: { from: begins, until: ends } } },
  };
}

/** A claim type, an exchange, or a resource that is given away. */
interface Offer {
  readonly bounds: Bounds;
  /** Its counter, and what a rejection by it says. */
  readonly counter: string;
  readonly kind: string;
  readonly shared?: readonly string[];
  readonly amount: number;
  readonly resource?: string;
  readonly subject?: 'player' | 'recipient';
}

/** What an offer uses of its own limits, then of those that it shares. */
export function limitUses(
  { bounds, counter, kind, shared = [], ...offer }: Offer,
  now: number,
  { own, today }: Rules,
): LimitUse[] {
  const numbers = { ...(own.exchange as { readonly limits: LimitNumbers }).limits, today };
  return [
    ...usesOf(bounds, { ...offer, name: counter, kind }, now, numbers),
    ...shared.flatMap((sharedLimit) => {
      const use = { ...offer, name: `shared:${sharedLimit}`, kind: 'SHARED' };
      return usesOf(numbers.shared[sharedLimit] ?? {}, use, now, numbers).map((one) => ({
        ...one,
        about: { ...one.about, sharedLimit },
      }));
    }),
  ];
}

type Counted = Pick<LimitUse, 'name' | 'kind' | 'amount' | 'resource'> & Pick<Offer, 'subject'>;

function usesOf(
  { perDay, perWeek, perMonth, perSeason = {}, ever, total }: Bounds,
  { subject = 'player', ...counted }: Counted,
  now: number,
  { season, today }: LimitNumbers,
): LimitUse[] {
  const use = (period: string, bound: number | undefined, about: LimitUse['about']): LimitUse[] =>
    bound === undefined ? [] : [{ ...counted, subject, period, bound, about }];
  const calendar = (period: 'DAY' | 'WEEK' | 'MONTH', bound: number | undefined) =>
    use(period === 'DAY' && subject === 'player' && today ? today.name : periodAt(period, now), bound, {
      period,
    });
  // Before and after a season there is nothing of what is limited by it.
  const isRunning = season.from <= now && now < season.until;
  return [
    ...calendar('DAY', perDay),
    ...calendar('WEEK', perWeek),
    ...calendar('MONTH', perMonth),
    ...Object.entries(perSeason).flatMap(([name, bound]) =>
      use(name, isRunning ? bound : 0, { period: 'SEASON', season: name }),
    ),
    ...use('ever', ever, { period: 'EVER' }),
    ...use('ever', total, { period: 'EVER' }).map((one) => ({
      ...one,
      kind: 'STOCK',
      subject: 'game' as const,
    })),
  ];
}
