/**
 * What publishing a document changes, compared with the current one: a sentence for each change, and whether it would pay
 * something twice. Pure: the caller reads what earlier versions had, and counts what players hold. Both documents are valid.
 */
import { dayIn, dayOf, type TimeZone, weekOf } from '../domain/calendar.ts';
import {
  type ConfigChange,
  diffDocuments,
  type Former,
  type ReportChange,
  SEVERITIES,
  valuesText,
} from './changes.ts';
import { compareClaims } from './compare-claims.ts';
import { compareResources } from './compare-resources.ts';
import { parseDocument, timeZoneOf } from './compile.ts';
import { pathText } from './problem.ts';
import type { BalanceDocument } from './schema.ts';

export interface Comparison {
  /** Parsed JSON, as published. */
  readonly current: unknown;
  readonly next: unknown;
  readonly former: Former;
  readonly now: Date;
}

/** The gravest changes first, each group by path. */
export function compareConfigs({ current, next, former, now }: Comparison): ConfigChange[] {
  const found: ConfigChange[] = [];
  const report: ReportChange = (severity, at, text, held) =>
    found.push({ severity, path: pathText(at), text, ...(held && { held }) });
  const [before, after] = [parseDocument(current), parseDocument(next)];
  if (before && after) {
    compareRoles(before, after, report);
    compareNames(former, report);
    compareTimeZones({ before, after, now }, report);
    compareClaims({ before, after, former }, report);
    compareResources({ before, after, former }, report);
  } else {
    report(
      'reopens',
      ['current'],
      'The current version is not valid in this release, so what this one would pay again is unknown.',
    );
  }
  const explained = found.filter(({ severity }) => severity === 'running' || severity === 'amounts');
  const others = diffDocuments(current, next)
    .filter(({ path }) => !explained.some((change) => isWithin(path, change.path)))
    .map((change): ConfigChange => ({ path: change.path, severity: 'other', text: valuesText(change) }));
  const rank = ({ severity }: ConfigChange) => SEVERITIES.indexOf(severity);
  return [...found, ...others].sort((a, b) => rank(a) - rank(b) || (a.path < b.path ? -1 : 1));
}

/**
 * The settings that name a resource in which balances exist. Health, regenerating resources and guarantee counters are not
 * among them: they start with a value of their own, so another resource may take their place.
 */
function rolesOf({
  levels,
  statPoints,
  tiers,
}: BalanceDocument): readonly (readonly [at: readonly string[], resource: string])[] {
  const { energy, stamina, health } = statPoints.stats;
  return [
    [['levels', 'resource'], levels.resource],
    [['levels', 'paidResource'], levels.paidResource],
    [['statPoints', 'resource'], statPoints.resource],
    [['statPoints', 'stats', 'energy', 'resource'], energy.resource],
    [['statPoints', 'stats', 'stamina', 'resource'], stamina.resource],
    [['statPoints', 'stats', 'health', 'resource'], health.resource],
    [['tiers', 'resource'], tiers.resource],
  ];
}

/** With a new resource for paid levels, for example, every level would be paid again. */
function compareRoles(before: BalanceDocument, after: BalanceDocument, report: ReportChange) {
  const chosen = new Map(rolesOf(after).map(([at, resource]) => [pathText(at), resource]));
  for (const [at, resource] of rolesOf(before)) {
    const other = chosen.get(pathText(at));
    if (other === resource) continue;
    const text = `must stay "${resource}": players have balances in it, and every balance of "${other}" is 0`;
    report('refused', at, text);
  }
}

function compareNames({ taken }: Former, report: ReportChange) {
  for (const [path, use] of Object.entries(taken))
    report('refused', [path], `${use}; choose another name, because the keys of both would collide`);
}

interface Zones {
  readonly before: BalanceDocument;
  readonly after: BalanceDocument;
  readonly now: Date;
}

function compareTimeZones({ before, after, now }: Zones, report: ReportChange) {
  const [old, zone] = [zoneFrom(now, timeZoneOf(before)), zoneFrom(now, timeZoneOf(after))];
  if (zoneText(old) === zoneText(zone)) return;
  if (zone === zoneAt(now.toISOString(), old)) {
    const text = `The change from ${zone} to ${before.timeZone} is cancelled. Days and weeks go on as they are.`;
    report('running', ['timeZone'], text);
    return;
  }
  const [running, changed] = [dayIn(now, old), dayIn(now, zone)];
  const [week, changedWeek] = [weekOf(now, old), weekOf(now, zone)];
  const from = `Days and weeks change from ${zoneText(old)} to ${zoneText(zone)}`;
  if (typeof zone !== 'string' && changed.name === running.name && changed.begins === running.begins) {
    const text = `${from}. The running day ${running.name} and week ${week} keep their keys, limits and budgets: the day ends at ${changed.ends}, and ${dayOf(new Date(changed.ends), zone)} follows.`;
    report('running', ['timeZoneBefore'], text);
    return;
  }
  const effect = [
    `${from} at once.`,
    dayText(running.name, changed),
    `The running week ${week} ${changedWeek === week ? 'keeps its key' : `becomes ${changedWeek}`}.`,
    `To let both end first, add "timeZoneBefore": {"timeZone": "${zoneAt(running.begins, old)}", "until": "${running.ends}"}.`,
  ];
  report('reopens', ['timeZone'], effect.join(' '));
}

function dayText(running: string, { name, ends }: { readonly name: string; readonly ends: string }): string {
  if (name === running) return `The running day ${running} keeps its key and ends at ${ends}.`;
  const effect =
    name > running
      ? 'players who made its calendar claims can make them again, and daily limits and budgets begin again'
      : 'players who missed the calendar claims of that day can make them, and its limits and budgets continue';
  return `The running day ${running} becomes ${name} until ${ends}: ${effect}.`;
}

/** A change of the zone that lies before the running day has no effect any more. */
function zoneFrom(now: Date, zone: TimeZone): TimeZone {
  return typeof zone !== 'string' && zone.until <= dayIn(now, zone).begins ? zone.name : zone;
}

/** Times of one form compare as texts. */
function zoneAt(moment: string, zone: TimeZone): string {
  if (typeof zone === 'string') return zone;
  return moment < zone.until ? zone.before : zone.name;
}

function zoneText(zone: TimeZone): string {
  return typeof zone === 'string' ? zone : `${zone.name} (${zone.before} until ${zone.until})`;
}

function isWithin(path: string, whole: string): boolean {
  return path === whole || path.startsWith(`${whole}.`) || path.startsWith(`${whole}[`);
}
