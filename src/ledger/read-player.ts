/** A player as the ledger holds it: version and balances. Level, tier and stats are derived by the domain. */
import type { Actor } from '../domain/actor.ts';
import type { Balances } from '../domain/outcome.ts';
import type { Database } from './database.ts';
import { type Authorised, readAs } from './read-authority.ts';
import { sql } from './sql.ts';

export interface PlayerRow {
  readonly id: string;
  readonly version: number;
  readonly balances: Balances;
}

/** No row: nothing was ever done for this player. */
export function readPlayer(
  database: Database,
  actor: Actor,
  playerId: string,
): Promise<Authorised<PlayerRow>> {
  return readAs<PlayerRow>(
    database,
    actor,
    sql`SELECT jsonb_build_object('id', p.id, 'version', p.version, 'balances', (
          SELECT coalesce(jsonb_object_agg(b.resource, b.amount), '{}')
            FROM onceward.balances b WHERE b.player_id = p.id)) AS row
        FROM onceward.players p WHERE p.id = ${playerId}`,
  );
}
