/** A player as the ledger holds it: version, balances and how they regenerate. Level, tier and stats are derived by the domain. */
import { and, type Column, eq, isNotNull, type SQL, sql } from 'drizzle-orm';
import type { Actor } from '../domain/actor.ts';
import type { Limit } from '../domain/moves.ts';
import type { Anchors, Balances } from '../domain/outcome.ts';
import type { RecordedPlayer } from '../domain/player-state.ts';
import type { RegenerationRule } from '../domain/regeneration.ts';
import type { Database, Reads } from './database.ts';
import { regenerationRules } from './operations-tables.ts';
import { type Authorised, readAs } from './read-authority.ts';
import { milliseconds, nameOf, numberOf, numberOfActor } from './read-names.ts';
import { isoTime } from './read-record.ts';
import { actors, balances, ledgerEntries } from './tables.ts';

/** No row: nothing was granted to this player yet. */
export function readPlayer(
  database: Database,
  actor: Actor,
  playerId: string,
): Promise<Authorised<RecordedPlayer>> {
  return readAs(database, actor, (reads) => playerStatement(reads, playerId), rowOf);
}

export function playerStatement(reads: Reads, playerId: string) {
  return reads
    .select({
      id: actors.id,
      version: actors.version,
      acceptsGifts: actors.acceptsGifts,
      frozen: milliseconds(actors.frozenAt),
      archivedClaims: sql<number>`coalesce(${actors.archived}, 0)`,
      mergedInto: sql<string | null>`CASE WHEN ${actors.mergedInto} IS NOT NULL
        THEN onceward.account_of(${actors.id}) END`,
      mergedFrom: guestsJson(),
      zones: actors.zones,
      since: milliseconds(actors.createdAt),
      at: milliseconds(sql`greatest(clock_timestamp(), ${actors.updatedAt})`),
      balances: balancesJson(),
      anchors: anchorsJson(),
      rules: regenerationRulesJson(),
    })
    .from(actors)
    .where(and(eq(actors.no, numberOfActor('player', playerId)), isNotNull(actors.createdAt)));
}

const MOST_GUESTS = 100;

/** The IDs of the latest guests, in the order in which they were merged. */
function guestsJson(): SQL<string[]> {
  const guests = actors.mergedFrom;
  return sql`${sql`(SELECT coalesce(json_agg(g.id ORDER BY m.place), '[]')
    FROM unnest(${guests}) WITH ORDINALITY AS m(no, place) JOIN ${actors} AS g ON g.no = m.no
    WHERE m.place > cardinality(${guests}) - ${MOST_GUESTS}::integer)`}` as SQL<string[]>;
}

/** The numbers of resources; null: of all of them. */
type Numbers = readonly SQL<number>[] | null;

function isAmong(resource: Column, numbers: Numbers): SQL {
  if (numbers === null) return sql``;
  return numbers.length === 0
    ? sql` AND false`
    : sql` AND ${resource} IN (${sql.join([...numbers], sql`, `)})`;
}

export function balancesJson(numbers: Numbers = null): SQL<Balances> {
  const { resource, amount, player } = balances;
  return sql`${sql`(SELECT coalesce(json_object_agg(${nameOf('resource', resource)}, ${amount}), '{}')
    FROM ${balances} WHERE ${player} = ${actors.no}${isAmong(resource, numbers)})`}` as SQL<Balances>;
}

/** In milliseconds. */
export function anchorsJson(numbers: Numbers = null): SQL<Readonly<Record<string, number>>> {
  const { resource, anchoredAt, player } = balances;
  const anchor = sql`json_object_agg(${nameOf('resource', resource)}, ${milliseconds(anchoredAt)})`;
  return sql`${sql`(SELECT coalesce(${anchor}, '{}') FROM ${balances}
    WHERE ${player} = ${actors.no} AND ${anchoredAt} IS NOT NULL${isAmong(resource, numbers)})`}` as SQL<
    Record<string, number>
  >;
}

