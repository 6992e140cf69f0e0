/**
 * Resources that the ledger itself moves or reckons from: given or taken by anything else, levels pay twice, stat points
 * appear from nowhere, or progress is sold. Each has one role, and says which uses it allows.
 */
import { type Fault, pathText } from './problem.ts';
import { type ResourceUse, resourceUses } from './resource-uses.ts';
import type { BalanceDocument } from './schema.ts';

interface Role {
  /** Where the document gives the role, for messages. */
  readonly path: string;
  readonly forbids: readonly ResourceUse['kind'][];
  readonly why: string;
}

const KEPT = {
  forbids: ['reward', 'grant', 'cost', 'give', 'draw'],
  why: "is moved by the ledger's own rules alone",
} as const;
const GRANTED = {
  forbids: ['cost', 'give', 'draw'],
  why: 'is given by levels and rewards, and spent on stats alone',
} as const;
const EARNED = {
  forbids: ['cost'],
  why: 'says how far a player has come: it is earned, and neither spent nor handed on, nor does it come by itself',
} as const;

/** By resource. */
export function rolesOf({ levels, statPoints, tiers }: BalanceDocument): ReadonlyMap<string, Role> {
  const stats = Object.entries(statPoints.stats).map(([stat, { resource }]): [string, Role] => [
    resource,
    { ...KEPT, path: `statPoints.stats.${stat}.resource` },
  ]);
  return new Map<string, Role>([
    [tiers.resource, { ...EARNED, path: 'tiers.resource' }],
    [levels.resource, { ...EARNED, path: 'levels.resource' }],
    [statPoints.resource, { ...GRANTED, path: 'statPoints.resource' }],
    [levels.paidResource, { ...KEPT, path: 'levels.paidResource' }],
    ...stats,
  ]);
}

export function checkRoles(document: BalanceDocument, fault: Fault): void {
  const { resources, levels } = document;
  checkDistinct(document, fault);
  const roles = rolesOf(document);
  for (const { path, resource, kind } of resourceUses(document)) {
    const role = roles.get(resource);
    if (role?.forbids.includes(kind)) fault(path, `must go: ${because(resource, role)}`);
  }
  for (const [name, role] of roles) checkOwnFields(name, role, document, fault);
  const paid = resources[levels.paidResource];
  if (paid && paid.ceiling !== null) {
    fault(
      ['resources', levels.paidResource, 'ceiling'],
      'must be null: a full counter would pay levels again',
    );
  }
}

/** One resource in two of these roles would be moved by one and reckoned from by the other. */
function checkDistinct({ levels, statPoints }: BalanceDocument, fault: Fault) {
  const taken = new Map<string, string>([[levels.resource, 'levels.resource']]);
  const take = (path: readonly PropertyKey[], name: string) => {
    const by = taken.get(name);
    if (by) fault(path, `must not be "${name}", which ${by} already uses; each needs a resource of its own`);
    else taken.set(name, pathText(path));
  };
  take(['levels', 'paidResource'], levels.paidResource);
  take(['statPoints', 'resource'], statPoints.resource);
  for (const [stat, { resource }] of Object.entries(statPoints.stats))
    take(['statPoints', 'stats', stat, 'resource'], resource);
}

function checkOwnFields(name: string, role: Role, { resources }: BalanceDocument, fault: Fault) {
  const resource = resources[name];
  if (!resource) return;
  const at = ['resources', name];
  const why = because(name, role);
  if (resource.transfer) fault([...at, 'transfer'], `must go: ${why}`);
  if (resource.startsWith !== 0) fault([...at, 'startsWith'], `must be 0: ${why}`);
  if (resource.regenerates) fault([...at, 'regenerates'], `must go: ${why}`);
  if (role.why !== KEPT.why) return;
  if (resource.manual) fault([...at, 'manual'], `must be false: ${why}`);
  if (resource.atCeiling === 'clamp')
    fault([...at, 'atCeiling'], 'must be "reject": what does not fit would be lost');
  if (typeof resource.ceiling === 'object' && resource.ceiling !== null)
    fault(
      [...at, 'ceiling'],
      'must be a whole number or null: it would follow from the points that it bounds',
    );
}

function because(name: string, { path, why }: Role): string {
  return `"${name}" (${path}) ${why}`;
}
