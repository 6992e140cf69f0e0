/**
 * Regeneration over the publications that changed it. Each publication that changes how a resource opens or regenerates begins a
 * segment; what is in progress when a segment ends is carried into the next one in proportion.
 */
import { type Balances, boundFor, type Regeneration, type Rules } from './rules.ts';

/** One way to open and regenerate, from its publication to the next segment. Times are milliseconds since 1970. */
export interface Segment {
  readonly from: number;
  /** Null: the resource opens at 0 and does not regenerate. */
  readonly regeneration: Regeneration | null;
}

/** A published config: its version, when it took effect, and its numbers. */
export interface Publication {
  readonly version: number;
  readonly from: number;
  readonly rules: Rules;
}

export class RegenerationHistory {
  readonly #publications: readonly Publication[];
  readonly #segments = new Map<string, readonly Segment[]>();

  constructor(publications: readonly Publication[]) {
    this.#publications = publications;
  }

  /** The segments of a resource up to a config version, oldest first. Later publications are left out: they were not committed yet. */
  of(resource: string, version: number): readonly Segment[] {
    const name = `${resource}\n${version}`;
    const known = this.#segments.get(name);
    if (known) return known;
    const segments: Segment[] = [];
    for (const { from, rules } of this.#publications.filter((one) => one.version <= version)) {
      const regeneration = rules.resources[resource]?.regeneration ?? null;
      if (JSON.stringify(segments.at(-1)?.regeneration ?? null) !== JSON.stringify(regeneration))
        segments.push({ from, regeneration });
    }
    this.#segments.set(name, segments);
    return segments;
  }
}

/** From the anchor, where the next unit began to grow, to now. */
interface Span {
  readonly from: number;
  readonly to: number;
}

interface Progress {
  readonly amount: number;
  /** Where the unit that grows now began. It may lie before the segment, if the unit began to grow in an earlier one. */
  readonly anchor: number;
  /** How much of an unfinished interval had passed at the end of the segment, and the interval's length. */
  readonly unfinished: { readonly elapsed: number; readonly every: number } | null;
  /** The anchor under an earlier segment, of a unit that has not grown yet. */
  readonly carried: number | null;
  /** The anchor to store; null: no segment regenerated, so the balance keeps the one that it has. */
  readonly stored: number | null;
}

/**
 * What a balance gains without a posting. `held` is undefined if the balance has no row yet. While it is full no time is saved up.
 * `anchor` is where the next unit begins; null: it stays as it was.
 */
export function regenerate(
  segments: readonly Segment[],
  held: number | undefined,
  balances: Balances,
  { from, to }: Span,
): { readonly opening: number; readonly regenerated: number; readonly anchor: number | null } {
  const current = segments.at(-1)?.regeneration ?? null;
  const opening = held === undefined && current ? boundFor(current.opening, balances) : 0;
  const start = (held ?? 0) + opening;
  let progress: Progress = { amount: start, anchor: from, unfinished: null, carried: null, stored: null };
  for (const [index, segment] of segments.entries()) {
    const next = segments[index + 1]?.from ?? Number.POSITIVE_INFINITY;
    if (next <= progress.anchor || segment.from > to) continue;
    const passed = pass(segment, progress, Math.min(to, next), balances);
    const isStored = segment.regeneration?.rate || progress.stored !== null;
    progress = { ...passed, stored: isStored ? (passed.carried ?? passed.anchor) : null };
  }
  return { opening, regenerated: progress.amount - start, anchor: progress.stored };
}

/** Regenerates from where the progress ended to the end of the segment. */
function pass(
  { from, regeneration }: Segment,
  before: Progress,
  end: number,
  balances: Balances,
): Omit<Progress, 'stored'> {
  const { amount } = before;
  const rate = regeneration?.rate;
  const missing = rate ? boundFor(rate.upTo, balances) - amount : 0;
  const full = { anchor: Math.max(before.anchor, end), unfinished: null, carried: null };
  if (!rate || missing <= 0) return { amount, ...full };
  const every = rate.everySeconds * 1_000;
  const isCarried = before.anchor < from && before.unfinished !== null;
  const begins = before.anchor < from ? from - inProportion(before.unfinished, every) : before.anchor;
  const units = Math.max(Math.floor((end - begins) / every), 0);
  const gained = Math.min(units * rate.amount, missing);
  if (gained === missing) return { amount: amount + gained, ...full };
  const anchor = begins + units * every;
  const carried = units > 0 ? null : (before.carried ?? (isCarried ? before.anchor : null));
  const elapsed = Math.max(end - anchor, 0);
  return { amount: amount + gained, anchor, unfinished: elapsed > 0 ? { elapsed, every } : null, carried };
}

/** The part of an interval that had passed, as the same part of an interval of another length. */
function inProportion(unfinished: Progress['unfinished'], every: number): number {
  return unfinished ? Math.floor((unfinished.elapsed * every) / unfinished.every) : 0;
}
