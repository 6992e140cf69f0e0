/**
 * Resources with a role in the rules (experience, paid levels, stat points, tiers) and how they may be used. Any other
 * use could pay levels twice, create stat points from nothing, or sell progress.
 */
import { pricesOf } from './prices.ts';
import { pathText, type Report } from './problem.ts';
import type { BalanceDocument } from './schema.ts';

/** A place where the document gives or takes a resource by name. */
interface ResourceUse {
  readonly path: readonly PropertyKey[];
  readonly resource: string;
  readonly kind: 'reward' | 'grant' | 'cost' | 'give' | 'draw' | 'convert';
}

interface Role {
  /** Path of the setting that assigns the role. */
  readonly path: string;
  readonly forbids: readonly ResourceUse['kind'][];
  readonly why: string;
}

const INTERNAL = {
  forbids: ['reward', 'grant', 'cost', 'give', 'draw', 'convert'],
  why: 'is changed only by the ledger',
} as const;
const STAT_POINTS = {
  forbids: ['cost', 'give', 'draw', 'convert'],
  why: 'is given only by levels and rewards, and spent only on stats',
} as const;
const PROGRESS = {
  forbids: ['cost', 'convert'],
  why: 'records progress: it can be earned, but not spent, transferred, regenerated or owned from the start',
} as const;

/** Every place where the document gives or takes a resource. */
export function resourceUses({
  resources,
  claimTypes,
  levels,
  exchanges,
  drawTables,
  payouts,
}: BalanceDocument): readonly ResourceUse[] {
  const uses: ResourceUse[] = [];
  const add = (kind: ResourceUse['kind'], path: readonly PropertyKey[], record: object) => {
    for (const resource of Object.keys(record)) uses.push({ path: [...path, resource], resource, kind });
  };
  for (const [type, { rewards, rewardsByStreak, onExpiry }] of Object.entries(claimTypes)) {
    add('reward', ['claimTypes', type, 'rewards'], rewards);
    add('reward', ['claimTypes', type, 'onExpiry', 'gives'], onExpiry?.gives ?? {});
    for (const [place, row] of rewardsByStreak.entries())
      add('reward', ['claimTypes', type, 'rewardsByStreak', place, 'rewards'], row.rewards);
  }
  for (const [name, { ranks }] of Object.entries(payouts))
    for (const [place, row] of ranks.entries())
      add('reward', ['payouts', name, 'ranks', place, 'gives'], row.gives);
  for (const [name, { costs, gives, chooseOne = {} }] of Object.entries(exchanges)) {
    for (const { at, price } of pricesOf(costs)) add('cost', ['exchanges', name, ...at], price);
    add('give', ['exchanges', name, 'gives'], gives);
    for (const [option, one] of Object.entries(chooseOne))
      add('give', ['exchanges', name, 'chooseOne', option, 'gives'], one.gives);
  }
  for (const [table, { outcomes }] of Object.entries(drawTables)) {
    for (const [outcome, { gives }] of Object.entries(outcomes))
      add('draw', ['drawTables', table, 'outcomes', outcome, 'gives'], gives);
  }
  for (const [name, { convertTo }] of Object.entries(resources)) {
    if (convertTo)
      uses.push({
        path: ['resources', name, 'convertTo', 'resource'],
        resource: convertTo.resource,
        kind: 'convert',
      });
  }
  if (levels) add('grant', ['levels', 'grants'], levels.grants);
  return uses;
}

/** Roles by resource. */
export function rolesOf({ levels, statPoints, tiers }: BalanceDocument): ReadonlyMap<string, Role> {
  const roles = new Map<string, Role>();
  const add = (resource: string | undefined, role: Omit<Role, 'path'>, path: string) => {
    if (resource !== undefined) roles.set(resource, { ...role, path });
  };
  add(tiers?.resource, PROGRESS, 'tiers.resource');
  add(levels?.resource, PROGRESS, 'levels.resource');
  add(statPoints?.resource, STAT_POINTS, 'statPoints.resource');
  add(levels?.paidResource, INTERNAL, 'levels.paidResource');
  for (const [stat, { resource }] of Object.entries(statPoints?.stats ?? {}))
    add(resource, INTERNAL, `statPoints.stats.${stat}.resource`);
  return roles;
}

export function checkRoles(document: BalanceDocument, report: Report): void {
  const { resources, levels } = document;
  checkDistinct(document, report);
  const roles = rolesOf(document);
  for (const { path, resource, kind } of resourceUses(document)) {
    const role = roles.get(resource);
    if (role?.forbids.includes(kind)) report(path, `remove it: ${because(resource, role)}`);
  }
  for (const [name, role] of roles) checkOwnFields(name, role, document, report);
  const paid = levels && resources[levels.paidResource];
  if (paid && paid.ceiling !== null) {
    report(
      ['resources', levels.paidResource, 'ceiling'],
      'must be null: a counter that stops at a ceiling would pay levels again',
    );
  }
}

/** A resource with two of these roles would be changed by one rule and read by the other. */
function checkDistinct({ levels, statPoints }: BalanceDocument, report: Report) {
  const users = new Map<string, string>();
  const assign = (path: readonly PropertyKey[], name: string) => {
    const user = users.get(name);
    if (user)
      report(path, `must not be "${name}", which ${user} already uses; each needs a resource of its own`);
    else users.set(name, pathText(path));
  };
  if (levels) {
    assign(['levels', 'resource'], levels.resource);
    assign(['levels', 'paidResource'], levels.paidResource);
  }
  if (statPoints) assign(['statPoints', 'resource'], statPoints.resource);
  for (const [stat, { resource }] of Object.entries(statPoints?.stats ?? {}))
    assign(['statPoints', 'stats', stat, 'resource'], resource);
}

function checkOwnFields(name: string, role: Role, { resources }: BalanceDocument, report: Report) {
  const resource = resources[name];
  if (!resource) return;
  const at = ['resources', name];
  const why = because(name, role);
  for (const field of ['transfer', 'spend', 'take'] as const)
    if (resource[field]) report([...at, field], `remove it: ${why}`);
  if (resource.startsWith !== 0) report([...at, 'startsWith'], `must be 0: ${why}`);
  if (resource.regenerates) report([...at, 'regenerates'], `remove it: ${why}`);
  if (role.why !== INTERNAL.why) return;
  if (resource.manual) report([...at, 'manual'], `must be false: ${why}`);
  if (resource.atCeiling !== 'reject')
    report([...at, 'atCeiling'], 'must be "reject": points above the ceiling would be lost');
  if (typeof resource.ceiling === 'object' && resource.ceiling !== null)
    report(
      [...at, 'ceiling'],
      'must be a whole number or null: a stat ceiling would depend on the points that it limits',
    );
}

function because(name: string, { path, why }: Role): string {
  return `"${name}" (${path}) ${why}`;
}
