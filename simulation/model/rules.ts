/**
 * The numbers of one balance config as the model knows them, and what follows from them alone: levels, tiers, opening balances
 * and regeneration. The model never evaluates a formula of the config.
 */

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

export interface ResourceNumbers {
  /** Null: bounded by SafeInt alone. */
  readonly ceiling: Bound | null;
  /** Whether a grant beyond the ceiling is cut off. Otherwise it is rejected. */
  readonly clamp: boolean;
  /** Null: it opens at 0 and does not regenerate. */
  readonly regeneration: Regeneration | null;
}

export interface StatNumbers {
  readonly base: number;
  readonly perPoint: number;
}

export interface Rules {
  /** Resources with a ceiling, an opening balance or regeneration. All others are bounded by SafeInt alone. */
  readonly resources: Readonly<Record<string, ResourceNumbers>>;
  /** A level begins at curve × level × (level − 1) experience. */
  readonly curve: number;
  readonly maxLevel: number;
  readonly pointsPerLevel: number;
  readonly stats: Readonly<Record<'energy' | 'stamina' | 'health', StatNumbers>>;
  readonly tiers: readonly { readonly name: string; readonly from: number }[];
  readonly limitPerReward: number;
  readonly budgetPerDay: number;
  /** Null: as many as the budget allows. */
  readonly awardsPerDay: number | null;
  /** Each operation's own numbers, by its name. */
  readonly own: Readonly<Record<string, object>>;
}

export function levelFor(rules: Rules, experience: number): number {
  const beginsAt = (level: number) => rules.curve * level * (level - 1);
  let level = 1;
  while (level < rules.maxLevel && beginsAt(level + 1) <= experience) level += 1;
  return level;
}

export function tierFor({ tiers }: Rules, lifetimePoints: number): string | null {
  return tiers.findLast(({ from }) => from <= lifetimePoints)?.name ?? null;
}

export function boundFor(bound: Bound, balances: Balances): number {
  if (typeof bound === 'number') return bound;
  return Math.min(Number.MAX_SAFE_INTEGER, bound.base + bound.perPoint * (balances[bound.points] ?? 0));
}

/** From the regeneration anchor, where the next unit began to grow, to now. In milliseconds since 1970. */
interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * What a balance gains without a posting. `held` is undefined if the balance has no row yet. Time that is not enough for a unit
 * counts towards the next one, but not while the balance is full. `anchor` is the next regeneration anchor; null: nothing regenerates.
 */
export function regenerate(
  { opening: opensAt, rate }: Regeneration,
  held: number | undefined,
  balances: Balances,
  { from, to }: Span,
): { readonly opening: number; readonly regenerated: number; readonly anchor: number | null } {
  const opening = held === undefined ? boundFor(opensAt, balances) : 0;
  if (!rate) return { opening, regenerated: 0, anchor: null };
  const missing = boundFor(rate.upTo, balances) - (held ?? 0) - opening;
  if (missing <= 0) return { opening, regenerated: 0, anchor: to };
  const every = rate.everySeconds * 1_000;
  const units = Math.max(Math.floor((to - from) / every), 0);
  const regenerated = Math.min(units * rate.amount, missing);
  return { opening, regenerated, anchor: regenerated === missing ? to : from + units * every };
}
