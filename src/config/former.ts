/**
 * What a comparison (compare.ts) has to know of earlier configs: the questions that it asks the database, and what their answers mean
 * (drizzle/kernel/23_compare.sql). Pure. It asks only about what the next document has and the current one has not.
 */
import { type PeriodKind, periodIn } from '../domain/calendar.ts';
import { calendarOf } from './calendar.ts';
import { type Former, type FormerClaimType, NO_FORMER } from './changes.ts';
import { sourcesOf } from './compare-claims.ts';
import { boundsOf } from './compare-limits.ts';
import { settingsOf } from './compare-roles.ts';
import { parseDocument } from './compile.ts';
import type { LimitBounds } from './compile-limits.ts';
import type { BalanceDocument } from './schema.ts';

/** How many versions are searched for the sources and limits of rewards. */
const SEARCHED_VERSIONS = 1_000;

export interface Compared {
  readonly current: { readonly version: number; readonly document: unknown };
  readonly next: unknown;
  /** When `next` takes effect. */
  readonly now: Date;
}

/** The parameter of `former_configs`. */
export interface FormerQuestions {
  /** Of claim types and exchanges. */
  readonly names: readonly string[];
  /** Resources that are given once for a source. */
  readonly sources: readonly string[];
  readonly roles: readonly (readonly string[])[];
  readonly limits: readonly { readonly path: readonly string[]; readonly since: string }[];
  /** The first version that is searched, and how many are. */
  readonly since: number;
  readonly most: number;
}

/** What `former_configs` answers. */
export interface FormerAnswers {
  readonly names: readonly FormerName[];
  readonly sources: readonly {
    readonly resource: string;
    readonly facts: readonly string[];
    readonly scope: Former['scopes'][string];
  }[];
  readonly roles: readonly {
    readonly path: readonly string[];
    readonly version: number;
    readonly resource: string;
  }[];
  readonly limits: readonly (readonly string[])[];
}

/** Asks the database about earlier configs. */
export type AskFormer = (questions: FormerQuestions) => Promise<FormerAnswers>;

interface FormerName {
  readonly name: string;
  readonly claimTypeUntil: number | null;
  readonly definition: FormerClaimType['claimType'] | null;
  readonly exchangeUntil: number | null;
}

/** Null: there is nothing to ask. */
export function formerQuestions({ current, next, now }: Compared): FormerQuestions | null {
  const [before, after] = [parseDocument(current.document), parseDocument(next)];
  if (!before || !after) return null;
  const questions = {
    names: [...added('claimTypes', { before, after }), ...added('exchanges', { before, after })],
    sources: newKeys(sourcesOf(before), sourcesOf(after)),
    roles: newRoles({ before, after }),
    limits: newLimits({ before, after }, now),
  };
  if (Object.values(questions).every(({ length }) => length === 0)) return null;
  return { ...questions, since: current.version - SEARCHED_VERSIONS, most: SEARCHED_VERSIONS };
}

/** `answers` null: nothing was asked. */
export function formerOf({ current, next }: Compared, answers: FormerAnswers | null): Former {
  const [before, after] = [parseDocument(current.document), parseDocument(next)];
  if (!before || !after || answers === null) return NO_FORMER;
  const texts = (all: readonly (readonly string[])[]) => all.map((path) => path.join('.'));
  return {
    ...formerNames(answers.names, added('claimTypes', { before, after })),
    onceFor: Object.fromEntries(answers.sources.map(({ resource, facts }) => [resource, facts])),
    scopes: Object.fromEntries(answers.sources.map(({ resource, scope }) => [resource, scope])),
    roles: Object.fromEntries(
      answers.roles.map(({ path, version, resource }) => [path.join('.'), { version, resource }]),
    ),
    limits: texts(answers.limits.filter((path) => path[2] !== 'sharedLimits')),
    shared: texts(answers.limits.filter((path) => path[2] === 'sharedLimits')),
  };
}

interface Documents {
  readonly before: BalanceDocument;
  readonly after: BalanceDocument;
}

function added(section: 'claimTypes' | 'exchanges', { before, after }: Documents): string[] {
  return newKeys(before[section], after[section]);
}

