/** How balances are distributed, and the highest and lowest of them. */
import { and, eq, sql } from 'drizzle-orm';
import type { Actor } from '../domain/actor.ts';
import { type Distribution, distributionOf } from '../domain/economy.ts';
import type { Database, Reads } from './database.ts';
import { economyBuckets, economyRanks, economyWalk } from './economy-tables.ts';
import { type AuditedList, type Authorised, readListAs, readTogetherAs } from './read-authority.ts';
import { ofResources, type Watermark, watermarkOf, watermarkStatement } from './read-economy.ts';
import { idOf, milliseconds, nameOf, numberOf } from './read-names.ts';
import { isoTime } from './read-record.ts';

export interface ResourceDistribution extends Distribution {
  readonly resource: string;
}

export interface Distributions extends Watermark {
  readonly distributions: readonly ResourceDistribution[];
}

export function readDistributions(
  database: Database,
  actor: Actor,
  resources: readonly string[] | null,
): Promise<Authorised<Distributions>> {
  return readTogetherAs(
    database,
    actor,
    (reads) => [watermarkStatement(reads), bucketsStatement(reads, resources)] as const,
    ([[watermark], rows]) => ({
      ...watermarkOf(watermark),
      distributions: rows.map(({ resource, counts }) => ({
        resource,
        ...distributionOf(new Map(counts)),
      })),
    }),
    'economy:read',
  );
}

function bucketsStatement(reads: Reads, resources: readonly string[] | null) {
  const { resource, bucket, players } = economyBuckets;
  return reads
    .select({
      resource: nameOf('resource', resource),
      counts: sql<[number, number][]>`json_agg(json_build_array(${bucket}, ${players}))`,
    })
    .from(economyBuckets)
    .where(ofResources(resource, resources))
    .groupBy(resource)
    .orderBy(resource);
}

export interface RankedBalance {
  readonly playerId: string;
  readonly amount: number;
}

export interface RankedBalances {
  /** When the walk that found them began and ended; null: none has ended yet. */
  readonly rankedFrom: string | null;
  readonly rankedUntil: string | null;
  readonly balances: readonly RankedBalance[];
}

interface Ranking {
  readonly resource: string;
  readonly isIndebted: boolean;
  readonly first: number;
}

/** One row. */
export function readRankedBalances(
  database: Database,
  actor: Actor,
  list: AuditedList,
  ranking: Ranking,
): Promise<Authorised<RankedBalances>> {
  return readListAs(
    database,
    actor,
    list,
    (reads) => [walkStatement(reads), ranksStatement(reads, ranking)] as const,
    ([[walk], balances]) => {
      const moment = (value: number | null | undefined) => (value ? isoTime(value) : null);
      return [{ rankedFrom: moment(walk?.rankedFrom), rankedUntil: moment(walk?.rankedUntil), balances }];
    },
  );
}

function walkStatement(reads: Reads) {
  return reads
    .select({
      rankedFrom: milliseconds(economyWalk.rankedFrom),
      rankedUntil: milliseconds(economyWalk.rankedUntil),
    })
    .from(economyWalk);
}

/** Of the last complete round: the one before the current. */
function ranksStatement(reads: Reads, { resource, isIndebted, first }: Ranking) {
  const r = economyRanks;
  return reads
    .select({ playerId: idOf(r.player), amount: r.amount })
    .from(r)
    .where(
      and(
        eq(r.round, sql`(SELECT ${economyWalk.round} - 1 FROM ${economyWalk})`),
        eq(r.resource, numberOf('resource', resource)),
        eq(r.indebted, isIndebted),
      ),
    )
    .orderBy(sql`abs(${r.amount}) DESC`, r.player)
    .limit(first);
}
