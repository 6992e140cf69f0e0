/**
 * Checks each resource on its own: opening balance and regeneration stay within the ceiling for any number of stat
 * points. Also checks the resource that combat changes.
 */
import { resourceUses, rolesOf } from './check-roles.ts';
import type { Report } from './problem.ts';
import type { BalanceDocument } from './schema.ts';

type Resource = BalanceDocument['resources'][string];
type StatPoints = NonNullable<BalanceDocument['statPoints']>;
type Stats = ReadonlyMap<string, StatPoints['stats'][string]>;
type Limit = NonNullable<Resource['ceiling']>;
type Place = { at: string[]; stats: Stats };

export function checkResources({ resources, statPoints, messages }: BalanceDocument, report: Report): void {
  const stats = statsOf(statPoints);
  for (const [name, resource] of Object.entries(resources)) {
    const at = ['resources', name];
    checkManual(resource, at, report);
    checkStaffLimit(resource, at, report);
    checkStats(resource, { at, stats }, report);
    checkStart(resource, { at, stats }, report);
    checkRegeneration(resource, { at, stats }, report);
    checkGiftBounds(resource, at, report);
    checkFullGifts(resource, { at, messages }, report);
    checkDebits(resource, at, report);
    checkConversion(resource, { at, resources }, report);
  }
}

/** What is converted arrives: the other resource is listed, and converts nothing itself. */
function checkConversion(
  { ceiling, atCeiling, convertTo, value }: Resource,
  { at, resources }: { readonly at: string[]; readonly resources: BalanceDocument['resources'] },
  report: Report,
) {
  if ((atCeiling === 'convert') !== (convertTo !== undefined)) {
    const advice = convertTo
      ? 'remove it, or set atCeiling to "convert"'
      : 'must be set, because atCeiling is "convert"';
    report([...at, 'convertTo'], advice);
  }
  if (!convertTo) return;
  if (ceiling === null)
    report([...at, 'ceiling'], 'must be set, because the resource converts what exceeds it');
  const path = [...at, 'convertTo', 'resource'];
  const { resource: name, rate } = convertTo;
  const other = Object.hasOwn(resources, name) ? resources[name] : undefined;
  if (!other) return;
  if (other.atCeiling === 'convert') {
    const cycle = `${at[1]} → ${name} → ${other.convertTo?.resource ?? '…'}`;
    report(path, `must not be "${name}", which converts itself (${cycle}); name one that does not`);
  }
  if (value === undefined) return;
  // A gift counts as what was requested.
  const most = value / rate;
  if (other.value === undefined || other.value > most)
    report(
      [...at, 'value'],
      `must be at least what it converts to: ${rate} × the value of ${name} (${other.value ?? 'none is set'})`,
    );
}

function statsOf(statPoints: StatPoints | undefined): Stats {
  return new Map(Object.entries(statPoints?.stats ?? {}));
}

function checkStats({ ceiling, regenerates }: Resource, { at, stats }: Place, report: Report) {
  const check = (path: string[], limit: Resource['ceiling'] | undefined) => {
    if (typeof limit !== 'object' || limit === null || stats.has(limit.stat)) return;
    const known = [...stats.keys()].toSorted().join(', ');
    const advice = known === '' ? 'use a whole number, or add the stat there' : `use one of: ${known}`;
    report(path, `names the stat "${limit.stat}", which is not listed in statPoints.stats; ${advice}`);
  };
  check([...at, 'ceiling', 'stat'], ceiling);
  check([...at, 'regenerates', 'upTo', 'stat'], regenerates?.upTo);
}

function checkManual({ manual, ceiling, floor }: Resource, at: string[], report: Report) {
  if (manual && typeof ceiling === 'number' && ceiling <= floor) {
    report([...at, 'ceiling'], `must be above the floor (${floor}), because "manual" is true`);
  }
}

/**
 * What staff may give, by manualReward or by claimReward for a player, counts against their limits. The kernel refuses any other
 * gift, so a document without it does no harm.
 */
export function checkStaffCounts(document: BalanceDocument, report: Report): void {
  const reasons = new Map<string, string>();
  for (const { kind, path, resource } of resourceUses(document)) {
    if (kind === 'reward' && !reasons.has(resource))
      reasons.set(resource, `staff may claim ${String(path[1])} for a player`);
  }
  for (const [name, { manual, value, staffLimit }] of Object.entries(document.resources)) {
    const why = manual ? '"manual" is true' : reasons.get(name);
    if (why === undefined || value !== undefined || staffLimit) continue;
    report(
      ['resources', name, 'value'],
      `must be set, or staffLimit, because ${why}: try 1, or what one unit is worth compared with the others`,
    );
  }
}

function checkStaffLimit({ value, staffLimit }: Resource, at: string[], report: Report) {
  if (!staffLimit) return;
  if (value !== undefined)
    report(
      [...at, 'staffLimit'],
      'remove it, or value: a resource counts in value or has a limit of its own',
    );
  const { perReward, perDay } = staffLimit;
  if (perReward !== null && perReward > perDay)
    report([...at, 'staffLimit', 'perReward'], `must be at most perDay (${perDay}), not ${perReward}`);
}

