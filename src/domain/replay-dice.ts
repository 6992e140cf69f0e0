/**
 * The draws of a replayed claim. Each die of a table keeps its place among the draws of that table: the recorded roll is its place on
 * the new table. Where the table has as many rolls as before, it is the same roll. Otherwise, and where the draft draws more often, a
 * number that follows from the claim alone chooses within that place, so every roll of the new table is as likely as its neighbours,
 * and two replays of the same draft agree.
 *
 * Guarantees are due by counters that go on from draw to draw as the draft draws. They begin as the ledger had them.
 */
import { countersOfTables, drawFrom, type Roll } from './draw.ts';
import type { Draw, Posting } from './moves.ts';
import type { StoredClaim, StoredEntry } from './replay-rows.ts';
import type { BalanceRules, TableDraws } from './rules.ts';

/** The roll of the n-th draw from a table, n from 0. */
export type Dice = (table: string, nth: number) => (sides: number) => number;

export function dice({ draws, player, number }: StoredClaim): Dice {
  const byTable = new Map<string, Draw[]>();
  for (const draw of draws) byTable.set(draw.table, [...(byTable.get(draw.table) ?? []), draw]);
  return (table, nth) => (sides) => {
    const recorded = byTable.get(table)?.[nth];
    if (recorded?.of === sides) return recorded.roll;
    const within = fraction(`${player}/${number}/${table}/${nth}`);
    const place = recorded ? (recorded.roll + within) / recorded.of : within;
    return Math.min(Math.floor(place * sides), sides - 1);
  };
}

/** From 0 to below 1, evenly: FNV-1a, and the last step of MurmurHash3. */
function fraction(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

/** How far one guarantee has counted: in the ledger after the last claim, and as the draft has drawn. */
interface Counted {
  readonly recorded: number;
  readonly played: number;
}

/** The counters of one player's guarantees. */
export class PlayedCounters {
  readonly #guarantees: ReadonlySet<string>;
  readonly #counters = new Map<string, Counted>();
  #player = -1;

  constructor({ drawTables }: BalanceRules) {
    this.#guarantees = new Set(countersOfTables([...drawTables.values()]));
  }

  /** What moved a counter in the ledger and is no claim of the player's, moves the draft's by as much. */
  begin({ player, entries }: StoredClaim): void {
    if (player !== this.#player) this.#counters.clear();
    this.#player = player;
    for (const { resource, before } of this.#firstOf(entries)) {
      const known = this.#counters.get(resource);
      this.#counters.set(resource, {
        recorded: before,
        played: known ? Math.max(known.played + before - known.recorded, 0) : before,
      });
    }
  }

  played(counter: string): number {
    return this.#counters.get(counter)?.played ?? 0;
  }

  move(counter: string, delta: number): void {
    if (!this.#guarantees.has(counter)) return;
    const known = this.#counters.get(counter) ?? { recorded: 0, played: 0 };
    this.#counters.set(counter, { ...known, played: Math.max(known.played + delta, 0) });
  }

  /** `isPlayed`: its draws have moved the counters already; otherwise they move as in the ledger. */
  end({ entries }: StoredClaim, isPlayed: boolean): void {
    for (const { resource, requested, before } of entries) {
      if (!this.#guarantees.has(resource)) continue;
      if (!isPlayed) this.move(resource, requested);
      const { played } = this.#counters.get(resource) ?? { played: 0 };
      this.#counters.set(resource, { recorded: Math.max(before + requested, 0), played });
    }
  }

  *#firstOf(entries: StoredClaim['entries']): Generator<StoredEntry> {
    const seen = new Set<string>();
    for (const entry of entries) {
      if (!this.#guarantees.has(entry.resource) || seen.has(entry.resource)) continue;
      seen.add(entry.resource);
      yield entry;
    }
  }
}

interface Table {
  readonly rules: BalanceRules;
  readonly counters: PlayedCounters;
  readonly dice: Dice;
}

/** What the draws give, and how they move the counters of guarantees. */
export function playedDraws(draws: readonly TableDraws[], { rules, counters, dice }: Table): Posting[] {
  const drawn = new Map<string, number>();
  const postings: Posting[] = [];
  for (const { table, times } of draws)
    for (let draw = 0; draw < times; draw++) {
      const roll: Roll = (sides, name) => dice(name, drawn.get(name) ?? 0)(sides);
      const { oneOf } = drawFrom(table, rules, roll);
      const taken = oneOf.find(({ when }) =>
        when.every(({ resource, atLeast }) => counters.played(resource) >= atLeast),
      );
      for (const { table: name } of taken?.draws ?? []) drawn.set(name, (drawn.get(name) ?? 0) + 1);
      for (const posting of taken?.postings ?? []) {
        postings.push(posting);
        counters.move(posting.resource, posting.delta);
      }
    }
  return postings;
}
