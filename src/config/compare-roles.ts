/**
 * Compares the resources that levels, stat points, stats and tiers follow from: a resource must not change while players have
 * balances in it, and what becomes of the balances when such a part ends, begins or returns.
 */
import type { ReportChange } from './changes.ts';
import type { Compared } from './compare-claims.ts';
import { pathText } from './problem.ts';
import type { BalanceDocument } from './schema.ts';

type Role = readonly [at: readonly string[], resource: string];

/**
 * The settings that name a resource in which balances exist. Health, regenerating resources and guarantee counters are not
 * among them: they start with a value of their own, so another resource may take their place.
 */
export function settingsOf({ levels, statPoints, tiers }: BalanceDocument): readonly Role[] {
  const stats = Object.entries(statPoints?.stats ?? {});
  return [
    ...(levels ? [[['levels', 'resource'], levels.resource] as const] : []),
    ...(levels ? [[['levels', 'paidResource'], levels.paidResource] as const] : []),
    ...(statPoints ? [[['statPoints', 'resource'], statPoints.resource] as const] : []),
    ...stats.map(([stat, { resource }]) => [['statPoints', 'stats', stat, 'resource'], resource] as const),
    ...(tiers ? [[['tiers', 'resource'], tiers.resource] as const] : []),
  ];
}

export function compareRoles({ before, after, former }: Compared, report: ReportChange): void {
  const current = new Map(settingsOf(before).map(([at, resource]) => [pathText(at), resource]));
  for (const [at, resource] of settingsOf(after)) compareSetting({ at, resource, current, former }, report);
  compareParts(before, after, report);
}

/** With a new resource for paid levels, for example, every level would be paid again. */
function compareSetting(
  {
    at,
    resource,
    current,
    former,
  }: {
    readonly at: readonly string[];
    readonly resource: string;
    readonly current: ReadonlyMap<string, string>;
    readonly former: Compared['former'];
  },
  report: ReportChange,
) {
  const path = pathText(at);
  const now = current.get(path);
  const earlier = former.roles[path];
  const expected = now ?? earlier?.resource;
  if (expected === undefined || expected === resource) return;
  const must = now ? 'must stay' : `was in version ${earlier?.version} and must again be`;
  report(
    'refused',
    at,
    `${must} "${expected}": players have balances in it, and every balance of "${resource}" is 0`,
  );
}

/** Parts and stats that end or begin. What players hold stays in the ledger. */
function compareParts(before: BalanceDocument, after: BalanceDocument, report: ReportChange) {
  const [old, levels] = [before.levels, after.levels];
  if (old && !levels) {
    const text = `Levels end. ${old.resource} stays, no level-up is paid or taken back, and ${old.paidResource} keeps count: if levels return, those that are missing are paid with the player's next ${old.resource}.`;
    report('running', ['levels'], text, { resource: old.resource });
  } else if (levels && !old) {
    const text = `Levels begin. Players have the level of the ${levels.resource} that they hold, and levels that ${levels.paidResource} does not count yet are paid with their next ${levels.resource}.`;
    report('running', ['levels'], text, { resource: levels.resource });
  }
  if (before.tiers && !after.tiers) {
    const text = `Tiers end. ${before.tiers.resource} stays and decides nothing.`;
    report('running', ['tiers'], text, { resource: before.tiers.resource });
  } else if (after.tiers && !before.tiers) {
    const text = `Tiers begin. Players have the tier of the ${after.tiers.resource} that they hold.`;
    report('running', ['tiers'], text, { resource: after.tiers.resource });
  }
  compareStatPoints(before.statPoints, after.statPoints, report);
}

function compareStatPoints(
  old: BalanceDocument['statPoints'],
  is: BalanceDocument['statPoints'],
  report: ReportChange,
) {
  if (!old) return;
  if (!is) {
    const text = `Stat points end. ${old.resource} and the points in stats stay, and count for nothing.`;
    report('running', ['statPoints'], text, { resource: old.resource });
    return;
  }
  for (const [stat, { resource }] of Object.entries(old.stats)) {
    if (Object.hasOwn(is.stats, stat)) continue;
    const text = `The stat ${stat} ends. The points in ${resource} stay and count for nothing: players do not get them back.`;
    report('running', ['statPoints', 'stats', stat], text, { resource });
  }
}
