/**
 * Makes a database with so many ledger entries, in minutes: filled as its owner, with triggers and checks in force, but with
 * indexes and foreign keys built afterwards over what is there, and the result checked for consistency.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';
import { publishBalanceConfig } from '../../cli/config-store.ts';
import { withClient } from '../../cli/connect.ts';
import { migrate } from '../../cli/migrate.ts';
import type { Stack } from '../stack/stack.ts';
import { liftIndexes } from './lift-indexes.ts';

export const VETERAN = 'veteran';
const ENTRIES_PER_CLAIM = 3;
/** A few more than ten thousand entries: a thousand pages of ten. */
const VETERAN_CLAIMS = 3_334;
const CLAIMS_PER_PLAYER = 34;

export interface GrownDatabase {
  /** As the Worker's role. */
  readonly databaseUrl: string;
  readonly entries: number;
  /** Called grown-1, grown-2 and so on, beside the veteran. */
  readonly players: number;
  readonly fillSeconds: number;
  readonly diskMb: number;
}

export async function growDatabase({ database, signal }: Stack, entries: number): Promise<GrownDatabase> {
  const from = performance.now();
  const others = entries - VETERAN_CLAIMS * ENTRIES_PER_CLAIM;
  const players = Math.max(Math.round(others / (CLAIMS_PER_PLAYER * ENTRIES_PER_CLAIM)), 0);
  const name = `onceward_${entries}`;
  await withClient(database.ownerDatabaseUrl, (client) => client.query(`CREATE DATABASE ${name}`));
  const ownerDatabaseUrl = inDatabase(database.ownerDatabaseUrl, name);
  const databaseUrl = inDatabase(database.databaseUrl, name);
  await migrate({ databaseUrl: ownerDatabaseUrl, appPassword: new URL(databaseUrl).password });
  // The same version and digest as in KV, so that Workers find what they look for.
  const { document } = database.config;
  await publishBalanceConfig({
    document,
    by: 'bench',
    reason: null,
    ownerDatabaseUrl,
    writeKv: async () => {},
  });

  const diskMb = await withClient(ownerDatabaseUrl, async (client) => {
    const stop = () => void client.end();
    signal.addEventListener('abort', stop, { once: true });
    try {
      return await fill(client, { players, claims: CLAIMS_PER_PLAYER, veteranClaims: VETERAN_CLAIMS });
    } finally {
      signal.removeEventListener('abort', stop);
    }
  });
  const written = (players * CLAIMS_PER_PLAYER + VETERAN_CLAIMS) * ENTRIES_PER_CLAIM;
  return { databaseUrl, entries: written, players, fillSeconds: (performance.now() - from) / 1000, diskMb };
}

async function fill(client: pg.Client, numbers: Record<string, number>): Promise<number> {
  const [fillSql, checkSql] = await Promise.all(
    ['fill.sql', 'check.sql'].map((file) => readFile(join(import.meta.dirname, file), 'utf8')),
  );
  await client.query(
    "SET synchronous_commit = off; SET work_mem = '256MB'; SET maintenance_work_mem = '512MB'",
  );
  const restore = await liftIndexes(client, ['reward_claims', 'ledger_entries']);
  await client.query(`BEGIN; ${withNumbers(fillSql as string, numbers)}; COMMIT`);
  await restore();
  await client.query('VACUUM (ANALYZE)');
  const { rows } = await client.query(checkSql as string);
  if (Object.values(rows[0]).some((wrong) => Number(wrong) !== 0))
    throw new Error(`the filled ledger is not consistent: ${JSON.stringify(rows[0])}`);
  await client.query('CHECKPOINT');
  const { rows: sizes } = await client.query(
    'SELECT (pg_database_size(current_database()) / 1048576)::int AS mb',
  );
  return sizes[0].mb as number;
}

function withNumbers(text: string, numbers: Record<string, number>): string {
  return text.replace(/(?<=\W):(\w+)/g, (all, name: string) => String(numbers[name] ?? all));
}

function inDatabase(url: string, name: string): string {
  const other = new URL(url);
  other.pathname = `/${name}`;
  return other.href;
}
