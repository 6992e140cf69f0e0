/**
 * What formulas and conditions read of the player. The rules say beforehand which values a decision reads; one read of the ledger
 * brings them (PlayerSnapshot), and the operation names the player's number in it, so that it commits on that state alone.
 *
 * A balance that regenerates changes without a new number. The values therefore hold only until the next unit of such a balance:
 * the operation's interval ends there, and the kernel's clock decides.
 */
import type { Balances } from './outcome.ts';
import { levelOf, type RecordedPlayer, tierOf } from './player-state.ts';
import { type RegenerationRule, regenerate, ruleFrom } from './regeneration.ts';
import type { SourceKey } from './rejections.ts';
import { regenerationResources } from './resources.ts';
import type { BalanceRules, Expression, Facts, FactValue, PlayerRead } from './rules.ts';

/** What one read of the ledger found of a player. */
export interface PlayerSnapshot
  extends Pick<RecordedPlayer, 'balances' | 'anchors' | 'regenerationRules' | 'at'> {
  /** Rises with every granted operation that names the player. 0: the player does not exist yet. */
  readonly number: number;
  /** ISO 8601; null: the player does not exist yet. */
  readonly playerSince: string | null;
  /** Those of the named source keys that the player has. */
  readonly held: readonly SourceKey[];
}

/** What a decision has to read of the ledger. */
export interface NeededFacts {
  readonly resources: readonly string[];
  readonly sourceKeys: readonly SourceKey[];
}

/** Where the values of a decision come from. */
export interface PlayerSources {
  /** Null: only attributes are read. */
  readonly snapshot: PlayerSnapshot | null;
  /** Of the player's own token. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** What a decision reads of the player, as it was at a moment. */
export interface PlayerFacts {
  /** By the names of the reads. */
  readonly values: Facts;
  /** Null: nothing was read of the ledger. */
  readonly number: number | null;
  /** The interval (ISO 8601) in which the values hold while `number` does; null: unbounded. */
  readonly begins: string | null;
  readonly ends: string | null;
}

/** What these expressions read of the player, each value once. */
export function readsOf(expressions: readonly Expression<unknown>[]): readonly PlayerRead[] {
  const all = expressions.flatMap(({ reads }) => reads ?? []);
  return all.length === 0 ? all : [...new Map(all.map((read) => [read.name, read])).values()];
}

/** A player to whom nothing was granted yet. */
export function unknownPlayer(now: Date): PlayerSnapshot {
  const at = now.toISOString();
  return { number: 0, balances: {}, anchors: {}, regenerationRules: [], playerSince: null, held: [], at };
}

/** Null: nothing of the ledger. */
export function neededFacts(reads: readonly PlayerRead[], rules: BalanceRules): NeededFacts | null {
  if (reads.every(({ kind }) => kind === 'attribute')) return null;
  const resources = reads.flatMap((read) => resourceOf(read, rules) ?? []);
  return {
    resources: [...new Set([...resources, ...regenerationResources(resources, rules)])],
    sourceKeys: reads.flatMap((read) =>
      read.kind === 'holds' ? [{ type: read.resource, key: read.source }] : [],
    ),
  };
}

/** The resource whose balance the value follows from. */
function resourceOf(read: PlayerRead, { levels, tiers }: BalanceRules): string | null {
  switch (read.kind) {
    case 'level':
      return levels?.resource ?? null;
    case 'tier':
      return tiers?.resource ?? null;
    case 'balance':
      return read.resource;
    case 'holds':
    case 'attribute':
      return null;
  }
}

export function playerFacts(
  reads: readonly PlayerRead[],
  { snapshot, attributes }: PlayerSources,
  rules: BalanceRules,
): PlayerFacts {
  const { balances, ends } = snapshot ? balancesAt(reads, snapshot, rules) : NOTHING;
  const held = snapshot?.held ?? [];
  const values = reads.map((read): [string, FactValue] => [
    read.name,
    valueRead(read, { balances, held, attributes, rules }),
  ]);
  return {
    values: Object.fromEntries(values),
    number: snapshot?.number ?? null,
    begins: ends === null ? null : (snapshot?.at ?? null),
    ends,
  };
}

const NOTHING = { balances: {}, ends: null };

interface Found extends Pick<PlayerSources, 'attributes'> {
  readonly balances: Balances;
  readonly held: readonly SourceKey[];
  readonly rules: BalanceRules;
}

function valueRead(read: PlayerRead, { balances, held, attributes, rules }: Found): FactValue {
  switch (read.kind) {
    case 'level':
      // The config's checks refuse a formula that reads the level of a game without levels.
      return levelOf(balances, rules) ?? 1;
    case 'tier':
      // Below the first tier: an empty text, which is the name of none.
      return tierOf(balances, rules)?.name ?? '';
    case 'balance':
      return balances[read.resource] ?? 0;
    case 'holds':
      return held.some(({ type, key }) => type === read.resource && key === read.source);
    case 'attribute':
      return attributeRead(read, attributes);
  }
}

function attributeRead(
  { name, values }: Extract<PlayerRead, { kind: 'attribute' }>,
  attributes: Readonly<Record<string, string>>,
): string {
  const value = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
  return value !== undefined && values.includes(value) ? value : '';
}

/** The balances that the values follow from, and when the first of them gets its next unit; null: none regenerates now. */
function balancesAt(
  reads: readonly PlayerRead[],
  snapshot: PlayerSnapshot,
  rules: BalanceRules,
): { readonly balances: Balances; readonly ends: string | null } {
  const at = new Date(snapshot.at);
  const { balances: recorded, anchors, playerSince } = snapshot;
  const stored = { balances: recorded, anchors, playerSince: playerSince ? new Date(playerSince) : at };
  const balances: Record<string, number> = { ...recorded };
  const ends: string[] = [];
  for (const resource of new Set(reads.flatMap((read) => resourceOf(read, rules) ?? []))) {
    const { amount, regeneration } = regenerate(resource, rulesOf(resource, snapshot, rules), stored, at);
    balances[resource] = amount;
    if (regeneration?.nextUnitAt) ends.push(regeneration.nextUnitAt.toISOString());
  }
  // Times of one form compare as texts.
  return { balances, ends: ends.toSorted()[0] ?? null };
}

/** Oldest first. A player who does not exist yet begins under the current rule. */
function rulesOf(
  resource: string,
  { playerSince, regenerationRules, at }: PlayerSnapshot,
  { resources }: BalanceRules,
): readonly RegenerationRule[] {
  if (playerSince !== null) return regenerationRules.filter((rule) => rule.resource === resource);
  const accrual = resources.get(resource)?.accrual;
  return accrual ? [ruleFrom(at, resource, accrual)] : [];
}
