/** What a balance comes to without anybody giving: what it begins with, and what time brings back. The model's own reckoning. */
import type { Balances } from './effect.ts';

/** A number, or one that follows from the points in a stat. */
export type Limit = number | { readonly base: number; readonly perPoint: number; readonly points: string };

export interface Accrual {
  /** What it begins with, before it first moves. */
  readonly initial: Limit;
  readonly regenerates: {
    readonly everySeconds: number;
    readonly amount: number;
    readonly upTo: Limit;
  } | null;
}

export function limitOf(limit: Limit, balances: Balances): number {
  if (typeof limit === 'number') return limit;
  return Math.min(Number.MAX_SAFE_INTEGER, limit.base + limit.perPoint * (balances[limit.points] ?? 0));
}

/** When the next unit began to grow, in milliseconds since 1970, and the moment at which one looks. */
interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * `held` is undefined where the balance was never written down. A part of an interval is kept for the next time; while a
 * balance is full, nothing is saved up. `since`: from where the next unit grows; null: nothing grows.
 */
export function grown(
  { initial, regenerates }: Accrual,
  held: number | undefined,
  balances: Balances,
  { from, to }: Span,
): { readonly opening: number; readonly regenerated: number; readonly since: number | null } {
  const opening = held === undefined ? limitOf(initial, balances) : 0;
  if (!regenerates) return { opening, regenerated: 0, since: null };
  const missing = limitOf(regenerates.upTo, balances) - (held ?? 0) - opening;
  if (missing <= 0) return { opening, regenerated: 0, since: to };
  const every = regenerates.everySeconds * 1_000;
  const units = Math.max(Math.floor((to - from) / every), 0);
  const regenerated = Math.min(units * regenerates.amount, missing);
  return { opening, regenerated, since: regenerated === missing ? to : from + units * every };
}
