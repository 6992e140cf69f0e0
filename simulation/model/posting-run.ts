/** Applies postings to the balances of any number of players and records the entries, opening and regeneration first. */
import type { Cause, Entry, LedgerView, Posting, Rejection } from './effect.ts';
import { regenerate, type Segment } from './regeneration.ts';
import { boundFor } from './rules.ts';

const MAX_AMOUNT = Number.MAX_SAFE_INTEGER;

/** Where the next unit of a balance begins to grow. */
export interface Anchor {
  readonly player: string;
  readonly resource: string;
  /** In milliseconds since 1970. */
  readonly at: number;
}

export interface PostingTime {
  /** In milliseconds since 1970. */
  readonly now: number;
  readonly segmentsOf: (resource: string) => readonly Segment[];
}

export class PostingRun {
  readonly entries: Entry[] = [];
  readonly #anchors = new Map<string, Anchor>();
  readonly #player: string;
  readonly #ledger: LedgerView;
  readonly #time: PostingTime;
  readonly #balances = new Map<string, Record<string, number>>();

  constructor(player: string, ledger: LedgerView, time: PostingTime) {
    this.#player = player;
    this.#ledger = ledger;
    this.#time = time;
  }

  /** The regeneration anchors after the postings, of the balances that were brought up to date. */
  get anchors(): readonly Anchor[] {
    return [...this.#anchors.values()];
  }

  balance(resource: string): number {
    return this.#of(this.#player)[resource] ?? 0;
  }

  /** With its opening and what it has regenerated, whether that is recorded or not. */
  balanceNow(resource: string): number {
    if (!this.#regenerates(resource)) return this.balance(resource);
    const { opening, regenerated } = this.#grown(resource, this.#player);
    return this.balance(resource) + opening + regenerated;
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
    this.#reset(posting, player);
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
    const excess = delta - (after - before);
    if (!posting.converts || delta < 0 || excess === 0) return null;
    const { resource: other, rate } = posting.converts;
    const converted = {
      player,
      resource: other,
      delta: excess * rate,
      floor: null,
      ceiling: null,
      clamp: false,
    };
    return this.#post(converted, 'conversion');
  }

  /** Before a balance moves, its opening balance and what regenerated until now are recorded. */
  #regenerate({ resource, delta }: Posting, player: string): void {
    if (!this.#regenerates(resource)) return;
    const balances = this.#of(player);
    const place = `${player}\n${resource}`;
    const { opening, regenerated, anchor } = this.#grown(resource, player);
    for (const [amount, cause] of [
      [opening, 'opening'],
      [regenerated, 'regeneration'],
    ] as const) {
      if (amount === 0) continue;
      const before = balances[resource] ?? 0;
      const after = before + amount;
      this.#record({ player, resource, before, after, delta: amount, requested: amount, cause });
    }
    // A balance without an entry has no row, and so no anchor.
    if (anchor !== null && (delta !== 0 || balances[resource] !== undefined))
      this.#anchors.set(place, { player, resource, at: anchor });
  }

  /** A progress counter that changed last in an earlier period begins at 0. */
  #reset({ resource, countedFrom, restores }: Posting, player: string): void {
    if (countedFrom === undefined && restores === undefined) return;
    const place = `${player}\n${resource}`;
    const last = this.#anchors.get(place)?.at ?? this.#ledger.changedAt(player, resource);
    const before = this.#of(player)[resource] ?? 0;
    const isOld = countedFrom !== undefined && (last ?? Number.NEGATIVE_INFINITY) < countedFrom;
    const delta = restores ? restores.amount : isOld ? -before : 0;
    this.#anchors.set(place, { player, resource, at: restores?.changedAt ?? this.#time.now });
    if (delta === 0) return;
    const moved = { before, after: before + delta, delta, requested: delta };
    this.#record({ player, resource, ...moved, cause: 'reset' });
  }

  #regenerates(resource: string): boolean {
    return this.#time.segmentsOf(resource).some(({ regeneration }) => regeneration !== null);
  }

  #grown(resource: string, player: string): ReturnType<typeof regenerate> {
    const balances = this.#of(player);
    return regenerate(this.#time.segmentsOf(resource), balances[resource], balances, {
      from: this.#anchors.get(`${player}\n${resource}`)?.at ?? this.#ledger.anchor(player, resource),
      to: this.#time.now,
    });
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
