/**
 * What staff read of the economy: the sums of economy-tables.ts, each with how far they go. Sums are texts of decimal digits, since
 * those over many players can exceed what a JSON number holds.
 */
import { and, between, type Column, inArray, type SQL, sql } from 'drizzle-orm';
import type { Actor } from '../domain/actor.ts';
import { ENTRY_CAUSES } from './columns.ts';
import type { Database, Reads } from './database.ts';
import { economyClaims, economyRollUp, economyFlows as f } from './economy-tables.ts';
import { type Authorised, readTogetherAs } from './read-authority.ts';
import { milliseconds, nameOf, numberOf } from './read-names.ts';
import { isoTime } from './read-record.ts';

export interface Days {
  /** YYYY-MM-DD of UTC, both included. */
  readonly from: string;
  readonly to: string;
}

/** Every claim that was committed before this moment is contained; null: not known yet. */
export interface Watermark {
  readonly completeUntil: string | null;
}

export interface EconomyDay {
  readonly day: string;
  readonly resource: string;
  readonly emitted: string;
  readonly sunk: string;
  readonly reversed: string;
  readonly transferred: string;
  readonly net: string;
  readonly balance: string;
}

export interface EconomyFlow {
  readonly resource: string;
  readonly claimType: string;
  readonly operation: string;
  readonly cause: string;
  readonly betweenPlayers: boolean;
  readonly gained: string;
  readonly lost: string;
  readonly entries: number;
}

export interface ClaimCount {
  readonly claimType: string;
  readonly operation: string;
  readonly claims: number;
  readonly units: number;
}

export interface Economy extends Watermark {
  readonly days: readonly EconomyDay[];
  readonly flows: readonly EconomyFlow[];
  readonly claims: readonly ClaimCount[];
}

interface EconomyRequest extends Days {
  /** Null: all. */
  readonly resources: readonly string[] | null;
}

export function readEconomy(
  database: Database,
  actor: Actor,
  request: EconomyRequest,
): Promise<Authorised<Economy>> {
  return readTogetherAs(
    database,
    actor,
    (reads) =>
      [
        watermarkStatement(reads),
        daysStatement(reads, request),
        flowsStatement(reads, request),
        claimsStatement(reads, request),
      ] as const,
    ([[watermark], days, flows, claims]) => ({
      ...watermarkOf(watermark),
      days,
      flows: flows.map(({ cause, ...flow }) => ({
        ...flow,
        cause: ENTRY_CAUSES[cause - 1] ?? String(cause),
      })),
      claims,
    }),
    'economy:read',
  );
}

export function watermarkStatement(reads: Reads) {
  return reads.select({ completeUntil: milliseconds(economyRollUp.completeUntil) }).from(economyRollUp);
}

export function watermarkOf(row: { readonly completeUntil: number | null } | undefined): Watermark {
  const until = row?.completeUntil ?? null;
  // The driver's mapping makes 0 of null.
  return { completeUntil: until === null || until === 0 ? null : isoTime(until) };
}

/** Null: of all. */
export const ofResources = (column: Column, names: readonly string[] | null) =>
  names === null
    ? undefined
    : inArray(
        column,
        names.map((name) => numberOf('resource', name)),
      );

const digits = (sum: SQL) => sql<string>`trim_scale(${sum})::text`;

/** A day on which nothing moved has no row: its balance is that of the day before. */
function daysStatement(reads: Reads, { from, to, resources }: EconomyRequest) {
  const isReversal = sql`${f.operation} IS NOT DISTINCT FROM ${numberOf('operation', 'reverseClaim')}`;
  const isOrdinary = sql`NOT ${f.betweenPlayers} AND NOT (${isReversal})`;
  const sums = reads
    .select({
      day: f.day,
      resource: f.resource,
      emitted: sql`coalesce(sum(${f.gained}) FILTER (WHERE ${isOrdinary}), 0)`.as('emitted'),
      sunk: sql`coalesce(sum(${f.lost}) FILTER (WHERE ${isOrdinary}), 0)`.as('sunk'),
      reversed: sql`coalesce(sum(${f.gained} - ${f.lost}) FILTER (WHERE ${isReversal}), 0)`.as('reversed'),
      transferred:
        sql`coalesce(sum(${f.gained}) FILTER (WHERE ${f.betweenPlayers} AND NOT (${isReversal})), 0)`.as(
          'transferred',
        ),
      net: sql`sum(${f.gained} - ${f.lost})`.as('net'),
      balance: sql`sum(sum(${f.gained} - ${f.lost})) OVER (PARTITION BY ${f.resource} ORDER BY ${f.day})`.as(
        'balance',
      ),
    })
    .from(f)
    .where(and(sql`${f.day} <= ${to}::date`, ofResources(f.resource, resources)))
    .groupBy(f.day, f.resource)
    .as('sums');
  return reads
    .select({
      day: sql<string>`${sums.day}::text`,
      resource: nameOf('resource', sums.resource),
      emitted: digits(sql`${sums.emitted}`),
      sunk: digits(sql`${sums.sunk}`),
      reversed: digits(sql`${sums.reversed}`),
      transferred: digits(sql`${sums.transferred}`),
      net: digits(sql`${sums.net}`),
      balance: digits(sql`${sums.balance}`),
    })
    .from(sums)
    .where(sql`${sums.day} >= ${from}::date`)
    .orderBy(sums.day, sums.resource);
}

function flowsStatement(reads: Reads, { from, to, resources }: EconomyRequest) {
  return reads
    .select({
      resource: nameOf('resource', f.resource),
      claimType: nameOf('claim_type', f.claimType),
      operation: nameOf('operation', f.operation),
      cause: f.cause,
      betweenPlayers: f.betweenPlayers,
      gained: digits(sql`sum(${f.gained})`),
      lost: digits(sql`sum(${f.lost})`),
      entries: sql<number>`sum(${f.entries})`.mapWith(Number),
    })
    .from(f)
    .where(and(between(f.day, from, to), ofResources(f.resource, resources)))
    .groupBy(f.resource, f.claimType, f.operation, f.cause, f.betweenPlayers)
    .orderBy(f.resource, f.claimType, f.operation, f.cause, f.betweenPlayers);
}

function claimsStatement(reads: Reads, { from, to }: Days) {
  const { day, claimType, operation, claims, units } = economyClaims;
  const count = sql<number>`sum(${claims})`.mapWith(Number);
  return reads
    .select({
      claimType: nameOf('claim_type', claimType),
      operation: nameOf('operation', operation),
      claims: count,
      units: sql<number>`sum(${units})`.mapWith(Number),
    })
    .from(economyClaims)
    .where(between(day, from, to))
    .groupBy(claimType, operation)
    .orderBy(sql`sum(${claims}) DESC`, claimType, operation);
}
