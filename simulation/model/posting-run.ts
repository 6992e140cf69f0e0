/** Applies postings to the balances of any number of players and records the entries, opening and regeneration first. */
import type { Cause, Entry, LedgerView, Posting, Rejection } from './effect.ts';
import { boundFor, regenerate } from './rules.ts';

const MAX_AMOUNT = Number.MAX_SAFE_INTEGER;

export class PostingRun {
  readonly entries: Entry[] = [];
  /** The regeneration anchors that were written, of the operation's own player. */
  readonly anchors = new Map<string, number>();
  readonly #player: string;
  readonly #ledger: LedgerView;
  readonly #now: number;
  readonly #balances = new Map<string, Record<string, number>>();

  constructor(player: string, ledger: LedgerView, now: number) {
    this.#player = player;
    this.#ledger = ledger;
    this.#now = now;
  }

  balance(resource: string): number {
    return this.#of(this.#player)[resource] ?? 0;
  }

  /** Null: all postings were applied. */
  apply(postings: readonly Posting[], cause: Cause = 'operation'): Rejection | null {
    for (const posting of postings) {
      const rejection = this.#post(posting, cause);
      if (rejection) return rejection;
    }
    return null;
  }

  #post(posting: Posting, cause: Cause): Rejection | null {
    const { player = this.#player, resource, delta, floor, ceiling, clamp } = posting;
    const balances = this.#of(player);
    this.#regenerate(posting, player);
    const before = balances[resource] ?? 0;
    let after = before + delta;
    const lowest = floor ?? -MAX_AMOUNT;
    const highest = ceiling === null ? MAX_AMOUNT : boundFor(ceiling, balances);
    if (delta < 0 && after < lowest) {
      if (!clamp || floor === null) {
        const available = Math.max(before - lowest, 0);
        const details = { resource, available, required: -delta, counterpartyId: null };
        return { kind: 'InsufficientBalance', details };
      }
      after = Math.min(before, lowest);
    } else if (delta > 0 && after > highest) {
      if (!clamp || ceiling === null) {
        const remaining = Math.max(highest - before, 0);
        const full = { limit: 'RESOURCE_CEILING', ceilingOf: resource, bound: highest };
        return { kind: 'LimitExceeded', details: { ...full, remaining, requested: delta } };
      }
      after = Math.max(before, highest);
    }
    if (delta === 0) return null;
    this.#record({ player, resource, before, after, delta: after - before, requested: delta, cause });
    return null;
  }

  #regenerate({ resource, regeneration }: Posting, player: string): void {
    if (!regeneration) return;
    const balances = this.#of(player);
    const held = balances[resource];
    const written = player === this.#player ? this.anchors.get(resource) : undefined;
    const from = written ?? this.#ledger.anchor(player, resource);
    const { opening, regenerated, anchor } = regenerate(regeneration, held, balances, {
      from,
      to: this.#now,
    });
    for (const [amount, cause] of [
      [opening, 'opening'],
      [regenerated, 'regeneration'],
    ] as const) {
      if (amount === 0) continue;
      const before = balances[resource] ?? 0;
      const after = before + amount;
      this.#record({ player, resource, before, after, delta: amount, requested: amount, cause });
    }
    if (anchor === null) return;
    // The balance has a row from now on, even if it is 0.
    balances[resource] ??= 0;
    if (player === this.#player) this.anchors.set(resource, anchor);
  }

  #record(entry: Entry): void {
    this.#of(entry.player)[entry.resource] = entry.after;
    this.entries.push(entry);
  }

  #of(player: string): Record<string, number> {
    let balances = this.#balances.get(player);
    if (!balances) {
      balances = { ...this.#ledger.balances(player) };
      this.#balances.set(player, balances);
    }
    return balances;
  }
}
