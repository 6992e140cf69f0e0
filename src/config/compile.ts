/**
 * From a JSON document to the balance rules that the domain computes with, or to the problems that stand in the way.
 * Pure: no I/O, no clock. What only a publisher needs to know (trials of formulas) is probe.ts.
 */
import { safeParse } from 'zod/mini';
import type { BalanceRules, Stat, StatRule } from '../domain/rules.ts';
import { STATS } from '../domain/rules.ts';
import { compileClaimTypes } from './compile-claims.ts';
import { compileExchanges } from './compile-exchanges.ts';
import { compileLevels } from './compile-levels.ts';
import { compileResources } from './compile-resources.ts';
import { crossCheck } from './cross-checks.ts';
import { describeIssue } from './describe-issue.ts';
import { jsonProblems } from './json-limits.ts';
import type { Problem } from './problem.ts';
import { type BalanceDocument, balanceDocument } from './schema.ts';

export interface ConfigId {
  readonly version: number;
  readonly sha256: string;
}

export type CompileResult =
  | { readonly kind: 'rules'; readonly rules: BalanceRules }
  | { readonly kind: 'invalid'; readonly problems: readonly Problem[] };

/** `document` is parsed JSON of any shape. Problems come in the order of the document, all that one pass can see. */
export function compileBalanceConfig(document: unknown, id: ConfigId): CompileResult {
  const unreadable = jsonProblems(document);
  if (unreadable.length > 0) return { kind: 'invalid', problems: unreadable };
  const parsed = safeParse(balanceDocument, document);
  if (!parsed.success) {
    return {
      kind: 'invalid',
      problems: unique(parsed.error.issues.flatMap((i) => describeIssue(document, i))),
    };
  }
  const problems = crossCheck(parsed.data);
  const rules = compileRules(parsed.data, id, problems);
  return problems.length > 0 ? { kind: 'invalid', problems } : { kind: 'rules', rules };
}

function compileRules(
  document: BalanceDocument,
  { version, sha256 }: ConfigId,
  problems: Problem[],
): BalanceRules {
  const { timeZone, combat, statPoints, tiers, manualRewards } = document;
  return {
    version,
    sha256,
    timeZone,
    resources: compileResources(document),
    claimTypes: compileClaimTypes(document.claimTypes, problems),
    exchanges: compileExchanges(document),
    combat: combat ? { health: combat.health } : null,
    levels: compileLevels(document.levels, problems),
    statPoints: { resource: statPoints.resource, stats: compileStats(statPoints.stats) },
    tiers: { resource: tiers.resource, tiers: tiers.list.map(({ name, from }) => ({ name, from })) },
    manualRewards: {
      limitPerReward: manualRewards.limitPerReward,
      budgetPerDay: manualRewards.budgetPerDay,
      awardsPerDay: manualRewards.awardsPerDay ?? null,
    },
  };
}

function compileStats(stats: BalanceDocument['statPoints']['stats']): Record<Stat, StatRule> {
  const rule = (stat: Stat): StatRule => {
    const { resource, base, perPoint } = stats[stat];
    return { resource, base, perPoint };
  };
  return Object.fromEntries(STATS.map((stat) => [stat, rule(stat)])) as Record<Stat, StatRule>;
}

/** zod tells one fault twice where two checks look at one number. */
function unique(problems: readonly Problem[]): Problem[] {
  const seen = new Set<string>();
  return problems.filter(({ path, message }) => {
    const key = `${path} ${message}`;
    return !seen.has(key) && seen.add(key);
  });
}
