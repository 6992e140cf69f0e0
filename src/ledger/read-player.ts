/** A player as the ledger holds it: version and balances. Level, tier and stats are derived by the domain. */
import type { Actor } from '../domain/actor.ts';
import type { RecordedPlayer } from '../domain/player-state.ts';
import type { Database } from './database.ts';
import { type Authorised, readAs } from './read-authority.ts';
import { sql } from './sql.ts';

/** No row: nothing was ever done for this player. */
export function readPlayer(
  database: Database,
  actor: Actor,
  playerId: string,
): Promise<Authorised<RecordedPlayer>> {
  return readAs<RecordedPlayer>(
    database,
    actor,
    sql`SELECT jsonb_build_object('id', p.id, 'version', p.version, 'balances', b.balances, 'anchors', b.anchors,
                 'playerSince', onceward.iso_utc(p.created_at), 'at', onceward.iso_utc(greatest(clock_timestamp(), p.updated_at))) AS row
          FROM onceward.players p, LATERAL (
            SELECT coalesce(jsonb_object_agg(b.resource, b.amount), '{}') AS balances,
                   coalesce(jsonb_object_agg(b.resource, b.anchored_at) FILTER (WHERE b.anchored_at IS NOT NULL), '{}') AS anchors
              FROM onceward.balances b WHERE b.player_id = p.id) AS b
         WHERE p.id = ${playerId}`,
  );
}
