/** How often draw tables gave each outcome, with the weights that the config of the draws declares. */
import { between, sql } from 'drizzle-orm';
import type { Actor } from '../domain/actor.ts';
import type { Database, Reads } from './database.ts';
import { economyDraws as d } from './economy-tables.ts';
import { balanceConfigs } from './operations-tables.ts';
import { type Authorised, readTogetherAs } from './read-authority.ts';
import { type Days, type Watermark, watermarkOf, watermarkStatement } from './read-economy.ts';

/** What was drawn of a table under one config. */
export interface DrawnTable {
  readonly table: string;
  readonly configVersion: number;
  /** By outcome; null: the config has no such table. */
  readonly weights: Readonly<Record<string, number>> | null;
  /** By outcome, without the draws that a guarantee narrowed. */
  readonly drawn: Readonly<Record<string, number>>;
  readonly guaranteed: number;
}

export interface Drawn extends Watermark {
  readonly tables: readonly DrawnTable[];
}

export function readDrawn(database: Database, actor: Actor, days: Days): Promise<Authorised<Drawn>> {
  return readTogetherAs(
    database,
    actor,
    (reads) => [watermarkStatement(reads), drawnStatement(reads, days)] as const,
    ([[watermark], tables]) => ({ ...watermarkOf(watermark), tables }),
    'economy:read',
  );
}

function drawnStatement(reads: Reads, { from, to }: Days) {
  const sums = reads
    .select({
      table: d.table,
      configVersion: d.configVersion,
      outcome: d.outcome,
      drawn: sql`coalesce(sum(${d.draws}) FILTER (WHERE NOT ${d.guaranteed}), 0)`.as('drawn'),
      guaranteed: sql`coalesce(sum(${d.draws}) FILTER (WHERE ${d.guaranteed}), 0)`.as('forced'),
    })
    .from(d)
    .where(between(d.day, from, to))
    .groupBy(d.table, d.configVersion, d.outcome)
    .as('sums');
  const outcomes = sql`jsonb_each(${balanceConfigs.document}->'drawTables'->${sums.table}->'outcomes')`;
  const weights = sql`(SELECT jsonb_object_agg(o.key, o.value->'weight') FROM ${balanceConfigs}, ${outcomes} AS o
    WHERE ${balanceConfigs.version} = ${sums.configVersion})`;
  return reads
    .select({
      table: sums.table,
      configVersion: sums.configVersion,
      weights: sql<Record<string, number> | null>`${weights}`,
      drawn: sql<Record<string, number>>`jsonb_object_agg(${sums.outcome}, ${sums.drawn})`,
      guaranteed: sql<number>`sum(${sums.guaranteed})`.mapWith(Number),
    })
    .from(sums)
    .groupBy(sums.table, sums.configVersion)
    .orderBy(sums.table, sums.configVersion);
}
