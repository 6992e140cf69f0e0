/**
 * The player as a stored claim knows them: what its decision read, and the balances before it. A draft that reads something else is
 * not decided. Levels and tiers follow from the balance under the draft's curve where that balance is known; otherwise the recorded
 * level or tier is kept.
 */
import { type PlayerSnapshot, unknownPlayer } from './player-facts.ts';
import type { BalanceRules, Facts, PlayerRead } from './rules.ts';

/** What a claim recorded of its player. */
export interface KnownPlayer {
  /** What its decision read, by name. */
  readonly facts: Facts;
  /** Balances before it. */
  readonly known: Readonly<Record<string, number>>;
}

interface Reading extends KnownPlayer {
  readonly reads: (rules: BalanceRules) => readonly PlayerRead[];
}

/** The first value that the draft reads and the claim does not know; null: it knows all. */
export function missingRead({ facts, known, reads }: Reading, rules: BalanceRules): string | null {
  for (const read of reads(rules)) if (knownValue(read, { facts, known }, rules) === null) return read.name;
  return null;
}

/** All that these read must be known. */
export function snapshotOf(
  reads: readonly PlayerRead[],
  player: KnownPlayer,
  { now, rules }: { readonly now: Date; readonly rules: BalanceRules },
): PlayerSnapshot {
  const balances: Record<string, number> = {};
  const held: { type: string; key: string }[] = [];
  for (const read of reads) {
    const value = knownValue(read, player, rules);
    if (read.kind === 'holds') {
      if (value === true) held.push({ type: read.resource, key: read.source });
    } else if (value !== null && typeof value === 'object') balances[value.resource] = value.amount;
  }
  const nobody = unknownPlayer(now);
  // Regeneration is in what was recorded.
  return { ...nobody, number: 1, playerSince: nobody.at, balances, held };
}

interface KnownBalance {
  readonly resource: string;
  readonly amount: number;
}

/** A balance, or a value that is none. Null: unknown. */
function knownValue(
  read: PlayerRead,
  player: KnownPlayer,
  { levels, tiers }: BalanceRules,
): KnownBalance | boolean | string | null {
  const recorded = Object.hasOwn(player.facts, read.name) ? player.facts[read.name] : undefined;
  switch (read.kind) {
    case 'attribute':
      return typeof recorded === 'string' ? recorded : null;
    case 'holds':
      return typeof recorded === 'boolean' ? recorded : null;
    case 'balance':
      return typeof recorded === 'number' ? of(read.resource, recorded) : balanceOf(read.resource, player);
    case 'level': {
      if (!levels) return null;
      const begins = typeof recorded === 'number' ? [0, ...levels.thresholds][recorded - 1] : undefined;
      return (
        balanceOf(levels.resource, player) ?? (begins === undefined ? null : of(levels.resource, begins))
      );
    }
    case 'tier': {
      if (!tiers) return null;
      // Below the first tier the recorded name is empty.
      const begins = recorded === '' ? 0 : tiers.tiers.find(({ name }) => name === recorded)?.from;
      return balanceOf(tiers.resource, player) ?? (begins === undefined ? null : of(tiers.resource, begins));
    }
  }
}

const of = (resource: string, amount: number): KnownBalance => ({ resource, amount });

/** What the decision read of it, or else what the claim found. */
function balanceOf(resource: string, { facts, known }: KnownPlayer): KnownBalance | null {
  const read = facts[`balance("${resource}")`];
  if (typeof read === 'number') return of(resource, read);
  return Object.hasOwn(known, resource) ? of(resource, known[resource] ?? 0) : null;
}
