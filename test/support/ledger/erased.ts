/** A player who has left traces in every table that erasures change, and what the tables hold as text. */
import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { fresh } from './operations.ts';

type Query = (text: string, values?: unknown[]) => Promise<Record<string, unknown>[]>;

const TABLES = `SELECT c.relname AS name FROM pg_class c
  WHERE c.relnamespace = 'onceward'::regnamespace AND c.relkind = 'r' ORDER BY 1`;

/** Each row of each table as text, as a dump has it. */
export async function dumped(query: Query): Promise<string[]> {
  const lines: string[] = [];
  for (const { name } of await query(TABLES))
    for (const { line } of await query(`SELECT t::text AS line FROM onceward.${name} t`))
      lines.push(`${name}: ${line}`);
  return lines;
}

/** The lines that contain any of these. */
export const tracesIn = (lines: readonly string[], texts: readonly string[]): string[] =>
  lines.filter((line) => texts.some((text) => line.includes(text)));

/** The rows of each table, by what never changes of them. */
export async function rowsOfAll(query: Query): Promise<Map<string, Record<string, unknown>>> {
  const found = new Map<string, Record<string, unknown>>();
  const keys = await query(`
    SELECT c.conrelid::regclass::text AS "table", array_agg(a.attname::text ORDER BY a.attnum) AS columns
      FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey)
     WHERE c.contype = 'p' AND c.connamespace = 'onceward'::regnamespace GROUP BY 1`);
  const KEYS_THAT_CHANGE: Record<string, readonly string[]> = {
    'onceward.refusals': ['player', 'refused_at'],
    'onceward.bulk_calls': ['actor', 'recorded_at'],
    'onceward.source_keys': ['player', 'number', 'resource'],
    'onceward.pending_rewards': ['player', 'number'],
  };
  for (const { table, columns } of keys as { table: string; columns: string[] }[])
    for (const { row } of await query(`SELECT to_jsonb(t) AS row FROM ${table} t`)) {
      const of = row as Record<string, unknown>;
      const key = (KEYS_THAT_CHANGE[table] ?? columns).map((column) => String(of[column]));
      found.set(`${table.replace('onceward.', '')} ${key.join(' ')}`, of);
    }
  return found;
}

/** Steps until nothing is left to do. */
export async function finishErasures(app: Pick<pg.Pool, 'query'>): Promise<number> {
  for (let steps = 1; steps < 10_000; steps += 1) {
    const { rows } = await app.query('SELECT onceward.step_erasures() AS step');
    if (rows[0].step === 'idle') return steps;
    if (rows[0].step !== 'stepped') await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('erasures do not end');
}

/** What an erasure action says of a player. */
export const erasing = (player: string) => ({
  kind: 'player.erase',
  player,
  digest: `hmac:${fresh('digest')}`,
  reason: `${player} asked for it`,
});

/** An ID that is part of no other. */
export const newId = () => `pl-${randomUUID().slice(0, 13)}`;
