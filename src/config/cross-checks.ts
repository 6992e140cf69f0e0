/**
 * What the parts of a document owe one another: every resource that is named exists, bounds ascend, and no rule can
 * break a promise of the ledger (levels paid once, stat points conserved). The shape has been checked before. What is
 * particular to resources, their roles, exchanges and draws has a file each beside this one.
 */
import { RESERVED_CLAIM_TYPES } from './bounds.ts';
import { checkDrawTables } from './check-draw-tables.ts';
import { checkExchanges } from './check-exchanges.ts';
import { checkCombat, checkResources } from './check-resources.ts';
import { checkRoles } from './check-roles.ts';
import { type Fault, type Problem, pathText } from './problem.ts';
import { resourceUses } from './resource-uses.ts';
import type { BalanceDocument } from './schema.ts';

export function crossCheck(document: BalanceDocument): Problem[] {
  const problems: Problem[] = [];
  const fault: Fault = (path, message) => problems.push({ path: pathText(path), message });
  checkReferences(document, fault);
  checkResources(document, fault);
  checkRoles(document, fault);
  checkClaimTypes(document, fault);
  checkSources(document, fault);
  checkExchanges(document, fault);
  checkDrawTables(document, fault);
  checkCombat(document, fault);
  checkLevelGrants(document, fault);
  checkTiers(document, fault);
  checkManualRewards(document, fault);
  return problems;
}

/** Every place where a document names a resource. */
function checkReferences(document: BalanceDocument, fault: Fault) {
  const { resources, levels, statPoints, tiers, combat, drawTables } = document;
  const refer = (path: readonly PropertyKey[], name: string) => {
    if (!Object.hasOwn(resources, name))
      fault(path, `names the resource "${name}", which resources does not list; add it there`);
  };
  for (const { path, resource } of resourceUses(document)) refer(path, resource);
  for (const [table, { guarantee }] of Object.entries(drawTables)) {
    if (guarantee) refer(['drawTables', table, 'guarantee', 'counter'], guarantee.counter);
  }
  if (combat) refer(['combat', 'health'], combat.health);
  refer(['levels', 'resource'], levels.resource);
  refer(['levels', 'paidResource'], levels.paidResource);
  refer(['statPoints', 'resource'], statPoints.resource);
  for (const [stat, { resource }] of Object.entries(statPoints.stats)) {
    refer(['statPoints', 'stats', stat, 'resource'], resource);
  }
  refer(['tiers', 'resource'], tiers.resource);
}

/** One source has one name, made of facts: in another order, or of others, it would give the same resource twice. */
function checkSources({ claimTypes }: BalanceDocument, fault: Fault) {
  const sources = new Map<string, string>();
  for (const [type, { facts, rewards }] of Object.entries(claimTypes)) {
    for (const [resource, reward] of Object.entries(rewards)) {
      if (typeof reward !== 'object' || !reward.onceFor) continue;
      const path = ['claimTypes', type, 'rewards', resource, 'onceFor'];
      if (new Set(reward.onceFor).size < reward.onceFor.length) fault(path, 'must name each fact once');
      for (const fact of reward.onceFor) {
        if (!Object.hasOwn(facts, fact))
          fault(path, `names the fact "${fact}", which facts does not declare; add it there`);
      }
      const source = reward.onceFor.join(', ');
      const first = sources.get(resource) ?? source;
      sources.set(resource, first);
      if (source !== first)
        fault(path, `must be [${first}], as in the other claim types that give ${resource}`);
    }
  }
}

function checkClaimTypes({ claimTypes }: BalanceDocument, fault: Fault) {
  for (const [name, { proof, period, facts }] of Object.entries(claimTypes)) {
    const at = ['claimTypes', name];
    if (RESERVED_CLAIM_TYPES.includes(name))
      fault(at, 'is a name that the ledger keeps for itself; choose another');
    if (proof === 'calendar' && period === undefined) {
      fault([...at, 'period'], 'must be "day" or "week", since the proof is "calendar"');
    }
    if (proof !== 'calendar' && period !== undefined) {
      fault([...at, 'period'], `must go: only the proof "calendar" has a period, and this one is "${proof}"`);
    }
    if (proof === 'calendar' && Object.keys(facts).length > 0) {
      fault([...at, 'facts'], 'must be empty: a calendar claim has no ticket that could vouch for facts');
    }
    for (const [fact, rule] of Object.entries(facts)) {
      if (rule.kind === 'int' && rule.min > rule.max) {
        fault([...at, 'facts', fact, 'max'], `must be at least min (${rule.min}), not ${rule.max}`);
      }
      if (rule.kind === 'string' && new Set(rule.values).size < rule.values.length) {
        fault([...at, 'facts', fact, 'values'], 'must not list a value twice');
      }
    }
  }
}

function checkLevelGrants({ resources, levels }: BalanceDocument, fault: Fault) {
  for (const name of Object.keys(levels.grants)) {
    const path = ['levels', 'grants', name];
    if (name === levels.resource)
      fault(path, 'must go: a level that grants what levels are made of could feed itself');
    const resource = resources[name];
    if (!resource) continue;
    // The ledger pays levels inside the transaction, after ceilings were judged.
    if (resource.ceiling !== null)
      fault(path, 'must go, or its ceiling must be null: what a level grants cannot stop at a ceiling');
    // It is taken back with the level, and could not be told from what came by itself.
    if (resource.regenerates || resource.startsWith !== 0)
      fault(path, 'must go: what a level grants can neither regenerate nor start with something');
  }
}

function checkTiers({ tiers: { list } }: BalanceDocument, fault: Fault) {
  list.forEach((tier, i) => {
    const before = list[i - 1];
    if (before && tier.from <= before.from) {
      fault(
        ['tiers', 'list', i, 'from'],
        `must be above ${before.from}, where the tier before it begins, not ${tier.from}`,
      );
    }
    if (list.findIndex((other) => other.name === tier.name) < i) {
      fault(['tiers', 'list', i, 'name'], `"${tier.name}" is the name of an earlier tier; choose another`);
    }
  });
}

function checkManualRewards(
  { manualRewards: { limitPerReward, budgetPerDay } }: BalanceDocument,
  fault: Fault,
) {
  if (limitPerReward > budgetPerDay) {
    fault(
      ['manualRewards', 'limitPerReward'],
      `must be at most budgetPerDay (${budgetPerDay}), not ${limitPerReward}; set both to 0 to switch manual rewards off`,
    );
  }
}
