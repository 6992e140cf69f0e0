/**
 * The numbers of one balance config as the model knows them, and what follows from them alone: levels, tiers and bounds. The model
 * never evaluates a formula of the config.
 */
import type { Breaker } from './breakers.ts';
import type { PlayerDay } from './player-days.ts';

export type Balances = Readonly<Record<string, number>>;

/** A number, or one that depends on the points in a stat. */
export type Bound = number | { readonly base: number; readonly perPoint: number; readonly points: string };

export interface Regeneration {
  /** The opening balance, which a balance has before its first entry. */
  readonly opening: Bound;
  readonly rate: {
    readonly everySeconds: number;
    readonly amount: number;
    readonly upTo: Bound;
  } | null;
}

/** `rate` units of the other resource for each that does not fit. */
export interface Conversion {
  readonly resource: string;
  readonly rate: number;
}

export interface ResourceNumbers {
  /** Null: bounded by SafeInt alone. */
  readonly ceiling: Bound | null;
  /** Whether a grant beyond the ceiling is cut off. Otherwise it is rejected. */
  readonly clamp: boolean;
  /** What does not fit is given as another resource. */
  readonly converts?: Conversion;
  /** Null: it opens at 0 and does not regenerate. */
  readonly regeneration: Regeneration | null;
}

export interface StatNumbers {
  readonly base: number;
  readonly perPoint: number;
}

/** Milliseconds since 1970. `from` is inside, `until` is not; null: unbounded. */
export interface Window {
  readonly from: number | null;
  readonly until: number | null;
}

export interface Rules {
  /** Resources with a ceiling, an opening balance or regeneration. All others are bounded by SafeInt alone. */
  readonly resources: Readonly<Record<string, ResourceNumbers>>;
  /** A level begins at curve × level × (level − 1) experience. */
  readonly curve: number;
  readonly maxLevel: number;
  readonly pointsPerLevel: number;
  /** By name. */
  readonly stats: Readonly<Record<string, StatNumbers>>;
  readonly tiers: readonly { readonly name: string; readonly from: number }[];
  /** What one unit counts against the limits of staff. A resource with a limit of its own has none. */
  readonly values: Readonly<Record<string, number>>;
  /** In units, by resource; `perReward` null: that of the day. */
  readonly staffLimits: Readonly<
    Record<string, { readonly perReward: number | null; readonly perDay: number }>
  >;
  /** In value, as is the budget. */
  readonly limitPerReward: number;
  readonly budgetPerDay: number;
  /** Null: as many as the budget allows. */
  readonly awardsPerDay: number | null;
  /** Of each game server, in value. */
  readonly servers: { readonly limitPerReward: number; readonly budgetPerDay: number };
  /** Of claim types, exchanges and tables, by name. Without one, it is always open. */
  readonly windows: Readonly<Record<string, Window>>;
  /** What some claim types give in an hour. */
  readonly breakers: readonly Breaker[];
  /** Whether days count by the clock of each player. */
  readonly countsByPlayerZone: boolean;
  /** Of a player whose days do: the one that runs. Left out: that of the game. */
  readonly today?: PlayerDay;
  /** Each operation's own numbers, by its name. */
  readonly own: Readonly<Record<string, object>>;
}

export function levelFor(rules: Rules, experience: number): number {
  const beginsAt = (level: number) => rules.curve * level * (level - 1);
  let level = 1;
  while (level < rules.maxLevel && beginsAt(level + 1) <= experience) level += 1;
  return level;
}

/** In the order in which answers show them. */
export function statsByName({ stats }: Rules): [string, StatNumbers][] {
  return Object.entries(stats).toSorted(([a], [b]) => (a < b ? -1 : 1));
}

export function tierFor({ tiers }: Rules, lifetimePoints: number): string | null {
  return tiers.findLast(({ from }) => from <= lifetimePoints)?.name ?? null;
}

export function boundFor(bound: Bound, balances: Balances): number {
  if (typeof bound === 'number') return bound;
  return Math.min(Number.MAX_SAFE_INTEGER, bound.base + bound.perPoint * (balances[bound.points] ?? 0));
}
