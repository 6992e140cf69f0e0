/**
 * Rules between the parts of a document whose shape is valid: every named resource exists, bounds are ordered, and no
 * setting breaks a guarantee of the ledger. Resources, roles and exchanges have their own check files.
 */
import type { SourceScope } from '../domain/rules.ts';
import { checkBreakers } from './breakers.ts';
import { checkCalendar } from './check-calendar.ts';
import { checkDraws, checkDrawTables } from './check-draws.ts';
import { checkExchanges } from './check-exchanges.ts';
import { checkLimits, checkUnusedLimits } from './check-limits.ts';
import { checkProgress } from './check-progress.ts';
import { checkCombat, checkResources, checkStaffCounts } from './check-resources.ts';
import { checkRoles, resourceUses } from './check-roles.ts';
import { attributeNameProblem } from './formulas.ts';
import { checkPayouts } from './payouts.ts';
import { type Problem, pathText, type Report } from './problem.ts';
import type { BalanceDocument } from './schema.ts';
import { checkWindows } from './windows.ts';

/** What only a document that is about to be published must fulfil: `reservedNames` are of no claim type and no exchange. */
export interface PublishingChecks {
  readonly reservedNames: readonly string[];
}

/** `publishing`: null for a document that was published before. */
export function crossCheck(document: BalanceDocument, publishing: PublishingChecks | null): Problem[] {
  const problems: Problem[] = [];
  const report: Report = (path, message) => problems.push({ path: pathText(path), message });
  checkReferences(document, report);
  checkCalendar(document, report);
  checkWindows(document, report);
  checkLimits(document, report);
  if (publishing) checkUnusedLimits(document, report);
  checkResources(document, report);
  checkRoles(document, report);
  if (publishing) checkReservedNames(document, publishing.reservedNames, report);
  checkAttributes(document, report);
  checkClaimTypes(document, report);
  checkSources(document, report);
  checkProgress(document, report);
  checkExchanges(document, report);
  checkDrawTables(document, report);
  checkPayouts(document, report);
  checkBreakers(document, report);
  checkCombat(document, report);
  checkLevelGrants(document, report);
  checkTiers(document, report);
  checkManualRewards(document, report);
  if (publishing) checkStaffCounts(document, report);
  return problems;
}

/** Every resource that the document names must be listed in `resources`. */
function checkReferences(document: BalanceDocument, report: Report) {
  const { resources, levels, statPoints, tiers, combat, drawTables } = document;
  const check = (path: readonly PropertyKey[], name: string) => {
    if (!Object.hasOwn(resources, name))
      report(path, `names the resource "${name}", which is not listed in resources; add it there`);
  };
  for (const { path, resource } of resourceUses(document)) check(path, resource);
  for (const [table, { guarantees }] of Object.entries(drawTables)) {
    guarantees.forEach(({ counter }, i) => {
      check(['drawTables', table, 'guarantees', i, 'counter'], counter);
    });
  }
  if (combat) check(['combat', 'health'], combat.health);
  if (levels) {
    check(['levels', 'resource'], levels.resource);
    check(['levels', 'paidResource'], levels.paidResource);
  }
  if (statPoints) check(['statPoints', 'resource'], statPoints.resource);
  for (const [stat, { resource }] of Object.entries(statPoints?.stats ?? {})) {
    check(['statPoints', 'stats', stat, 'resource'], resource);
  }
  if (tiers) check(['tiers', 'resource'], tiers.resource);
}

/** An exchange is recorded as a claim under its own name, so the names are reserved for both. */
function checkReservedNames(document: BalanceDocument, reservedNames: readonly string[], report: Report) {
  for (const section of ['claimTypes', 'exchanges'] as const) {
    for (const name of Object.keys(document[section])) {
      if (reservedNames.includes(name))
        report([section, name], 'is reserved by the ledger; choose another name');
    }
  }
}

function checkAttributes({ attributes }: BalanceDocument, report: Report) {
  for (const [name, { values }] of Object.entries(attributes)) {
    const problem = attributeNameProblem(name);
    if (problem !== null) report(['attributes', name], problem);
    if (new Set(values).size < values.length)
      report(['attributes', name, 'values'], 'must not list a value twice');
  }
}

