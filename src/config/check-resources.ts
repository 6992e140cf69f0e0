/**
 * What a resource's own fields owe one another: what it begins with and regenerates to fits below its ceiling, at every
 * number of stat points. And what the resource that combat moves has to be.
 */
import { rolesOf } from './check-roles.ts';
import type { Fault } from './problem.ts';
import type { BalanceDocument } from './schema.ts';

type Resource = BalanceDocument['resources'][string];
type Stats = BalanceDocument['statPoints']['stats'];
type Limit = NonNullable<Resource['ceiling']>;

export function checkResources({ resources, statPoints: { stats } }: BalanceDocument, fault: Fault): void {
  for (const [name, resource] of Object.entries(resources)) {
    const at = ['resources', name];
    checkManual(resource, at, fault);
    checkStart(resource, { at, stats }, fault);
    checkRegeneration(resource, { at, stats }, fault);
    checkTransfer(resource, at, fault);
  }
}

function checkManual({ manual, ceiling, floor }: Resource, at: string[], fault: Fault) {
  if (manual && typeof ceiling === 'number' && ceiling <= floor) {
    fault([...at, 'ceiling'], `must be above the floor (${floor}) for a resource that staff may give`);
  }
}

type Place = { at: string[]; stats: Stats };

function checkStart({ startsWith, ceiling }: Resource, { at, stats }: Place, fault: Fault) {
  const path = [...at, 'startsWith'];
  if (startsWith === 'ceiling') {
    if (ceiling === null) fault(path, 'must be a whole number, since there is no ceiling');
  } else if (ceiling !== null && startsWith > least(ceiling, stats)) {
    fault(path, `must be at most ${ceilingText(ceiling, stats)}, not ${startsWith}; or "ceiling"`);
  }
}

function checkRegeneration({ regenerates, ceiling }: Resource, { at, stats }: Place, fault: Fault) {
  if (!regenerates) return;
  const path = [...at, 'regenerates', 'upTo'];
  const { upTo } = regenerates;
  if (ceiling === null) {
    if (upTo === undefined) fault(path, 'must be set, since there is no ceiling to regenerate to');
  } else if (typeof upTo === 'number') {
    if (upTo > least(ceiling, stats))
      fault(path, `must be at most ${ceilingText(ceiling, stats)}, not ${upTo}`);
  } else if (upTo && (typeof ceiling === 'number' || ceiling.stat !== upTo.stat)) {
    // A stat's maximum grows with each point: sooner or later it stands above any other limit.
    fault(path, 'must be a whole number, or follow the same stat as the ceiling');
  }
}

function checkTransfer({ transfer }: Resource, at: string[], fault: Fault) {
  if (!transfer) return;
  const { perTransfer, perDay } = transfer;
  if (perTransfer !== null && perDay !== null && perTransfer > perDay) {
    fault([...at, 'transfer', 'perTransfer'], `must be at most perDay (${perDay}), not ${perTransfer}`);
  }
}

/** Damage and healing clamp between 0 and the ceiling, and nobody is born dead. */
export function checkCombat(document: BalanceDocument, fault: Fault): void {
  const { resources, combat, statPoints } = document;
  const health = combat && resources[combat.health];
  if (!health) return;
  const role = rolesOf(document).get(combat.health);
  if (role) {
    fault(
      ['combat', 'health'],
      `must not be "${combat.health}", which ${role.path} already uses: it holds points, not health`,
    );
    return;
  }
  const at = ['resources', combat.health];
  const why = 'since combat.health names it';
  const { ceiling, startsWith } = health;
  if (ceiling === null) fault([...at, 'ceiling'], `must be set, such as {"stat": "health"}, ${why}`);
  if (health.floor !== 0) fault([...at, 'floor'], `must be 0, ${why}`);
  if (health.atCeiling !== 'clamp') fault([...at, 'atCeiling'], `must be "clamp", ${why}`);
  if (health.manual) fault([...at, 'manual'], `must be false, ${why}`);
  const first =
    startsWith === 'ceiling' ? (ceiling === null ? 1 : least(ceiling, statPoints.stats)) : startsWith;
  if (first === 0)
    fault([...at, 'startsWith'], `must give at least 1, ${why}: a new player would be dead; try "ceiling"`);
}

/** The limit of a player who has put no point into any stat. */
function least(limit: Limit, stats: Stats): number {
  return typeof limit === 'number' ? limit : stats[limit.stat].base;
}

function ceilingText(ceiling: Limit, stats: Stats): string {
  const start = typeof ceiling === 'number' ? '' : `, where ${ceiling.stat} starts`;
  return `the ceiling (${least(ceiling, stats)}${start})`;
}
