/** What staff read of the economy, from the sums that the ledger is rolled up into. Days are those of UTC. */

/** Days of one answer. */
export const MAX_DAYS = 366;

const DAY_MS = 86_400_000;

/** How many days lie from one to the other, both included. Days are YYYY-MM-DD. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS) + 1;
}

/** Players whose balance is from `from` to `to`, both included. */
export interface Bucket {
  readonly from: number;
  readonly to: number;
  readonly players: number;
}

const FINE = 16;

/**
 * The amounts of a bucket, by its number in the database: up to 15 an amount each, above 16 of equal width for each power of 2. Of a
 * debt the number is negative.
 */
export function boundsOfBucket(number: number): { readonly from: number; readonly to: number } {
  if (number < 0) {
    const { from, to } = boundsOfBucket(-number);
    return { from: -to, to: -from };
  }
  if (number < FINE) return { from: number, to: number };
  const width = 2 ** (Math.floor(number / FINE) - 1);
  const from = (FINE + (number % FINE)) * width;
  return { from, to: from + width - 1 };
}

export interface Percentile {
  /** Of the players who have the resource. */
  readonly percent: number;
  /** So many have at most this. */
  readonly amount: number;
}

const PERCENTS = [1, 10, 25, 50, 75, 90, 99, 99.9];

export interface Distribution {
  /** How many players have a balance, of 0 too. */
  readonly players: number;
  /** In ascending order, without those that have no player. */
  readonly buckets: readonly Bucket[];
  /** At most 6.25 % above the exact one. Empty: nobody has the resource. */
  readonly percentiles: readonly Percentile[];
}

/** `counts`: how many players are in each bucket, by its number. */
export function distributionOf(counts: ReadonlyMap<number, number>): Distribution {
  const buckets = [...counts]
    .filter(([, players]) => players > 0)
    .sort(([a], [b]) => a - b)
    .map(([number, players]) => ({ ...boundsOfBucket(number), players }));
  const players = buckets.reduce((sum, bucket) => sum + bucket.players, 0);
  return { players, buckets, percentiles: players === 0 ? [] : percentilesOf(buckets, players) };
}

function percentilesOf(buckets: readonly Bucket[], players: number): Percentile[] {
  let seen = 0;
  const ends = buckets.map((bucket) => {
    seen += bucket.players;
    return { amount: bucket.to, seen };
  });
  return PERCENTS.map((percent) => {
    const within = Math.ceil((percent / 100) * players);
    return { percent, amount: ends.find((end) => end.seen >= within)?.amount ?? 0 };
  });
}