function checkStart({ startsWith, ceiling }: Resource, { at, stats }: Place, report: Report) {
  const path = [...at, 'startsWith'];
  if (startsWith === 'ceiling') {
    if (ceiling === null) report(path, 'must be a whole number, because the resource has no ceiling');
  } else if (ceiling !== null && startsWith > lowestOf(ceiling, stats)) {
    report(path, `must be "ceiling" or at most ${ceilingText(ceiling, stats)}, not ${startsWith}`);
  }
}

function checkRegeneration({ regenerates, ceiling }: Resource, { at, stats }: Place, report: Report) {
  if (!regenerates) return;
  const path = [...at, 'regenerates', 'upTo'];
  const { upTo } = regenerates;
  if (ceiling === null) {
    if (upTo === undefined) report(path, 'must be set, because the resource has no ceiling');
  } else if (typeof upTo === 'number') {
    if (upTo > lowestOf(ceiling, stats))
      report(path, `must be at most ${ceilingText(ceiling, stats)}, not ${upTo}`);
  } else if (upTo && (typeof ceiling === 'number' || ceiling.stat !== upTo.stat)) {
    // A stat's maximum grows with each point and eventually exceeds any other limit.
    report(path, 'must be a whole number or the same stat as the ceiling');
  }
}

function checkGiftBounds({ transfer }: Resource, at: string[], report: Report) {
  if (!transfer) return;
  const { perTransfer, perDay, perWeek, perMonth, ever } = transfer;
  const received = Object.entries(transfer.receives).map(
    ([field, bound]) => [`receives.${field}`, bound] as const,
  );
  for (const [field, bound] of [...Object.entries({ perDay, perWeek, perMonth, ever }), ...received]) {
    if (perTransfer !== null && typeof bound === 'number' && perTransfer > bound)
      report([...at, 'transfer', 'perTransfer'], `must be at most ${field} (${bound}), not ${perTransfer}`);
  }
}

function checkFullGifts(
  { ceiling, transfer }: Resource,
  { at, messages }: { readonly at: string[]; readonly messages: BalanceDocument['messages'] },
  report: Report,
) {
  if (!transfer) return;
  const { onFull, message } = transfer;
  if (onFull === 'pending' && ceiling === null)
    report([...at, 'ceiling'], 'must be set, because gifts that exceed it become pending');
  if (message === undefined) return;
  const path = [...at, 'transfer', 'message'];
  if (onFull !== 'pending') report(path, 'remove it, or set onFull to "pending"');
  else if (!Object.hasOwn(messages, message))
    report(path, `names the message "${message}", which is not listed in messages; add it there`);
}

function checkDebits(resource: Resource, at: string[], report: Report) {
  for (const field of ['spend', 'take'] as const) {
    const { perCall = null, ...bounds } = resource[field] ?? {};
    for (const [bound, most] of Object.entries(bounds))
      if (perCall !== null && typeof most === 'number' && perCall > most)
        report([...at, field, 'perCall'], `must be at most ${bound} (${most}), not ${perCall}`);
  }
}

/** Damage and healing clamp health between 0 and its ceiling. A new player must start with some. */
export function checkCombat(document: BalanceDocument, report: Report): void {
  const { resources, combat, statPoints } = document;
  combat?.damageTypes.forEach((type, i, all) => {
    if (all.indexOf(type) < i) report(['combat', 'damageTypes', i], `names "${type}" twice; remove one`);
  });
  const health = combat && resources[combat.health];
  if (!health) return;
  const role = rolesOf(document).get(combat.health);
  if (role) {
    report(
      ['combat', 'health'],
      `must not be "${combat.health}", which ${role.path} already uses; health needs a resource of its own`,
    );
    return;
  }
  const at = ['resources', combat.health];
  const why = 'because combat.health names this resource';
  const { ceiling, startsWith } = health;
  const stats = statsOf(statPoints);
  const example = stats.has('health') ? '{"stat": "health"}' : '100';
  if (ceiling === null) report([...at, 'ceiling'], `must be set, for example to ${example}, ${why}`);
  if (health.floor !== 0) report([...at, 'floor'], `must be 0, ${why}`);
  if (health.atCeiling !== 'clamp') report([...at, 'atCeiling'], `must be "clamp", ${why}`);
  if (health.manual) report([...at, 'manual'], `must be false, ${why}`);
  for (const field of ['spend', 'take'] as const)
    if (health[field]) report([...at, field], `remove it: applyDamage takes it, ${why}`);
  const opening = startsWith === 'ceiling' ? (ceiling === null ? 1 : lowestOf(ceiling, stats)) : startsWith;
  if (opening === 0)
    report(
      [...at, 'startsWith'],
      `must give at least 1, ${why}: a new player would start dead; try "ceiling"`,
    );
}

/** The limit of a player without points in any stat, which is the lowest. An unknown stat bounds nothing: it is reported. */
function lowestOf(limit: Limit, stats: Stats): number {
  return typeof limit === 'number' ? limit : (stats.get(limit.stat)?.base ?? Infinity);
}

function ceilingText(ceiling: Limit, stats: Stats): string {
  const source = typeof ceiling === 'number' ? '' : `, the base of ${ceiling.stat}`;
  return `the ceiling (${lowestOf(ceiling, stats)}${source})`;
}