/** Claim types that return, and names of claim types and exchanges that the ledger has for the other. */
function formerNames(
  names: readonly FormerName[],
  claimTypesAdded: readonly string[],
): Pick<Former, 'claimTypes' | 'taken'> {
  const claimTypes: Record<string, FormerClaimType> = {};
  const taken: Record<string, string> = {};
  const until = (what: string, version: number) => `was the name of ${what} until version ${version}`;
  for (const { name, claimTypeUntil, definition, exchangeUntil } of names) {
    if (claimTypesAdded.includes(name)) {
      if (exchangeUntil !== null) taken[`claimTypes.${name}`] = until('an exchange', exchangeUntil);
      else if (claimTypeUntil !== null && definition)
        claimTypes[name] = { version: claimTypeUntil, claimType: definition };
    } else if (claimTypeUntil !== null) taken[`exchanges.${name}`] = until('a claim type', claimTypeUntil);
    else if (exchangeUntil === null) taken[`exchanges.${name}`] = 'is the claim type of imported rows';
  }
  return { claimTypes, taken };
}

/** Parts and stats that return: players may still have balances in the resource that they named last. */
function newRoles({ before, after }: Documents): FormerQuestions['roles'] {
  const old = new Set(settingsOf(before).map(([path]) => path.join('.')));
  return settingsOf(after).flatMap(([path]) => (old.has(path.join('.')) ? [] : [path]));
}

/** Limits that are published again in the period in which they were removed. A stock counts every claim when it returns. */
function newLimits({ before, after }: Documents, now: Date): FormerQuestions['limits'] {
  const old = new Set(boundedPaths(before).map(({ path }) => path.join('.')));
  const calendar = calendarOf(before);
  return boundedPaths(after)
    .filter(({ path }) => !old.has(path.join('.')))
    .flatMap(({ path, periods }) => {
      const begins = periods
        // A season that is new has no earlier limits.
        .filter((period) => typeof period === 'string' || calendar.seasons.has(period.season))
        .map((period) => periodIn(period, now, calendar).begins ?? '-infinity');
      const since = begins.includes('-infinity') ? '-infinity' : begins.toSorted()[0];
      return since === undefined ? [] : [{ path, since }];
    });
}

interface BoundedPath {
  /** Of a shared limit, the path ends with its name. */
  readonly path: string[];
  readonly periods: readonly PeriodKind[];
}

function boundedPaths({ claimTypes, exchanges, resources, limits }: BalanceDocument): BoundedPath[] {
  const bounds = (at: string[], bounded: LimitBounds): BoundedPath[] =>
    [...boundsOf(bounded).keys()]
      .filter((path) => path !== 'total')
      .map((path) => ({ path: [...at, ...path.split('.')], periods: [periodOf(path)] }));
  const periodsOf = (name: string) => {
    const named = Object.hasOwn(limits, name) ? limits[name] : undefined;
    return named ? bounds([], named).flatMap(({ periods }) => periods) : [];
  };
  const offers = Object.entries({ claimTypes, exchanges }).flatMap(([section, all]) =>
    Object.entries(all).flatMap(([name, offer]) => [
      ...bounds([section, name], offer),
      ...(offer.sharedLimits as readonly string[]).map((shared) => ({
        path: [section, name, 'sharedLimits', shared],
        periods: periodsOf(shared),
      })),
    ]),
  );
  const transfers = Object.entries(resources).flatMap(([name, { transfer }]) =>
    transfer
      ? [
          ...bounds(['resources', name, 'transfer'], transfer),
          ...bounds(['resources', name, 'transfer', 'receives'], transfer.receives),
        ]
      : [],
  );
  const charges = Object.entries(resources).flatMap(([name, { spend }]): BoundedPath[] =>
    spend && spend.perDay !== null
      ? [{ path: ['resources', name, 'spend', 'perDay'], periods: ['day'] }]
      : [],
  );
  return [
    ...offers,
    ...transfers,
    ...charges,
    ...Object.entries(limits).flatMap(([name, one]) => bounds(['limits', name], one)),
  ];
}

const RUNNING: Readonly<Record<string, PeriodKind>> = { perDay: 'day', perWeek: 'week', perMonth: 'month' };

function periodOf(path: string): PeriodKind {
  const [field, season] = path.split('.');
  if (season !== undefined) return { season };
  return RUNNING[field as string] ?? 'ever';
}

function newKeys(before: object, after: object): string[] {
  return Object.keys(after).filter((name) => !Object.hasOwn(before, name));
}
