/**
 * What the database knows of earlier configs and of players, for the comparison of src/config/compare.ts. Counting stops after some
 * seconds.
 */
import type pg from 'pg';
import { calendarOf } from '../src/config/calendar.ts';
import {
  type ConfigChange,
  type Former,
  type FormerClaimType,
  type Held,
  NO_FORMER,
} from '../src/config/changes.ts';
import { sourcesOf } from '../src/config/compare-claims.ts';
import { boundsOf } from '../src/config/compare-limits.ts';
import { settingsOf } from '../src/config/compare-roles.ts';
import { parseDocument } from '../src/config/compile.ts';
import type { LimitBounds } from '../src/config/compile-limits.ts';
import type { BalanceDocument } from '../src/config/schema.ts';
import { type PeriodKind, periodIn } from '../src/domain/calendar.ts';

/** How many versions are searched for the sources and limits of rewards. */
const SEARCHED_VERSIONS = 1_000;
const MOST_COUNTED = 10_000;
const COUNT_TIMEOUT = '5s';
const QUERY_CANCELED = '57014';

interface Compared {
  readonly current: { readonly version: number; readonly document: unknown };
  readonly next: unknown;
  readonly now: Date;
}

/** Asks only about names that the next document has and the current one has not. Most publications ask nothing. */
export async function readFormer(client: pg.Client, { current, next, now }: Compared): Promise<Former> {
  const [before, after] = [parseDocument(current.document), parseDocument(next)];
  if (!before || !after) return NO_FORMER;
  return {
    ...(await readNames(client, { before, after })),
    ...(await readSources(client, { before, after, since: current.version - SEARCHED_VERSIONS })),
    roles: await readRoles(client, { before, after }),
    ...(await readLimits(client, { before, after, now })),
  };
}

interface Documents {
  readonly before: BalanceDocument;
  readonly after: BalanceDocument;
}

/** Claim types that return, and names of claim types and exchanges that the ledger has for the other. */
async function readNames(
  client: pg.Client,
  { before, after }: Documents,
): Promise<Pick<Former, 'claimTypes' | 'taken'>> {
  const added = (section: 'claimTypes' | 'exchanges') => newKeys(before[section], after[section]);
  const names = [...added('claimTypes'), ...added('exchanges')];
  if (names.length === 0) return NO_FORMER;
  const { rows } = await client.query<FormerName>(
    `SELECT n.name, c.version AS claim_type_until, c.definition, e.version AS exchange_until
       FROM onceward.names n
       LEFT JOIN LATERAL (
         SELECT b.version, CASE WHEN b.effective_from <= clock_timestamp()
                                THEN b.document->'claimTypes'->n.name END AS definition
           FROM onceward.balance_configs b
          WHERE b.document->'claimTypes' ? n.name
          ORDER BY b.effective_from <= clock_timestamp() DESC, b.version DESC LIMIT 1) c ON true
       LEFT JOIN LATERAL (
         SELECT b.version FROM onceward.balance_configs b
          WHERE b.document->'exchanges' ? n.name ORDER BY b.version DESC LIMIT 1) e ON true
      WHERE n.kind = 2 AND n.name = ANY ($1)`,
    [names],
  );
  const claimTypes: Record<string, FormerClaimType> = {};
  const taken: Record<string, string> = {};
  for (const { name, claim_type_until, definition, exchange_until } of rows) {
    const until = (what: string, version: number) => `was the name of ${what} until version ${version}`;
    if (added('claimTypes').includes(name)) {
      if (exchange_until !== null) taken[`claimTypes.${name}`] = until('an exchange', exchange_until);
      else if (claim_type_until !== null && definition)
        claimTypes[name] = { version: claim_type_until, claimType: definition };
    } else if (claim_type_until !== null)
      taken[`exchanges.${name}`] = until('a claim type', claim_type_until);
    else if (exchange_until === null) taken[`exchanges.${name}`] = 'is the claim type of imported rows';
  }
  return { claimTypes, taken };
}

interface FormerName {
  readonly name: string;
  readonly claim_type_until: number | null;
  readonly definition: FormerClaimType['claimType'] | null;
  readonly exchange_until: number | null;
}

async function readSources(
  client: pg.Client,
  { before, after, since }: Documents & { readonly since: number },
): Promise<Pick<Former, 'onceFor' | 'scopes'>> {
  const resources = newKeys(sourcesOf(before), sourcesOf(after));
  if (resources.length === 0) return { onceFor: {}, scopes: {} };
  const { rows } = await client.query(
    `SELECT DISTINCT ON (r.key) r.key AS resource, r.value->'onceFor' AS facts,
            coalesce(r.value->>'scope', 'player') AS scope
       FROM onceward.balance_configs b, jsonb_each(b.document->'claimTypes') AS t,
            jsonb_each(t.value->'rewards') AS r
      WHERE b.version >= $2 AND b.effective_from <= clock_timestamp() AND r.key = ANY ($1) AND jsonb_typeof(r.value->'onceFor') = 'array'
      ORDER BY r.key, b.version DESC`,
    [resources, since],
  );
  return {
    onceFor: Object.fromEntries(rows.map(({ resource, facts }) => [resource, facts])),
    scopes: Object.fromEntries(rows.map(({ resource, scope }) => [resource, scope])),
  };
}

