/** Balances moved along, move by move, of however many players; what has grown by itself is written down first. */
import { grown, limitOf } from './accrual.ts';
import type { Balances, Cause, Change, LedgerView, Move, Rejection } from './effect.ts';

const MOST = Number.MAX_SAFE_INTEGER;

export class Application {
  readonly changes: Change[] = [];
  /** Of the operation's own player: what was written down here. */
  readonly anchors = new Map<string, number>();
  readonly #player: string;
  readonly #ledger: LedgerView;
  readonly #moment: number;
  readonly #moved = new Map<string, Record<string, number>>();

  constructor(player: string, ledger: LedgerView, moment: number) {
    this.#player = player;
    this.#ledger = ledger;
    this.#moment = moment;
  }

  balance(resource: string): number {
    return this.#of(this.#player)[resource] ?? 0;
  }

  /** Null: all of it was done. */
  applyAll(moves: readonly Move[], cause: Cause = 'operation'): Rejection | null {
    for (const move of moves) {
      const refused = this.#apply(move, cause);
      if (refused) return refused;
    }
    return null;
  }

  #apply(move: Move, cause: Cause): Rejection | null {
    const { player = this.#player, resource, delta, floor, ceiling, clamp } = move;
    const balances = this.#of(player);
    this.#grow(move, player);
    const before = balances[resource] ?? 0;
    let after = before + delta;
    const low = floor ?? -MOST;
    const high = ceiling === null ? MOST : limitOf(ceiling, balances);
    if (delta < 0 && after < low) {
      if (!clamp || floor === null) {
        const available = Math.max(before - low, 0);
        const details = { resource, available, required: -delta, counterpartyId: null };
        return { kind: 'InsufficientBalance', details };
      }
      after = Math.min(before, low);
    } else if (delta > 0 && after > high) {
      if (!clamp || ceiling === null) {
        const remaining = Math.max(high - before, 0);
        const full = { limit: 'RESOURCE_CEILING', ceilingOf: resource, bound: high };
        return { kind: 'LimitExceeded', details: { ...full, remaining, requested: delta } };
      }
      after = Math.max(before, high);
    }
    if (delta === 0) return null;
    this.#write({ player, resource, before, after, delta: after - before, requested: delta, cause });
    return null;
  }

  #grow({ resource, accrual }: Move, player: string): void {
    if (!accrual) return;
    const balances = this.#of(player);
    const held = balances[resource];
    const kept = player === this.#player ? this.anchors.get(resource) : undefined;
    const from = kept ?? this.#ledger.anchor(player, resource);
    const span = { from, to: this.#moment };
    const { opening, regenerated, since } = grown(accrual, held, balances, span);
    for (const [amount, cause] of [
      [opening, 'opening'],
      [regenerated, 'regeneration'],
    ] as const) {
      if (amount === 0) continue;
      const before = balances[resource] ?? 0;
      this.#write({
        player,
        resource,
        before,
        after: before + amount,
        delta: amount,
        requested: amount,
        cause,
      });
    }
    if (since === null) return;
    // From now on it has a balance, be it 0.
    balances[resource] ??= 0;
    if (player === this.#player) this.anchors.set(resource, since);
  }

  #write(change: Change): void {
    this.#of(change.player)[change.resource] = change.after;
    this.changes.push(change);
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