function checkClaimTypes({ claimTypes, drawTables }: BalanceDocument, report: Report) {
  for (const [name, { proof, period, facts, rewards, draws, onExpiry }] of Object.entries(claimTypes)) {
    const at = ['claimTypes', name];
    if (proof === 'calendar' && onExpiry)
      report([...at, 'onExpiry'], 'remove it: a calendar claim cannot be announced, so it does not expire');
    checkDraws({ draws, maxQuantity: 1 }, { at: [...at, 'draws'], drawTables }, report);
    if (Object.keys(rewards).length === 0 && Object.keys(draws).length === 0)
      report([...at, 'rewards'], 'must have at least 1 entry, or set draws');
    if (proof === 'calendar' && period === undefined) {
      report(
        [...at, 'period'],
        'must be "day", "week", "month", "ever" or {"season": …}, because the proof is "calendar"',
      );
    }
    if (proof !== 'calendar' && period !== undefined) {
      report(
        [...at, 'period'],
        `remove it: only the proof "calendar" has a period, and the proof is "${proof}"`,
      );
    }
    if (proof === 'calendar' && Object.keys(facts).length > 0) {
      report([...at, 'facts'], 'must be empty: a calendar claim has no ticket that proves facts');
    }
    for (const [fact, rule] of Object.entries(facts)) {
      if (rule.kind === 'int' && rule.min > rule.max) {
        report([...at, 'facts', fact, 'max'], `must be at least min (${rule.min}), not ${rule.max}`);
      }
      if (rule.kind === 'string' && new Set(rule.values).size < rule.values.length) {
        report([...at, 'facts', fact, 'values'], 'must not list a value twice');
      }
    }
  }
}

/**
 * All claim types that give a resource once per source must name the source by the same facts in the same order, and in
 * the same scope. Otherwise one source has two source keys, and gives the resource twice.
 */
function checkSources({ claimTypes }: BalanceDocument, report: Report) {
  const sources = new Map<string, { readonly facts: string; readonly scope: SourceScope }>();
  for (const [type, { facts, rewards }] of Object.entries(claimTypes)) {
    for (const [resource, reward] of Object.entries(rewards)) {
      if (typeof reward !== 'object') continue;
      const at = ['claimTypes', type, 'rewards', resource];
      if (!reward.onceFor) {
        if (reward.scope !== undefined)
          report([...at, 'scope'], 'remove it, or set onceFor to the facts that name the source');
        continue;
      }
      const path = [...at, 'onceFor'];
      if (new Set(reward.onceFor).size < reward.onceFor.length) report(path, 'must name each fact once');
      for (const fact of reward.onceFor) {
        if (!Object.hasOwn(facts, fact))
          report(path, `names the fact "${fact}", which is not listed in facts; add it there`);
      }
      const source = { facts: reward.onceFor.join(', '), scope: reward.scope ?? 'player' };
      const first = sources.get(resource) ?? source;
      sources.set(resource, first);
      const why = `as in the other claim types that give ${resource} once`;
      if (source.facts !== first.facts) report(path, `must be [${first.facts}], ${why}`);
      if (source.scope !== first.scope) report([...at, 'scope'], `must be "${first.scope}", ${why}`);
    }
  }
}

function checkLevelGrants({ resources, levels }: BalanceDocument, report: Report) {
  if (!levels) return;
  for (const name of Object.keys(levels.grants)) {
    const path = ['levels', 'grants', name];
    if (name === levels.resource)
      report(path, 'remove it: a level that grants this resource could grant the next level');
    const resource = resources[name];
    if (!resource) continue;
    // The ledger pays level grants within the transaction, after ceilings have been checked.
    if (resource.ceiling !== null)
      report(path, 'remove it, or set its ceiling to null: a level grant cannot stop at a ceiling');
    // A reversal takes the grant back with the level, and must find all of it in the ledger entries.
    if (resource.regenerates || resource.startsWith !== 0)
      report(path, 'remove it: a resource granted by levels must not regenerate or have a startsWith');
  }
}

function checkTiers({ tiers }: BalanceDocument, report: Report) {
  const list = tiers?.list ?? [];
  list.forEach((tier, i) => {
    const before = list[i - 1];
    if (before && tier.from <= before.from) {
      report(
        ['tiers', 'list', i, 'from'],
        `must be above ${before.from}, where the previous tier starts, not ${tier.from}`,
      );
    }
    if (list.findIndex((other) => other.name === tier.name) < i) {
      report(['tiers', 'list', i, 'name'], `"${tier.name}" is the name of an earlier tier; choose another`);
    }
  });
}

function checkManualRewards(
  { manualRewards: { limitPerReward, budgetPerDay, servers } }: BalanceDocument,
  report: Report,
) {
  if (servers && servers.limitPerReward > servers.budgetPerDay)
    report(
      ['manualRewards', 'servers', 'limitPerReward'],
      `must be at most budgetPerDay (${servers.budgetPerDay}), not ${servers.limitPerReward}; to disable rewards of game servers, remove servers`,
    );
  if (limitPerReward > budgetPerDay) {
    report(
      ['manualRewards', 'limitPerReward'],
      `must be at most budgetPerDay (${budgetPerDay}), not ${limitPerReward}; to disable manual rewards, set both to 0`,
    );
  }
}
