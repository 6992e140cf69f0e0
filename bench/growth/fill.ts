/**
 * Creates a database with millions of ledger entries in minutes. The owner inserts rows with triggers and checks enabled,
 * builds indexes and foreign keys afterwards, and checks the result for consistency.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';
import { withClient } from '../../cli/connect.ts';
import { createLedger } from '../stack/new-ledger.ts';
import type { Stack } from '../stack/stack.ts';

/** The player whose pages are read. */
export const VETERAN = 'veteran';
const ENTRIES_PER_CLAIM = 3;
/** Slightly more than 10,000 entries: 1,000 pages of 10. */
const VETERAN_CLAIMS = 3_334;
const CLAIMS_PER_PLAYER = 34;

export interface GrownDatabase {
  /** Connects with the role of the Worker. */
  readonly databaseUrl: string;
  readonly entries: number;
  /** Players grown-1, grown-2 and so on. The veteran is not counted. */
  readonly players: number;
  readonly fillSeconds: number;
  readonly diskMb: number;
}

export async function growDatabase(stack: Stack, entries: number): Promise<GrownDatabase> {
  const startedAt = performance.now();
  const otherEntries = entries - VETERAN_CLAIMS * ENTRIES_PER_CLAIM;
  const players = Math.max(Math.round(otherEntries / (CLAIMS_PER_PLAYER * ENTRIES_PER_CLAIM)), 0);
  const { databaseUrl, ownerDatabaseUrl } = await createLedger(stack, `onceward_${entries}`);
  const { signal } = stack;
  const diskMb = await withClient(ownerDatabaseUrl, async (client) => {
    const stop = () => void client.end();
    signal.addEventListener('abort', stop, { once: true });
    try {
      return await fill(client, { players, claims: CLAIMS_PER_PLAYER, veteranClaims: VETERAN_CLAIMS });
    } finally {
      signal.removeEventListener('abort', stop);
    }
  });
  return {
    databaseUrl,
    entries: (players * CLAIMS_PER_PLAYER + VETERAN_CLAIMS) * ENTRIES_PER_CLAIM,
    players,
    fillSeconds: (performance.now() - startedAt) / 1000,
    diskMb,
  };
}

/** Returns the size of the database in MB. */
async function fill(client: pg.Client, parameters: Record<string, number>): Promise<number> {
  const [fillSql, checkSql] = await Promise.all(
    ['fill.sql', 'check.sql'].map((file) => readFile(join(import.meta.dirname, file), 'utf8')),
  );
  await client.query(
    "SET synchronous_commit = off; SET work_mem = '256MB'; SET maintenance_work_mem = '512MB'",
  );
  const restoreIndexes = await dropIndexes(client, ['reward_claims', 'ledger_entries']);
  await client.query(`BEGIN; ${withParameters(fillSql as string, parameters)}; COMMIT`);
  await restoreIndexes();
  await client.query('VACUUM (ANALYZE)');
  const { rows } = await client.query(checkSql as string);
  if (Object.values(rows[0]).some((violations) => Number(violations) !== 0))
    throw new Error(`the filled ledger is not consistent: ${JSON.stringify(rows[0])}`);
  await client.query('CHECKPOINT');
  const { rows: sizes } = await client.query(
    'SELECT (pg_database_size(current_database()) / 1048576)::int AS mb',
  );
  return sizes[0].mb as number;
}

/** Replaces :name. Unlike bound parameters, this works in a script of several statements. */
function withParameters(sql: string, parameters: Record<string, number>): string {
  return sql.replace(/(?<=\W):(\w+)/g, (all, name: string) => String(parameters[name] ?? all));
}

interface DroppedObject {
  readonly drop: string;
  readonly create: string;
}

/** Lists objects in the order in which they must be created: keys before the foreign keys that refer to them. */
const DEPENDENT_OBJECTS = `
  SELECT format('DROP INDEX %s', i.indexrelid::regclass) AS drop,
         pg_get_indexdef(i.indexrelid) AS create, 1 AS place
    FROM pg_index i
   WHERE i.indrelid = ANY ($1::regclass[])
     AND NOT EXISTS (
       SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid AND c.contype IN ('p', 'u'))
  UNION ALL
  SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname),
         format('ALTER TABLE %s ADD CONSTRAINT %I %s',
                conrelid::regclass, conname, pg_get_constraintdef(oid)),
         CASE contype WHEN 'f' THEN 3 ELSE 2 END
    FROM pg_constraint
   WHERE contype IN ('p', 'u', 'f')
     AND (conrelid = ANY ($1::regclass[]) OR confrelid = ANY ($1::regclass[]))
   ORDER BY place`;

/**
 * Drops indexes, keys and foreign keys of the tables, and returns a function that creates them again as the catalogue
 * described them. Building an index over existing rows is much faster than updating it row by row.
 */
async function dropIndexes(client: pg.Client, tables: readonly string[]): Promise<() => Promise<void>> {
  const names = tables.map((table) => `onceward.${table}`);
  const { rows } = await client.query<DroppedObject>(DEPENDENT_OBJECTS, [names]);
  for (const { drop } of rows.toReversed()) await client.query(drop);
  return async () => {
    for (const { create } of rows) await client.query(create);
  };
}
