/** Compares limits: bounds that change in a running period, and claim types and exchanges that join or leave a shared limit. */
import type { Former, ReportChange } from './changes.ts';
import type { LimitBounds } from './compile-limits.ts';
import type { BalanceDocument } from './schema.ts';

interface Place {
  readonly at: readonly string[];
  readonly what: string;
  readonly former: Former;
}

const PERIODS = {
  perDay: { per: ' per day', used: 'in the running day' },
  perWeek: { per: ' per week', used: 'in the running week' },
  perMonth: { per: ' per month', used: 'in the running month' },
  ever: { per: ' for good', used: 'so far' },
  total: { per: ' in the whole game', used: 'so far' },
} as const;
type Field = keyof typeof PERIODS;

/** The paths of the bounds, with the bounds that are set. */
export function boundsOf(bounds: LimitBounds): Map<string, number> {
  const fields = (Object.keys(PERIODS) as Field[]).map((field) => [field, bounds[field]] as const);
  const seasons = Object.entries(bounds.perSeason).map(([name, max]) => [`perSeason.${name}`, max] as const);
  return new Map([...fields, ...seasons].flatMap(([path, max]) => (max === undefined ? [] : [[path, max]])));
}

/** What was used since the period began is counted by the kernel. */
export function compareBounds(
  place: Place,
  before: LimitBounds | undefined,
  after: LimitBounds | undefined,
  report: ReportChange,
): void {
  const [was, is] = [before, after].map((bounds) => (bounds ? boundsOf(bounds) : new Map<string, number>()));
  for (const path of new Set([...(was?.keys() ?? []), ...(is?.keys() ?? [])])) {
    compareBound(place, path, { was: was?.get(path) ?? null, is: is?.get(path) ?? null }, report);
  }
}

function compareBound(
  { at, what, former }: Place,
  path: string,
  { was, is }: { readonly was: number | null; readonly is: number | null },
  report: ReportChange,
) {
  if (was === is) return;
  const [field, season] = path.split('.') as [Field | 'perSeason', string];
  const { per, used } =
    field === 'perSeason'
      ? { per: ` in the season ${season}`, used: `in the season ${season}` }
      : PERIODS[field];
  const full = [...at, ...path.split('.')];
  if (is === null) report('running', full, `${what} has no limit${per} any more. It was ${was}.`);
  else if (was === null && former.limits.includes(full.join('.')))
    report(
      'reopens',
      full,
      `${what} is limited to ${is}${per}, and was limited earlier ${used}: what was used since the limit was removed does not count.`,
    );
  else if (was === null)
    report('running', full, `${what} is limited to ${is}${per}. What was used ${used} counts.`);
  else {
    const isForGood = field === 'ever' || field === 'total';
    const more = isForGood ? '' : `, also ${used}`;
    const effect =
      is < was
        ? `. Players who used more ${used} ${isForGood ? 'can use no more' : 'wait until it ends'}`
        : more;
    report('running', full, `${what} is limited to ${is}${per} instead of ${was}${effect}.`);
  }
}

/** Bounds of named limits. One that is gone has no users any more. */
export function compareSharedLimits(
  {
    before,
    after,
    former,
  }: { readonly before: BalanceDocument; readonly after: BalanceDocument; readonly former: Former },
  report: ReportChange,
): void {
  for (const [name, bounds] of Object.entries(after.limits)) {
    const old = Object.hasOwn(before.limits, name) ? before.limits[name] : undefined;
    compareBounds({ at: ['limits', name], what: name, former }, old, bounds, report);
  }
}

/** A type that left a shared limit and returns in the same period has a gap: what it used in between is not counted. */
export function compareMembership(
  { at, what, former }: Place,
  before: readonly string[],
  after: readonly string[],
  report: ReportChange,
): void {
  const path = [...at, 'sharedLimits'];
  for (const name of after.filter((each) => !before.includes(each))) {
    if (former.shared.includes([...path, name].join('.')))
      report(
        'reopens',
        path,
        `${what} counts towards the limit ${name} again, and did so earlier in a running period: what was used since it was removed does not count there.`,
      );
    else
      report(
        'running',
        path,
        `${what} counts towards the limit ${name}. What was used in the running period counts.`,
      );
  }
  for (const name of before.filter((each) => !after.includes(each)))
    report(
      'running',
      path,
      `${what} no longer counts towards the limit ${name}. What it used in the running period stays counted.`,
    );
}
