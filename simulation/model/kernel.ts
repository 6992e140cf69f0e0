/**
 * The model's own judge: an effect, the balances found and the limits in force give what must have moved, or the "no"
 * that must have been told. Written from the contract, in its order of checks; it shares no line with the product.
 */
import type { Balances, Cause, Change, Effect, FurtherKey, LedgerView, Move, Rejection } from './effect.ts';
import { levelFor, type Rules } from './rules.ts';

const MOST = Number.MAX_SAFE_INTEGER;

export interface Standing {
  /** The player whose claim it is. */
  readonly player: string;
  /** False: nothing was ever done for them. */
  readonly exists: boolean;
  /** Whether it creates them (a player's own, or a server's) or is refused (staff). */
  readonly creates: boolean;
  readonly version: number;
  readonly expectedVersion: number | null;
  readonly ledger: LedgerView;
  /** The ID of the claim that took this name, as far as this player is concerned. */
  takenBy(type: string, key: string): string | null;
  furtherTakenBy(key: FurtherKey): string | null;
  /** Null: not staff. */
  readonly staff: { readonly bound: number; readonly budget: number; readonly spentBefore: number } | null;
}

export type Verdict =
  | { readonly kind: 'granted'; readonly changes: readonly Change[]; readonly handedOut: number }
  | { readonly kind: 'rejected'; readonly rejection: Rejection };

export function judge(effect: Effect, standing: Standing, rules: Rules): Verdict {
  if (effect.kind === 'refuse') return { kind: 'rejected', rejection: effect.rejection };
  const { player, exists, creates, version, expectedVersion, ledger, staff } = standing;
  if (!exists && !creates) return no('UnknownPlayer', { playerId: player });

  const taken = standing.takenBy(effect.type, effect.key);
  if (taken) return no('AlreadyClaimed', { claimId: taken, sharedKey: null });
  for (const further of effect.furtherKeys ?? []) {
    const by = standing.furtherTakenBy(further);
    if (by) return no('AlreadyClaimed', { claimId: by, sharedKey: { ...further } });
  }

  const moves = typeof effect.moves === 'function' ? effect.moves(ledger) : effect.moves;
  if (!Array.isArray(moves)) return { kind: 'rejected', rejection: moves as Rejection };
  if (expectedVersion !== null && expectedVersion !== version)
    return no('VersionConflict', { expected: expectedVersion, current: version });

  const handedOut = moves.reduce((sum, { delta }: Move) => sum + Math.max(delta, 0), 0);
  const beyond = staff && beyondStaffLimit(staff, handedOut);
  if (beyond) return beyond;

  const applied = new Application(player, ledger);
  const refused =
    applied.applyAll(moves) ??
    applied.applyAll(
      levelMoves(effect.levels ?? 'gained', { moves, applied, ledger, player }, rules),
      'milestone',
    );
  return refused ?? { kind: 'granted', changes: applied.changes, handedOut };
}

function beyondStaffLimit(
  { bound, budget, spentBefore }: NonNullable<Standing['staff']>,
  handedOut: number,
): Verdict | null {
  const limit = { ceilingOf: null, requested: handedOut };
  if (handedOut > bound)
    return no('LimitExceeded', { ...limit, limit: 'STAFF_REWARD', bound, remaining: bound });
  if (spentBefore + handedOut <= budget) return null;
  const remaining = Math.max(budget - spentBefore, 0);
  return no('LimitExceeded', { ...limit, limit: 'STAFF_DAILY_BUDGET', bound: budget, remaining });
}

interface Moved {
  readonly moves: readonly Move[];
  readonly applied: Application;
  /** As it was before. */
  readonly ledger: LedgerView;
  readonly player: string;
}

/**
 * What experience sets off: every level reached and not yet paid for is paid once. Levels that were paid are taken back,
 * with what they give today, where this very operation brought the experience below them.
 */
function levelMoves(
  levels: NonNullable<Extract<Effect, { kind: 'claim' }>['levels']>,
  { moves, applied, ledger, player }: Moved,
  rules: Rules,
): Move[] {
  const gains = moves.some(({ resource, delta }) => resource === 'experience' && delta > 0);
  if (levels === 'gained' && !gains) return [];
  const reached = levelFor(rules, applied.balance('experience')) - 1;
  const reachedBefore = levelFor(rules, ledger.balances(player).experience ?? 0) - 1;
  const due = reached - applied.balance('levels_paid');
  if (due === 0 || (due < 0 && reached >= reachedBefore)) return [];
  const moved = (resource: string, delta: number, floor: number | null): Move => ({
    resource,
    delta,
    floor,
    ceiling: null,
    clamp: false,
  });
  const lowest = levels === 'gained' || levels.intoDebt ? null : 0;
  return [moved('levels_paid', due, 0), moved('stat_points', due * rules.pointsPerLevel, lowest)];
}

/** Balances moved along, move by move, of however many players. */
class Application {
  readonly changes: Change[] = [];
  readonly #player: string;
  readonly #ledger: LedgerView;
  readonly #moved = new Map<string, Record<string, number>>();

  constructor(player: string, ledger: LedgerView) {
    this.#player = player;
    this.#ledger = ledger;
  }

  balance(resource: string, player = this.#player): number {
    return this.#of(player)[resource] ?? 0;
  }

  /** Null: all of it was done. */
  applyAll(moves: readonly Move[], cause: Cause = 'operation'): Verdict | null {
    for (const move of moves) {
      const refused = this.#apply(move, cause);
      if (refused) return refused;
    }
    return null;
  }

  #apply(
    { player = this.#player, resource, delta, floor, ceiling, clamp }: Move,
    cause: Cause,
  ): Verdict | null {
    const before = this.balance(resource, player);
    let after = before + delta;
    const low = floor ?? -MOST;
    const high = ceiling ?? MOST;
    if (delta < 0 && after < low) {
      if (!clamp || floor === null)
        return no('InsufficientBalance', {
          resource,
          available: Math.max(before - low, 0),
          required: -delta,
          counterpartyId: null,
        });
      after = Math.min(before, low);
    } else if (delta > 0 && after > high) {
      if (!clamp || ceiling === null) {
        const remaining = Math.max(high - before, 0);
        return no('LimitExceeded', {
          limit: 'RESOURCE_CEILING',
          ceilingOf: resource,
          bound: high,
          remaining,
          requested: delta,
        });
      }
      after = Math.max(before, high);
    }
    this.#of(player)[resource] = after;
    this.changes.push({ player, resource, before, after, delta: after - before, requested: delta, cause });
    return null;
  }

  #of(player: string): Record<string, number> {
    let balances = this.#moved.get(player);
    if (!balances) {
      balances = { ...(this.#ledger.balances(player) as Balances) };
      this.#moved.set(player, balances);
    }
    return balances;
  }
}

function no(kind: string, details: Rejection['details']): Verdict {
  return { kind: 'rejected', rejection: { kind, details } };
}
