/**
 * Connections to the Postgres of the test run for one test file: as the app role, like the Worker, and as the owner, to read
 * and write without the kernel. They are closed after the file.
 */
import pg from 'pg';
import { afterAll, inject } from 'vitest';
import type { StaffRole } from '../../../src/domain/actor.ts';
import type { Operation } from '../../../src/domain/operation.ts';
import type { Outcome } from '../../../src/domain/outcome.ts';
import '../provided.ts';
import { fresh } from './operations.ts';

export type Client = Pick<pg.ClientBase, 'query'> | Pick<pg.Pool, 'query'>;

export interface Urls {
  readonly databaseUrl: string;
  readonly ownerDatabaseUrl: string;
}

export interface PlayerLedger {
  /** Null if the player does not exist. */
  readonly version: number | null;
  readonly balances: Record<string, number>;
  readonly entries: number;
  readonly granted: number;
  readonly rejected: number;
}

export function openLedger(urls?: Urls) {
  const { databaseUrl, ownerDatabaseUrl } = urls ?? {
    databaseUrl: inject('databaseUrl'),
    ownerDatabaseUrl: inject('ownerDatabaseUrl'),
  };
  const app = new pg.Pool({ connectionString: databaseUrl, max: 32 });
  const owner = new pg.Pool({ connectionString: ownerDatabaseUrl, max: 4 });
  // A test does not fail because a server stops while connections are idle.
  for (const pool of [app, owner]) pool.on('error', () => {});
  const close = () => Promise.all([app.end(), owner.end()]);
  // A file that starts its own database closes the connections before it stops the database.
  if (!urls) afterAll(close);
  return {
    app,
    owner,
    close,
    commit: (operation: Operation) => commit(app, operation),
    playerLedger: (playerId: string) => playerLedger(owner, playerId),
    addStaff: (options?: StaffOptions) => addStaff(owner, options),
  };
}

export type Ledger = ReturnType<typeof openLedger>;

export async function commit(client: Client, operation: Operation): Promise<Outcome> {
  const { rows } = await (client as pg.Pool).query('SELECT onceward.commit_operation($1) AS outcome', [
    JSON.stringify(operation),
  ]);
  return rows[0].outcome;
}

/** The outcome of an operation that must be granted. */
export async function granted(outcome: Promise<Outcome>): Promise<Extract<Outcome, { kind: 'granted' }>> {
  const result = await outcome;
  if (result.kind !== 'granted') throw new Error(`not granted: ${JSON.stringify(result)}`);
  return result;
}

async function playerLedger(owner: pg.Pool, playerId: string): Promise<PlayerLedger> {
  const { rows } = await owner.query(
    `SELECT jsonb_build_object(
       'version', (SELECT version FROM onceward.players WHERE id = $1),
       'balances', (SELECT coalesce(jsonb_object_agg(resource, amount), '{}') FROM onceward.balances WHERE player_id = $1),
       'entries', (SELECT count(*) FROM onceward.ledger_entries WHERE player_id = $1),
       'granted', (SELECT count(*) FROM onceward.reward_claims WHERE player_id = $1 AND outcome = 'granted'),
       'rejected', (SELECT count(*) FROM onceward.reward_claims WHERE player_id = $1 AND outcome = 'rejected')) AS state`,
    [playerId],
  );
  return rows[0].state;
}

interface StaffOptions {
  readonly role?: StaffRole;
  readonly limit?: number | null;
  readonly budget?: number | null;
  readonly disabled?: boolean;
}

async function addStaff(
  owner: pg.Pool,
  { role = 'support', limit = null, budget = null, disabled = false }: StaffOptions = {},
): Promise<string> {
  const id = fresh('staff');
  await owner.query(
    `INSERT INTO onceward.staff (id, role, reward_limit, daily_budget, disabled_at)
     VALUES ($1, $2, $3, $4, CASE WHEN $5 THEN now() END)`,
    [id, role, limit, budget, disabled],
  );
  return id;
}
