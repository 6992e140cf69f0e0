/**
 * Computes a balance's opening amount and regeneration, for reads. Inside the transaction the kernel computes them by the same
 * rule (drizzle/functions/accruals.sql) and writes them to the ledger.
 */
import type { Accrual, Limit } from './moves.ts';
import type { Anchors, Balances } from './outcome.ts';
import { MAX_AMOUNT } from './values.ts';

export interface Accrued {
  readonly amount: number;
  /** Null where the resource does not regenerate. The times are null where it is full. */
  readonly regeneration: {
    readonly upTo: number;
    readonly nextUnitAt: Date | null;
    readonly fullAt: Date | null;
  } | null;
}

/** A player's balances as they were recorded, and when the player was created. */
export interface RecordedBalances {
  readonly balances: Balances;
  readonly anchors: Anchors;
  readonly playerSince: Date;
}

/** The number that a limit amounts to for these balances. */
export function limitAmount(limit: Limit, balances: Balances): number {
  if (typeof limit === 'number') return limit;
  const { base, perUnit, resource } = limit;
  return Math.min(MAX_AMOUNT, base + perUnit * (balances[resource] ?? 0));
}

/** The balance of one resource at `at`: the same as the kernel would find then. */
export function accrue(resource: string, accrual: Accrual, recorded: RecordedBalances, at: Date): Accrued {
  const { balances, anchors, playerSince } = recorded;
  const held = balances[resource] ?? (accrual.initial === null ? 0 : limitAmount(accrual.initial, balances));
  const { regenerates } = accrual;
  if (!regenerates) return { amount: held, regeneration: null };

  const { everySeconds, amount } = regenerates;
  const upTo = limitAmount(regenerates.upTo, balances);
  const anchor = anchors[resource];
  const since = anchor === undefined ? playerSince.getTime() : Date.parse(anchor);
  const intervalMs = everySeconds * 1_000;
  const ticks = Math.max(0, Math.floor((at.getTime() - since) / intervalMs));
  // A balance above the limit (after a gift, or a lowered limit) stays.
  const now = Math.max(held, Math.min(held + ticks * amount, upTo));
  if (now >= upTo) return { amount: now, regeneration: { upTo, nextUnitAt: null, fullAt: null } };
  return {
    amount: now,
    regeneration: {
      upTo,
      nextUnitAt: momentAt(since + (ticks + 1) * intervalMs),
      fullAt: momentAt(since + Math.ceil((upTo - held) / amount) * intervalMs),
    },
  };
}

/** The last moment that a Date can hold (ECMAScript: 100,000,000 days after 1970). */
const LAST_MOMENT_MS = 8.64e15;

function momentAt(ms: number): Date {
  return new Date(Math.min(ms, LAST_MOMENT_MS));
}
