/**
 * Derives level, tier and stats from a player's balances under the rules. They are never stored, so a changed config applies
 * at once and nothing can drift.
 */

import type { Anchors, Balances, ChangeRecord } from './outcome.ts';
import { type Accrued, accrue, limitAmount } from './regeneration.ts';
import { type BalanceRules, STATS, type Stat } from './rules.ts';

export interface PlayerState {
  readonly id: string;
  readonly version: number;
  /** Every resource that ever moved, has an opening balance or regenerates; regeneration included. */
  readonly balances: Balances;
  /** By resource, for those that regenerate. */
  readonly regenerations: Readonly<Record<string, NonNullable<Accrued['regeneration']>>>;
  readonly level: number;
  readonly experience: {
    readonly current: number;
    readonly levelBeganAt: number;
    readonly nextLevelAt: number | null;
  };
  readonly tier: TierState;
  readonly unspentStatPoints: number;
  readonly stats: readonly { readonly stat: Stat; readonly points: number; readonly maximum: number }[];
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
  readonly balances: Balances;
  readonly anchors: Anchors;
  readonly playerSince: string;
  readonly at: string;
}

/** `settled`: resources whose regeneration the kernel has just written down; nothing is added to them. */
export function derivePlayer(
  recorded: RecordedPlayer,
  rules: BalanceRules,
  settled: ReadonlySet<string> = new Set(),
): PlayerState {
  const { id, version, balances } = recorded;
  return {
    id,
    version,
    ...accruedBalances(recorded, rules, settled),
    level: levelOf(balances, rules),
    experience: experienceOf(balances, rules),
    tier: tierOf(balances, rules),
    unspentStatPoints: balances[rules.statPoints.resource] ?? 0,
    stats: STATS.map((stat) => {
      const { resource, base, perPoint } = rules.statPoints.stats[stat];
      const points = balances[resource] ?? 0;
      return { stat, points, maximum: limitAmount({ base, perUnit: perPoint, resource }, balances) };
    }),
  };
}

function accruedBalances(
  { balances, anchors, playerSince, at }: RecordedPlayer,
  { resources }: BalanceRules,
  settled: ReadonlySet<string>,
): Pick<PlayerState, 'balances' | 'regenerations'> {
  const stored = { balances, anchors, playerSince: new Date(playerSince) };
  const accrued: Record<string, number> = { ...balances };
  const regenerations: Record<string, NonNullable<Accrued['regeneration']>> = {};
  for (const { name, accrual } of resources.values()) {
    if (!accrual) continue;
    const until = settled.has(name) ? (anchors[name] ?? playerSince) : at;
    const { amount, regeneration } = accrue(name, accrual, stored, new Date(until));
    accrued[name] = amount;
    if (regeneration) regenerations[name] = regeneration;
  }
  return { balances: accrued, regenerations };
}

/** 1 plus the number of thresholds reached. */
export function levelOf(balances: Balances, { levels }: BalanceRules): number {
  return 1 + countReached(levels.thresholds, balances[levels.resource] ?? 0);
}

function experienceOf(balances: Balances, { levels }: BalanceRules): PlayerState['experience'] {
  const current = balances[levels.resource] ?? 0;
  const reached = countReached(levels.thresholds, current);
  return {
    current,
    levelBeganAt: levels.thresholds[reached - 1] ?? 0,
    nextLevelAt: levels.thresholds[reached] ?? null,
  };
}

export function tierOf(balances: Balances, { tiers }: Pick<BalanceRules, 'tiers'>): TierState {
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

/** The balances before the changes. */
export function balancesBefore(after: Balances, changes: readonly ChangeRecord[]): Balances {
  const before: Record<string, number> = { ...after };
  for (const change of changes) before[change.resource] = (before[change.resource] ?? 0) - change.delta;
  return before;
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
