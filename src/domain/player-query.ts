/** A query over players by attribute: what a list of players asks for, as the kernel reads it. */
import type { Json } from './canonical.ts';
import { badInput, type Fault } from './fault.ts';
import type { BalanceRules } from './rules.ts';
import { MAX_AMOUNT } from './values.ts';

export interface BalanceRange {
  readonly resource: string;
  readonly atLeast: number | null;
  readonly atMost: number | null;
}

/** Everything that is not null must hold. */
export interface PlayerQuery {
  readonly levelAtLeast: number | null;
  readonly levelAtMost: number | null;
  readonly tier: string | null;
  readonly balances: readonly BalanceRange[] | null;
  /** ISO 8601. */
  readonly createdFrom: string | null;
  readonly createdUntil: string | null;
  readonly activeFrom: string | null;
  readonly activeUntil: string | null;
  /** What was given once for a source (`onceFor`). */
  readonly sources: readonly { readonly resource: string; readonly key: string }[] | null;
}

const MAX_CONDITIONS = 10;

interface Condition {
  readonly resource: string;
  readonly least: number;
  readonly most: number;
}

/** Levels and tiers become ranges of the balances that they follow from, under the current rules. */
export function queryOf(
  query: PlayerQuery,
  rules: BalanceRules,
): { readonly query: Json } | { readonly fault: Fault } {
  const { createdFrom, createdUntil, activeFrom, activeUntil, balances, sources } = query;
  if ((balances?.length ?? 0) + (sources?.length ?? 0) > MAX_CONDITIONS)
    return { fault: badInput('query', `may have at most ${MAX_CONDITIONS} balances and sources`) };
  const unknown = [...(balances ?? []), ...(sources ?? [])].find(
    ({ resource }) => !rules.resources.has(resource),
  );
  if (unknown) return { fault: badInput('query', `there is no resource ${unknown.resource}`) };
  const regenerating = balances?.find(({ resource }) => rules.resources.get(resource)?.accrual);
  if (regenerating)
    return { fault: badInput('query.balances', `${regenerating.resource} changes with time by itself`) };
  const level = levelRange(query, rules);
  const tier = tierRange(query, rules);
  if (level && 'fault' in level) return level;
  if (tier && 'fault' in tier) return tier;
  const ranges = (balances ?? []).map(({ resource, atLeast, atMost }) => ({
    resource,
    least: atLeast ?? -MAX_AMOUNT,
    most: atMost ?? MAX_AMOUNT,
  }));
  const all: Condition[] = [...ranges, ...(level ? [level] : []), ...(tier ? [tier] : [])];
  const times = { createdFrom, createdUntil, activeFrom, activeUntil };
  return {
    query: {
      ...Object.fromEntries(Object.entries(times).filter(([, time]) => time !== null)),
      balances: all.map((condition) => ({ ...condition })),
      sources: (sources ?? []).map(({ resource, key }) => ({ resource, key })),
    },
  };
}

type Range = Condition | { readonly fault: Fault } | null;

function levelRange({ levelAtLeast, levelAtMost }: PlayerQuery, { levels }: BalanceRules): Range {
  if (levelAtLeast === null && levelAtMost === null) return null;
  if (!levels) return { fault: badInput('query.levelAtLeast', 'the balance config has no levels') };
  const { resource, thresholds } = levels;
  /** The experience at which a level begins; of one that does not exist, more than anyone can have. */
  const beginsAt = (level: number) => (level <= 1 ? 0 : (thresholds[level - 2] ?? MAX_AMOUNT));
  return {
    resource,
    least: levelAtLeast === null || levelAtLeast <= 1 ? -MAX_AMOUNT : beginsAt(levelAtLeast),
    most:
      levelAtMost === null || levelAtMost > thresholds.length ? MAX_AMOUNT : beginsAt(levelAtMost + 1) - 1,
  };
}

function tierRange({ tier }: PlayerQuery, { tiers }: BalanceRules): Range {
  if (tier === null) return null;
  const index = tiers?.tiers.findIndex(({ name }) => name === tier) ?? -1;
  const found = tiers?.tiers[index];
  if (!tiers || !found) return { fault: badInput('query.tier', 'is no tier of the balance config') };
  const next = tiers.tiers[index + 1];
  return { resource: tiers.resource, least: found.from, most: next ? next.from - 1 : MAX_AMOUNT };
}
