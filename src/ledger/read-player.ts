/** A player as the ledger holds it: version and balances. Level, tier and stats are derived by the domain. */
import { sql } from 'drizzle-orm';
import type { Actor } from '../domain/actor.ts';
import type { Balances } from '../domain/outcome.ts';
import type { Database } from './database.ts';
import { type Authorised, readAs } from './read-authority.ts';
import { balances, players } from './tables.ts';

export interface PlayerRow {
  readonly id: string;
  readonly version: number;
  readonly balances: Balances;
}

/** No row: nothing was ever done for this player. */
export async function readPlayer(
  database: Database,
  actor: Actor,
  playerId: string,
): Promise<Authorised<PlayerRow>> {
  const result = await readAs<{ row: PlayerRow }>(
    database,
    actor,
    // As one JSON value, so that 64-bit numbers arrive as numbers and not as text.
    sql`SELECT jsonb_build_object('id', ${players.id}, 'version', ${players.version}, 'balances', (
          SELECT coalesce(jsonb_object_agg(${balances.resource}, ${balances.amount}), '{}')
            FROM ${balances} WHERE ${balances.playerId} = ${players.id})) AS row
        FROM ${players} WHERE ${players.id} = ${playerId}`,
  );
  return result.kind === 'read' ? { kind: 'read', rows: result.rows.map(({ row }) => row) } : result;
}