export interface StoredRule extends Pick<RegenerationRule, 'resource' | 'everySeconds' | 'amount'> {
  readonly from: number;
  readonly until: number | null;
  readonly openingBase: number | null;
  readonly openingPerUnit: number | null;
  readonly openingOf: string | null;
  readonly capBase: number | null;
  readonly capPerUnit: number | null;
  readonly capOf: string | null;
}

/** Those that ended after the balance's anchor, or after the player was created where the balance has none. */
export function regenerationRulesJson(numbers: Numbers = null): SQL<StoredRule[]> {
  const r = regenerationRules;
  const rule = sql`json_build_object(
    'resource', ${nameOf('resource', r.resource)}, 'from', ${milliseconds(r.effectiveFrom)},
    'until', ${milliseconds(sql`nullif(${r.effectiveUntil}, 'infinity')`)},
    'everySeconds', ${r.everySeconds}, 'amount', ${r.amount},
    'openingBase', ${r.openingBase}, 'openingPerUnit', ${r.openingPerUnit}, 'openingOf', ${nameOf('resource', r.openingOf)},
    'capBase', ${r.capBase}, 'capPerUnit', ${r.capPerUnit}, 'capOf', ${nameOf('resource', r.capOf)})`;
  const anchor = sql`(SELECT ${balances.anchoredAt} FROM ${balances}
    WHERE ${balances.player} = ${actors.no} AND ${balances.resource} = ${r.resource})`;
  return sql`${sql`(SELECT coalesce(json_agg(${rule} ORDER BY ${r.effectiveFrom}), '[]') FROM ${r}
    WHERE ${r.effectiveUntil} > coalesce(${anchor}, ${actors.createdAt})${isAmong(r.resource, numbers)})`}` as SQL<
    StoredRule[]
  >;
}

type Selected = Awaited<ReturnType<typeof playerStatement>>[number];

function rowOf({ since, at, frozen, balances, anchors, rules, ...row }: Selected): RecordedPlayer {
  return {
    ...row,
    frozenAt: frozen === null ? null : isoTime(frozen),
    zones: row.zones ?? '',
    balances,
    anchors: anchorsOf(anchors),
    regenerationRules: rules.map(ruleOf),
    playerSince: isoTime(since),
    at: isoTime(at),
  };
}

export function anchorsOf(stored: Readonly<Record<string, number>>): Anchors {
  return Object.fromEntries(Object.entries(stored).map(([resource, anchor]) => [resource, isoTime(anchor)]));
}

export function ruleOf({
  resource,
  from,
  until,
  everySeconds,
  amount,
  ...limits
}: StoredRule): RegenerationRule {
  return {
    resource,
    effectiveFrom: isoTime(from),
    effectiveUntil: until === null ? null : isoTime(until),
    everySeconds,
    amount,
    cap: limitOf(limits.capBase, limits.capPerUnit, limits.capOf),
    opening: limitOf(limits.openingBase, limits.openingPerUnit, limits.openingOf),
  };
}

function limitOf(base: number | null, perUnit: number | null, resource: string | null): Limit | null {
  if (base === null || resource === null) return base;
  return { base, perUnit: perUnit ?? 0, resource };
}

interface BalanceAt {
  readonly playerId: string;
  readonly resource: string;
  readonly at: Date;
}

/** A balance as it was recorded before a moment. No row: it had not moved yet. */
export function readBalanceAt(
  database: Database,
  actor: Actor,
  request: BalanceAt,
): Promise<Authorised<{ readonly amount: number; readonly sequence: number }>> {
  return readAs(
    database,
    actor,
    (reads) => balanceAtStatement(reads, request),
    ({ before, delta, sequence }) => ({ amount: before + delta, sequence }),
  );
}

export function balanceAtStatement(reads: Reads, { playerId, resource, at }: BalanceAt) {
  const e = ledgerEntries;
  const player = numberOfActor('player', playerId);
  const number = numberOf('resource', resource);
  const next = sql`onceward.entry_sequence_at(${player}, ${number}, ${at.toISOString()}::timestamptz)`;
  return reads
    .select({ before: e.before, delta: e.delta, sequence: e.sequence })
    .from(e)
    .where(and(eq(e.player, player), eq(e.resource, number), eq(e.sequence, sql`${next} - 1`)));
}