/** Which resource a part or stat that returns had last: in it players may still have balances. */
async function readRoles(client: pg.Client, { before, after }: Documents): Promise<Former['roles']> {
  const old = new Set(settingsOf(before).map(([path]) => path.join('.')));
  const paths = settingsOf(after).flatMap(([path]) => (old.has(path.join('.')) ? [] : [path]));
  if (paths.length === 0) return {};
  const { rows } = await client.query(
    `SELECT p.value AS path, b.version, b.resource
       FROM jsonb_array_elements($1) AS p, LATERAL (
         SELECT c.version, c.document #>> ARRAY(SELECT jsonb_array_elements_text(p.value)) AS resource
           FROM onceward.balance_configs c
          WHERE c.document #> ARRAY(SELECT jsonb_array_elements_text(p.value)) IS NOT NULL
          ORDER BY c.version DESC LIMIT 1) AS b`,
    [JSON.stringify(paths)],
  );
  return Object.fromEntries(
    rows.map(({ path, version, resource }) => [path.join('.'), { version, resource }]),
  );
}

/** Limits that are published again in the period in which they were removed. A stock counts every claim when it returns. */
async function readLimits(
  client: pg.Client,
  { before, after, now }: Documents & { readonly now: Date },
): Promise<Pick<Former, 'limits' | 'shared'>> {
  const old = new Set(boundedPaths(before).map(({ path }) => path.join('.')));
  const calendar = calendarOf(before);
  const added = boundedPaths(after).filter(({ path }) => !old.has(path.join('.')));
  const paths = added.flatMap(({ path, periods }) => {
    const begins = periods
      // A season that is new has no earlier limits.
      .filter((period) => typeof period === 'string' || calendar.seasons.has(period.season))
      .map((period) => periodIn(period, now, calendar).begins ?? '-infinity');
    const since = begins.includes('-infinity') ? '-infinity' : begins.toSorted()[0];
    return since === undefined ? [] : [{ path, since }];
  });
  if (paths.length === 0) return { limits: [], shared: [] };
  const { rows } = await client.query<{ path: string[] }>(
    `SELECT p.path FROM jsonb_to_recordset($1) AS p(path text[], since timestamptz)
      WHERE EXISTS (
        SELECT FROM (SELECT b.document FROM onceward.balance_configs b
                      WHERE b.effective_from >= coalesce((SELECT max(e.effective_from) FROM onceward.balance_configs e
                                                           WHERE e.effective_from <= p.since), '-infinity')
                        AND b.effective_from <= clock_timestamp()
                      ORDER BY b.version DESC LIMIT $2) AS b
         WHERE jsonb_typeof(b.document #> p.path) = 'number'
            OR p.path[3] = 'sharedLimits' AND b.document #> p.path[1:3] ? p.path[4])`,
    [JSON.stringify(paths), SEARCHED_VERSIONS],
  );
  const found = rows.map(({ path }) => path);
  const texts = (all: string[][]) => all.map((path) => path.join('.'));
  return {
    limits: texts(found.filter((path) => path[2] !== 'sharedLimits')),
    shared: texts(found.filter((path) => path[2] === 'sharedLimits')),
  };
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

/** Adds to each change what players hold of what it concerns. */
export async function countHeld(
  client: pg.Client,
  changes: readonly ConfigChange[],
): Promise<readonly ConfigChange[]> {
  const texts = new Map<string, string>();
  const counted: ConfigChange[] = [];
  for (const change of changes) {
    if (!change.held) {
      counted.push(change);
      continue;
    }
    const key = JSON.stringify(change.held);
    const text = texts.get(key) ?? (await heldText(client, change.held));
    texts.set(key, text);
    counted.push(text === '' ? change : { ...change, text: `${change.text} ${text}` });
  }
  return counted;
}

async function heldText(client: pg.Client, held: Held): Promise<string> {
  if ('claimType' in held) {
    const pending = await count(
      client,
      'SELECT FROM onceward.pending_rewards WHERE claim_type = onceward.number_of(2, $1)',
      held.claimType,
    );
    return pending === 0 ? '' : `${amountText(pending, 'pending reward')} paid as announced.`;
  }
  const of = 'resource = onceward.number_of(1, $1)';
  const queries = {
    players: `SELECT FROM onceward.balances WHERE ${of} AND amount <> 0`,
    sources: `SELECT FROM onceward.source_keys WHERE ${of}`,
    pending: `SELECT FROM onceward.pending_rewards w
               WHERE EXISTS (SELECT FROM json_array_elements(w.plan->'postings') AS p WHERE p->>'resource' = $1)`,
  };
  const players = await count(client, queries.players, held.resource);
  const sources = await count(client, queries.sources, held.resource);
  const pending = await count(client, queries.pending, held.resource);
  return [
    `${amountText(players, 'player')} holding it.`,
    ...(sources === 0 ? [] : [`${amountText(sources, 'source')} taken.`]),
    ...(pending === 0 ? [] : [`${amountText(pending, 'pending reward')} to pay it.`]),
  ].join(' ');
}

/** Null: it takes too long. One more than MOST_COUNTED: there are more. */
async function count(client: pg.Client, query: string, name: string): Promise<number | null> {
  await client.query('BEGIN READ ONLY');
  try {
    await client.query(`SET LOCAL statement_timeout = '${COUNT_TIMEOUT}'`);
    const { rows } = await client.query(
      `SELECT count(*)::int AS found FROM (${query} LIMIT ${MOST_COUNTED + 1}) AS held`,
      [name],
    );
    return rows[0].found;
  } catch (error) {
    if ((error as pg.DatabaseError).code === QUERY_CANCELED) return null;
    throw error;
  } finally {
    await client.query('ROLLBACK');
  }
}

function amountText(found: number | null, what: string): string {
  if (found === null) return `An unknown number of ${what}s (counting took longer than ${COUNT_TIMEOUT}) is`;
  if (found === 1) return `1 ${what} is`;
  return `${found > MOST_COUNTED ? `More than ${MOST_COUNTED}` : found || 'No'} ${what}s are`;
}
