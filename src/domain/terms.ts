/**
 * Terms: a digest of what an operation takes, gives and draws, as the current rules evaluate it. A client sends the terms that it
 * showed, and the operation is rejected if they no longer hold. What depends on the player's state (counters, ceilings, limits,
 * level-ups) and what only describes is not part of them.
 */
import { canonicalJson, type Json, sha256 } from './canonical.ts';
import { tablesOf } from './draw.ts';
import type { Posting } from './moves.ts';
import type { Rejection } from './rejections.ts';
import type { Amount, TableDraws } from './rules.ts';

/** One way in which the operation may be granted. */
export interface Alternative {
  readonly postings: readonly Posting[];
  /** How many times each table is drawn from. Nothing is rolled yet. */
  readonly draws: readonly TableDraws[];
}

/** The terms of a reward or exchange that can be granted in these ways. Their order counts: the first that can be paid is taken. */
export type Alternatives = readonly [Alternative, ...Alternative[]];

/** The first 128 bits, as of a fingerprint. */
const DIGITS = 32;

export function termsOf(alternatives: Alternatives): string {
  return sha256(canonicalJson(alternatives.map(evaluated))).slice(0, DIGITS);
}

function evaluated(alternative: Alternative): Json {
  const { costs, gives } = amountsOf(alternative);
  return { costs: byResource(costs), gives: byResource(gives), draws: evaluatedDraws(alternative) };
}

/** The tables that are drawn from, and those that their outcomes draw from (0 times). */
function evaluatedDraws({ draws }: Alternative): Json[] {
  const times = new Map(draws.map(({ table, times }) => [table, times]));
  return tablesOf([...times.keys()]).map((table) => ({
    table: table.name,
    times: times.get(table) ?? 0,
    outcomes: table.outcomes.map(({ name, weight, gives, table: inner }) => ({
      name,
      weight,
      gives: byResource(gives),
      table: inner?.name ?? null,
    })),
    guarantees: table.guarantees.map((guarantee) => ({ ...guarantee })),
  }));
}

/** What is certain: the amounts that the postings take and give, by name. */
export interface CertainAmounts {
  readonly costs: readonly Amount[];
  readonly gives: readonly Amount[];
}

export function amountsOf({ postings }: Alternative): CertainAmounts {
  const amounts = (sign: 1 | -1) => {
    const moved = postings.flatMap(({ resource, delta }) =>
      delta * sign > 0 ? [{ resource, amount: delta * sign }] : [],
    );
    return Object.entries(byResource(moved))
      .map(([resource, amount]) => ({ resource, amount }))
      .toSorted((a, b) => (a.resource < b.resource ? -1 : 1));
  };
  return { costs: amounts(-1), gives: amounts(1) };
}

function byResource(amounts: readonly Amount[]): Readonly<Record<string, number>> {
  const sums: Record<string, number> = {};
  for (const { resource, amount } of amounts) sums[resource] = (sums[resource] ?? 0) + amount;
  return sums;
}

/** The rejection if these are not the terms that the client showed; null: they are, or the client sent none. */
export function changedTerms(
  sent: string | null,
  alternatives: Alternatives,
): Extract<Rejection, { kind: 'terms_changed' }> | null {
  if (sent === null) return null;
  const terms = termsOf(alternatives);
  return sent === terms ? null : { kind: 'terms_changed', terms, ...amountsOf(alternatives[0]) };
}
