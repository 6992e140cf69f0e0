/** A database of the test file's own, breakers in it, and what they counted and held back. */

import { type Ledger, openLedger } from './ledger.ts';
import { startOwnDatabase } from './own-database.ts';

export interface TestBreaker {
  readonly name: string;
  readonly bound: number;
  readonly resource?: string;
  readonly claimTypes?: readonly string[];
  readonly per?: 'game' | 'server' | 'version';
}

const SCOPES = ['game', 'server', 'version'] as const;

export async function openBreakers(): Promise<Ledger & { readonly stop: () => Promise<unknown> }> {
  const database = await startOwnDatabase({ lock_timeout: '60s', statement_timeout: '60s' });
  const ledger = openLedger(database);
  return { ...ledger, stop: () => ledger.close().then(() => database.stop()) };
}

/** Sets the breakers of the current config, and forgets what was counted. */
export async function setBreakers({ owner }: Ledger, breakers: readonly TestBreaker[]): Promise<void> {
  await owner.query('DELETE FROM onceward.breaker_counters');
  await owner.query('DELETE FROM onceward.breaker_trips');
  await owner.query('DELETE FROM onceward.alarms');
  await owner.query('DELETE FROM onceward.breakers');
  for (const { name, bound, resource = null, claimTypes = null, per = 'game' } of breakers) {
    await owner.query('SELECT onceward.register_names(4::smallint, $1)', [[`breaker:${name}`]]);
    await owner.query(
      `INSERT INTO onceward.breakers (config_version, "limit", bound, resource, claim_types, per)
       SELECT max(version), onceward.number_of(4, $1), $2, onceward.number_of(1, $3),
              CASE WHEN $4::text[] IS NOT NULL
                   THEN ARRAY(SELECT onceward.number_of(2, t) FROM unnest($4::text[]) AS t) END, $5
         FROM onceward.balance_configs`,
      [`breaker:${name}`, bound, resource, claimTypes, SCOPES.indexOf(per) + 1],
    );
  }
}

/** What was counted, by breaker and subject. */
export async function counted({ owner }: Ledger): Promise<Record<string, number>> {
  const { rows } = await owner.query(
    `SELECT n.name || '/' || c.subject AS key, sum(c.used)::bigint AS used FROM onceward.breaker_counters c
       JOIN onceward.names n ON (n.kind, n.no) = (4, c."limit") GROUP BY 1 ORDER BY 1`,
  );
  return Object.fromEntries(rows.map(({ key, used }) => [key, Number(used)]));
}

export interface Held {
  readonly key: string;
  readonly origin: string;
  readonly of: string;
  readonly by: string;
  readonly gives: Record<string, number>;
}

export async function heldOf({ owner }: Ledger, player: string): Promise<Held[]> {
  const { rows } = await owner.query(
    `SELECT w.claim_key AS key, w.origin, onceward.name_of(2, p.held_type) AS of,
            onceward.name_of(4, p.held_by) AS by,
            (SELECT json_object_agg(g->>'resource', (g->>'delta')::bigint)
               FROM json_array_elements(w.plan->'postings') AS g) AS gives
       FROM onceward.pending_by_name w JOIN onceward.actors a ON (a.id, a.kind) = (w.player_id, 1)
       JOIN onceward.pending_rewards p ON (p.player, p.number) = (a.no, w.number)
      WHERE w.player_id = $1 AND w.is_held ORDER BY w.number`,
    [player],
  );
  return rows;
}
