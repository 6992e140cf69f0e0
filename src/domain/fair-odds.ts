/**
 * Whether draws agree with the odds that a table declares: an interval of shares that contains the true one with a given
 * confidence. Exact (Clopper and Pearson) where few draws are of one kind, as of a rare outcome; elsewhere Wilson's, which is
 * then as good and costs less.
 */

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** A fair table has a mark at any of its outcomes with at most this chance: one in a hundred. */
const FALSE_ALARM = 0.01;
const EXACT_BELOW = 1_000;

/** An outcome of a table: how often it was drawn, and its weight. */
export interface DrawnOutcome {
  readonly outcome: string;
  readonly drawn: number;
  /** 0: the config does not have it. */
  readonly weight: number;
}

export interface JudgedOutcome extends DrawnOutcome, Interval {
  /** From 0 to 1, like `share`. */
  readonly declared: number;
  readonly share: number;
  readonly isWithin: boolean;
}

/** Judges all outcomes of a table together: the more there are, the wider is the interval of each. */
export function judgeOdds(outcomes: readonly DrawnOutcome[]): JudgedOutcome[] {
  const draws = outcomes.reduce((sum, { drawn }) => sum + drawn, 0);
  const of = outcomes.reduce((sum, { weight }) => sum + weight, 0);
  return outcomes.map((outcome) => {
    const declared = of === 0 ? 0 : outcome.weight / of;
    const { low, high } = shareInterval(outcome.drawn, draws, FALSE_ALARM / outcomes.length);
    const isWithin = low <= declared && declared <= high;
    return { ...outcome, declared, share: draws === 0 ? 0 : outcome.drawn / draws, low, high, isWithin };
  });
}

/** `miss`: the chance that the true share lies outside, half of it on each side. */
export function shareInterval(hits: number, trials: number, miss: number): Interval {
  if (trials === 0) return { low: 0, high: 1 };
  return Math.min(hits, trials - hits) < EXACT_BELOW
    ? exactInterval(hits, trials, miss / 2)
    : wilsonInterval(hits, trials, upperNormal(miss / 2));
}

function exactInterval(hits: number, trials: number, tail: number): Interval {
  const misses = trials - hits;
  return {
    low: hits === 0 ? 0 : betaQuantile(tail, hits, misses + 1),
    high: misses === 0 ? 1 : betaQuantile(1 - tail, hits + 1, misses),
  };
}

function wilsonInterval(hits: number, trials: number, z: number): Interval {
  const share = hits / trials;
  const square = z ** 2 / trials;
  const center = (share + square / 2) / (1 + square);
  const half = (z * Math.sqrt((share * (1 - share)) / trials + square / (4 * trials))) / (1 + square);
  return { low: center - half, high: center + half };
}

/** Which value a normal variable exceeds with this chance, to 0.0005 (Abramowitz and Stegun 26.2.23). */
function upperNormal(chance: number): number {
  const t = Math.sqrt(-2 * Math.log(chance));
  const above = 2.515517 + t * (0.802853 + t * 0.010328);
  return t - above / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
}

/** By halving: 60 steps leave less than the precision of a number. */
function betaQuantile(chance: number, a: number, b: number): number {
  let [low, high] = [0, 1];
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2;
    if (betaCdf(middle, a, b) < chance) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** The chance that a variable of the beta distribution is at most x: the regularised incomplete beta function. */
function betaCdf(x: number, a: number, b: number): number {
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  // The fraction converges fast below the mean.
  return x < (a + 1) / (a + b + 2)
    ? (front * fraction(x, a, b)) / a
    : 1 - (front * fraction(1 - x, b, a)) / b;
}

const TINY = 1e-300;
const MOST_TERMS = 100_000;

/** The continued fraction of the incomplete beta function, by Lentz's method. */
function fraction(x: number, a: number, b: number): number {
  const notZero = (value: number) => (Math.abs(value) < TINY ? TINY : value);
  let c = 1;
  let d = 1 / notZero(1 - ((a + b) * x) / (a + 1));
  let value = d;
  for (let m = 1; m < MOST_TERMS; m += 1) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / notZero(1 + even * d);
    c = notZero(1 + even / c);
    value *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / notZero(1 + odd * d);
    c = notZero(1 + odd / c);
    value *= d * c;
    if (Math.abs(d * c - 1) < 1e-12) break;
  }
  return value;
}

const LANCZOS = [
  676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406, 12.507343278686905,
  -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7,
] as const;

/** Lanczos' approximation, for values from 1 on. */
function logGamma(value: number): number {
  const x = value - 1;
  const t = x + LANCZOS.length - 0.5;
  const sum = LANCZOS.reduce((total, factor, index) => total + factor / (x + index + 1), 0.9999999999998099);
  return 0.5 * Math.log(2 * Math.PI) + (x + 0.5) * Math.log(t) - t + Math.log(sum);
}
