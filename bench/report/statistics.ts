/** The few statistics that the report needs. Medians with their spread: means would let one bad moment speak for a round. */

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** Null where a value is missing, or where there is none. */
export function spreadOf(values: readonly (number | null | undefined)[]): Spread | null {
  const known = values.filter((value) => typeof value === 'number').sort((a, b) => a - b);
  if (known.length === 0 || known.length < values.length) return null;
  return { median: percentile(known, 50), min: known[0] as number, max: known.at(-1) as number };
}

/** Of ascending values, by the nearest rank. */
export function percentile(sorted: readonly number[], percent: number): number {
  const rank = Math.ceil((percent / 100) * sorted.length);
  return sorted[Math.max(rank - 1, 0)] ?? Number.NaN;
}
