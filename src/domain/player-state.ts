/**
 * Derives level, tier and stats from a player's balances under the rules. They are never stored, so a changed config applies
 * at once and nothing can drift.
 */

import type { Anchors, Balances } from './outcome.ts';
import { withCounters } from './progress.ts';
import {
  limitAmount,
  type RecordedBalances,
  type Regenerated,
  type RegenerationRule,
  regenerate,
  ruleFrom,
} from './regeneration.ts';
import type { BalanceRules } from './rules.ts';

/** By resource, for those that regenerate. */
export type Regenerations = Readonly<Record<string, NonNullable<Regenerated['regeneration']>>>;

/** What follows from a few balances under the rules. Null: the rules have no such part. */
export interface Standing {
  readonly level: number | null;
  readonly experience: {
    readonly current: number;
    readonly levelBeganAt: number;
    readonly nextLevelAt: number | null;
  } | null;
  readonly tier: TierState | null;
  readonly unspentStatPoints: number | null;
  /** By name; empty without stat points. */
  readonly stats: readonly { readonly stat: string; readonly points: number; readonly maximum: number }[];
}

export interface PlayerState extends Standing {
  readonly id: string;
  readonly version: number;
  /** Whether other players can give this player resources. */
  readonly acceptsGifts: boolean;
  /** When staff froze the player (ISO 8601, UTC); null: the player is not frozen. */
  readonly frozenAt: string | null;
  /** The player's oldest claims, which are in the archive. */
  readonly archivedClaims: number;
  readonly isMerged: boolean;
  /** The account that has what the player had; null: not merged, or not for who asks. */
  readonly mergedInto: string | null;
  /** Guests who were merged into the player. */
  readonly mergedFrom: readonly string[];
  /** Every resource that ever moved, has an opening balance or regenerates; regeneration included, and counters as they are now. */
  readonly balances: Balances;
  readonly regenerations: Regenerations;
}

export interface TierState {
  /** Null below the first tier. */
  readonly name: string | null;
  readonly lifetimePoints: number;
  /** The next tier and the lifetime points still missing; null at the highest tier. */
  readonly next: { readonly name: string; readonly from: number; readonly missing: number } | null;
}

/** A player as the ledger stores one; `at` is the time of the read (ISO 8601). */
export interface RecordedPlayer {
  readonly id: string;
  readonly version: number;
  readonly acceptsGifts: boolean;
  readonly frozenAt: string | null;
  /** Absent: none, or not asked for. */
  readonly archivedClaims?: number;
  readonly mergedInto?: string | null;
  readonly mergedFrom?: readonly string[];
  /** Of the player's days (player-zones.ts); empty: none. */
  readonly zones: string;
  readonly balances: Balances;
  readonly anchors: Anchors;
  /** Those that were in force at some time since the balance's anchor, oldest first within a resource. */
  readonly regenerationRules: readonly RegenerationRule[];
  readonly playerSince: string;
  readonly at: string;
}

/** A player to whom nothing was granted yet. */
export function newPlayer(id: string, { resources }: BalanceRules, now: Date): RecordedPlayer {
  const at = now.toISOString();
  const regenerationRules = [...resources.values()].flatMap(({ name, accrual }) =>
    accrual ? [ruleFrom(at, name, accrual)] : [],
  );
  return {
    id,
    version: 0,
    acceptsGifts: true,
    frozenAt: null,
    zones: '',
    balances: {},
    anchors: {},
    regenerationRules,
    playerSince: at,
    at,
  };
}

export function derivePlayer(recorded: RecordedPlayer, rules: BalanceRules): PlayerState {
  const { id, version, acceptsGifts, frozenAt, balances: stored, anchors } = recorded;
  const { archivedClaims = 0, mergedInto = null, mergedFrom = [] } = recorded;
  const { balances, regenerations } = regeneratedBalances(recorded);
  const shown = withCounters(balances, { anchors, at: new Date(recorded.at) }, rules);
  const standing = deriveStanding(stored, rules);
  return {
    ...{ id, version, acceptsGifts, frozenAt, archivedClaims },
    ...{ isMerged: mergedInto !== null, mergedInto, mergedFrom },
    ...{ balances: shown, regenerations, ...standing },
  };
}

/** `balances`: at least those that level, tier and stats follow from; 0 where one is missing. */
export function deriveStanding(balances: Balances, rules: BalanceRules): Standing {
  return {
    level: levelOf(balances, rules),
    experience: experienceOf(balances, rules),
    tier: tierOf(balances, rules),
    unspentStatPoints: rules.statPoints && (balances[rules.statPoints.resource] ?? 0),
    stats: [...(rules.statPoints?.stats ?? [])].map(([stat, { resource, base, perPoint }]) => {
      const points = balances[resource] ?? 0;
      return { stat, points, maximum: limitAmount({ base, perUnit: perPoint, resource }, balances) };
    }),
  };
}

function regeneratedBalances({
  balances,
  anchors,
  regenerationRules,
  playerSince,
  at,
}: RecordedPlayer): Pick<PlayerState, 'balances' | 'regenerations'> {
  const stored: RecordedBalances = { balances, anchors, playerSince: new Date(playerSince) };
  const shown: Record<string, number> = { ...balances };
  const regenerations: Record<string, Regenerations[string]> = {};
  for (const [resource, rules] of Map.groupBy(regenerationRules, (rule) => rule.resource)) {
    const { amount, opens, regeneration } = regenerate(resource, rules, stored, new Date(at));
    if (resource in balances || opens || amount !== 0) shown[resource] = amount;
    if (regeneration) regenerations[resource] = regeneration;
  }
  return { balances: shown, regenerations };
}

/** 1 plus the number of thresholds reached. */
export function levelOf(balances: Balances, { levels }: BalanceRules): number | null {
  return levels && 1 + countReached(levels.thresholds, balances[levels.resource] ?? 0);
}

function experienceOf(balances: Balances, { levels }: BalanceRules): Standing['experience'] {
  if (!levels) return null;
  const current = balances[levels.resource] ?? 0;
  const reached = countReached(levels.thresholds, current);
  return {
    current,
    levelBeganAt: levels.thresholds[reached - 1] ?? 0,
    nextLevelAt: levels.thresholds[reached] ?? null,
  };
}

export function tierOf(balances: Balances, { tiers }: Pick<BalanceRules, 'tiers'>): TierState | null {
  if (!tiers) return null;
  const lifetimePoints = balances[tiers.resource] ?? 0;
  const reached = countReached(
    tiers.tiers.map((tier) => tier.from),
    lifetimePoints,
  );
  const next = tiers.tiers[reached];
  return {
    name: tiers.tiers[reached - 1]?.name ?? null,
    lifetimePoints,
    next: next ? { name: next.name, from: next.from, missing: next.from - lifetimePoints } : null,
  };
}

/** How many of the ascending thresholds are at or below the value. */
function countReached(thresholds: readonly number[], value: number): number {
  let low = 0;
  let high = thresholds.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((thresholds[middle] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
