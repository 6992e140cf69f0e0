/**
 * What the parts of a document owe one another: every resource that is named exists, bounds ascend, and no rule can
 * break a promise of the ledger (levels paid once, stat points conserved). The shape has been checked before.
 */
import { RESERVED_CLAIM_TYPES } from './bounds.ts';
import { type Problem, pathText } from './problem.ts';
import type { BalanceDocument } from './schema.ts';

type Fault = (path: readonly PropertyKey[], message: string) => void;

export function crossCheck(document: BalanceDocument): Problem[] {
  const problems: Problem[] = [];
  const fault: Fault = (path, message) => problems.push({ path: pathText(path), message });
  checkReferences(document, fault);
  checkRoles(document, fault);
  checkClaimTypes(document, fault);
  checkSources(document, fault);
  checkLevelGrants(document, fault);
  checkTiers(document, fault);
  checkManualRewards(document, fault);
  return problems;
}

/** Every place where a document names a resource. */
function checkReferences(
  { resources, claimTypes, levels, statPoints, tiers }: BalanceDocument,
  fault: Fault,
) {
  const refer = (path: readonly PropertyKey[], name: string) => {
    if (!Object.hasOwn(resources, name))
      fault(path, `names the resource "${name}", which resources does not list; add it there`);
  };
  for (const [type, { rewards }] of Object.entries(claimTypes)) {
    for (const name of Object.keys(rewards)) refer(['claimTypes', type, 'rewards', name], name);
  }
  for (const name of Object.keys(levels.grants)) refer(['levels', 'grants', name], name);
  refer(['levels', 'resource'], levels.resource);
  refer(['levels', 'paidResource'], levels.paidResource);
  refer(['statPoints', 'resource'], statPoints.resource);
  for (const [stat, { resource }] of Object.entries(statPoints.stats)) {
    refer(['statPoints', 'stats', stat, 'resource'], resource);
  }
  refer(['tiers', 'resource'], tiers.resource);
  for (const [name, { floor, ceiling, manual }] of Object.entries(resources)) {
    if (manual && ceiling !== null && ceiling <= floor) {
      fault(
        ['resources', name, 'ceiling'],
        `must be above the floor (${floor}) for a resource that staff may give`,
      );
    }
  }
}

/** Counters that the ledger moves by itself: given by anything else, levels pay twice or stat points appear from nowhere. */
function checkRoles({ resources, claimTypes, levels, statPoints }: BalanceDocument, fault: Fault) {
  const roles = new Map<string, string>([[levels.resource, 'levels.resource']]);
  const take = (path: readonly PropertyKey[], name: string) => {
    const taken = roles.get(name);
    if (taken)
      fault(path, `must not be "${name}", which ${taken} already uses; each needs a resource of its own`);
    else roles.set(name, pathText(path));
  };
  take(['levels', 'paidResource'], levels.paidResource);
  take(['statPoints', 'resource'], statPoints.resource);
  const stats = Object.entries(statPoints.stats);
  for (const [stat, { resource }] of stats) take(['statPoints', 'stats', stat, 'resource'], resource);

  for (const name of new Set([levels.paidResource, ...stats.map(([, { resource }]) => resource)])) {
    const why = `"${name}" (${roles.get(name)}) is moved by the ledger's own rules alone`;
    for (const [type, { rewards }] of Object.entries(claimTypes)) {
      if (Object.hasOwn(rewards, name)) fault(['claimTypes', type, 'rewards', name], `must go: ${why}`);
    }
    if (Object.hasOwn(levels.grants, name)) fault(['levels', 'grants', name], `must go: ${why}`);
    if (resources[name]?.manual) fault(['resources', name, 'manual'], `must be false: ${why}`);
    if (resources[name]?.atCeiling === 'clamp')
      fault(['resources', name, 'atCeiling'], 'must be "reject": what does not fit would be lost');
  }
  if (typeof resources[levels.paidResource]?.ceiling === 'number') {
    fault(
      ['resources', levels.paidResource, 'ceiling'],
      'must be null: a full counter would pay levels again',
    );
  }
}

/** One source has one name: facts in another order, or others, would give the same resource for it twice. */
function checkSources({ claimTypes }: BalanceDocument, fault: Fault) {
  const sources = new Map<string, string>();
  for (const [type, { rewards }] of Object.entries(claimTypes)) {
    for (const [resource, reward] of Object.entries(rewards)) {
      if (typeof reward !== 'object' || !reward.onceFor) continue;
      const path = ['claimTypes', type, 'rewards', resource, 'onceFor'];
      if (new Set(reward.onceFor).size < reward.onceFor.length) fault(path, 'must name each fact once');
      const source = reward.onceFor.join(', ');
      const first = sources.get(resource) ?? source;
      sources.set(resource, first);
      if (source !== first)
        fault(path, `must be [${first}], as in the other claim types that give ${resource}`);
    }
  }
}

function checkClaimTypes({ claimTypes }: BalanceDocument, fault: Fault) {
  for (const [name, { proof, period, facts, rewards }] of Object.entries(claimTypes)) {
    const at = ['claimTypes', name];
    if (RESERVED_CLAIM_TYPES.includes(name))
      fault(at, 'is a name that the ledger keeps for itself; choose another');
    for (const [resource, reward] of Object.entries(rewards)) {
      if (typeof reward !== 'object') continue;
      for (const fact of reward.onceFor ?? []) {
        if (!Object.hasOwn(facts, fact))
          fault(
            [...at, 'rewards', resource, 'onceFor'],
            `names the fact "${fact}", which facts does not declare; add it there`,
          );
      }
    }
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
    // The ledger pays levels inside the transaction, after ceilings were judged.
    if (typeof resources[name]?.ceiling === 'number') {
      fault(path, 'must go, or its ceiling must be null: what a level grants cannot stop at a ceiling');
    }
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
