/**
 * What publishing a document changes, compared with the current one: a sentence for each change, and whether it would pay
 * something twice. Pure: the caller reads what earlier versions had, and counts what players hold. Both documents are valid.
 */
import { compareBreakers } from './breakers.ts';
import {
  type ConfigChange,
  diffDocuments,
  type Former,
  type ReportChange,
  SEVERITIES,
  valuesText,
} from './changes.ts';
import { compareCalendars } from './compare-calendar.ts';
import { compareClaims } from './compare-claims.ts';
import { compareExchanges } from './compare-exchanges.ts';
import { compareSharedLimits } from './compare-limits.ts';
import { compareConditions, compareCounters } from './compare-progress.ts';
import { compareResources } from './compare-resources.ts';
import { compareRoles } from './compare-roles.ts';
import { parseDocument } from './compile.ts';
import { pathText } from './problem.ts';
import { compareWindows } from './windows.ts';

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
    compareRoles({ before, after, former }, report);
    compareNames(former, report);
    compareCalendars({ before, after, now }, report);
    compareWindows({ before, after, now }, report);
    compareClaims({ before, after, former }, report);
    compareSharedLimits({ before, after, former }, report);
    compareExchanges({ before, after, former }, report);
    compareResources({ before, after, former }, report);
    compareCounters({ before, after, former }, report);
    compareConditions({ before, after, former }, report);
    compareBreakers({ before, after }, report);
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

function compareNames({ taken }: Former, report: ReportChange) {
  for (const [path, use] of Object.entries(taken))
    report('refused', [path], `${use}; choose another name, because the keys of both would collide`);
}

function isWithin(path: string, whole: string): boolean {
  return path === whole || path.startsWith(`${whole}.`) || path.startsWith(`${whole}[`);
}
