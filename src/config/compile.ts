/**
 * Compiles a JSON document into the balance rules that the domain uses, or into a list of problems. Pure: no I/O and no
 * clock. Isolates call `compileBalanceConfig`; publishers call `compileForPublishing`, which checks more.
 */
import { safeParse } from 'zod/mini';
import type { BalanceRules } from '../domain/rules.ts';
import { compileBreakers } from './breakers.ts';
import { calendarOf } from './calendar.ts';
import { compileCatalogue } from './catalogue.ts';
import { checkFormulas } from './check-formulas.ts';
import { compileDrawTables } from './compile-draws.ts';
import { compileExchanges } from './compile-exchanges.ts';
import { compileCounters, compileStreaks } from './compile-progress.ts';
import { compileResources, compileStatPoints } from './compile-resources.ts';
import { compileClaimTypes, compileLevels } from './compile-rewards.ts';
import { crossCheck, type PublishingChecks } from './cross-checks.ts';
import { jsonProblems } from './json.ts';
import { compilePayouts } from './payouts.ts';
import { describeIssue, type Problem } from './problem.ts';
import { type BalanceDocument, balanceDocument } from './schema.ts';

export interface ConfigId {
  readonly version: number;
  readonly sha256: string;
}

export type CompileResult =
  | { readonly kind: 'rules'; readonly rules: BalanceRules }
  | { readonly kind: 'invalid'; readonly problems: readonly Problem[] };

/** Compiles parsed JSON of any shape. Reports every problem that one pass can find. */
export function compileBalanceConfig(document: unknown, id: ConfigId): CompileResult {
  return compile(document, id, null);
}

/**
 * Compiles what a receipt needs: resources, levels, stats and tiers. A large document consists of claim types and exchanges, and
 * replays of claims from many versions would compile all of them.
 */
export function compileForReceipts(document: unknown, id: ConfigId): CompileResult {
  return compile({ ...(document as object), ...WITHOUT_OFFERS }, id, null);
}

const WITHOUT_OFFERS = {
  claimTypes: {},
  exchanges: {},
  payouts: {},
  breakers: {},
  drawTables: {},
  limits: {},
};

/**
 * Compiles a document that is about to be published. Also tries each formula, and rejects claim types and exchanges
 * with a reserved name, and resources that staff may give and that count nothing. Isolates do not check that: a deploy
 * must not make a config invalid that is already published. The next publish rejects it instead.
 */
export function compileForPublishing(
  document: unknown,
  id: ConfigId,
  publishing: PublishingChecks,
): CompileResult {
  const result = compile(document, id, publishing);
  if (result.kind === 'invalid') return result;
  const problems = checkFormulas(result.rules);
  return problems.length > 0 ? { kind: 'invalid', problems } : result;
}

function compile(document: unknown, id: ConfigId, publishing: PublishingChecks | null): CompileResult {
  const unreadable = jsonProblems(document);
  if (unreadable.length > 0) return { kind: 'invalid', problems: unreadable };
  const parsed = safeParse(balanceDocument, document);
  if (!parsed.success) {
    const problems = parsed.error.issues.flatMap((issue) => describeIssue(document, issue));
    return { kind: 'invalid', problems: unique(problems) };
  }
  const problems = crossCheck(parsed.data, publishing);
  const rules = compileRules(parsed.data, id, problems);
  return problems.length > 0 ? { kind: 'invalid', problems } : { kind: 'rules', rules };
}

function compileRules(
  document: BalanceDocument,
  { version, sha256 }: ConfigId,
  problems: Problem[],
): BalanceRules {
  const { combat, levels, tiers, manualRewards } = document;
  const statPoints = compileStatPoints(document);
  const drawTables = compileDrawTables(document.drawTables);
  return {
    version,
    sha256,
    calendar: calendarOf(document),
    playerZone: document.playerZone ?? null,
    resources: compileResources(document, statPoints),
    claimTypes: compileClaimTypes(document, drawTables, problems),
    counters: compileCounters(document),
    streaks: compileStreaks(document),
    exchanges: compileExchanges(document, drawTables, problems),
    payouts: compilePayouts(document),
    breakers: compileBreakers(document),
    drawTables,
    combat: combat ? { health: combat.health, damageTypes: combat.damageTypes } : null,
    levels: levels ? compileLevels(levels, problems) : null,
    statPoints,
    tiers: tiers
      ? { resource: tiers.resource, tiers: tiers.list.map(({ name, from }) => ({ name, from })) }
      : null,
    manualRewards: {
      limitPerReward: manualRewards.limitPerReward,
      budgetPerDay: manualRewards.budgetPerDay,
      awardsPerDay: manualRewards.awardsPerDay ?? null,
      servers: manualRewards.servers
        ? {
            limitPerReward: manualRewards.servers.limitPerReward,
            budgetPerDay: manualRewards.servers.budgetPerDay,
          }
        : null,
    },
    catalogue: compileCatalogue(document),
  };
}

/** The document with its defaults; null if its shape is not valid. */
export function parseDocument(document: unknown): BalanceDocument | null {
  return safeParse(balanceDocument, document).data ?? null;
}

/** zod reports a number twice when it breaks two bounds. */
function unique(problems: readonly Problem[]): Problem[] {
  const seen = new Set<string>();
  return problems.filter(({ path, message }) => {
    const key = `${path} ${message}`;
    return !seen.has(key) && seen.add(key);
  });
}
