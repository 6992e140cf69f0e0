/** Claims with what they moved: a page of a player's granted claims, one claim by its ID or by what was claimed. */
import type { Actor } from '../domain/actor.ts';
import type { ChangeRecord, ClaimRecord } from '../domain/outcome.ts';
import type { Database } from './database.ts';
import { type PageRequest, pageClause } from './page.ts';
import { type Authorised, readAs } from './read-authority.ts';
import type { LedgerFilter } from './read-ledger.ts';
import { type Sql, sql } from './sql.ts';

/** Names the cursors of a page of claims. */
export const CLAIMS = 'claims';

export interface ClaimRow extends ClaimRecord {
  readonly changes: readonly ChangeRecord[];
}

export type ClaimReference =
  | { readonly id: string }
  | { readonly playerId: string; readonly type: string; readonly key: string };

const CLAIM = sql`SELECT onceward.claim_json(c) || jsonb_build_object('changes', onceward.claim_changes(c)) AS row
                    FROM onceward.reward_claims c`;

export function readClaims(
  database: Database,
  actor: Actor,
  { playerId, filter, page }: { playerId: string; filter: LedgerFilter; page: PageRequest },
): Promise<Authorised<ClaimRow>> {
  const { resource, claimType, from, to } = filter;
  const all = [sql`c.player_id = ${playerId}`, sql`c.outcome = 'granted'`];
  if (claimType !== null) all.push(sql`c.claim_type = ${claimType}`);
  if (resource !== null) {
    all.push(sql`EXISTS (SELECT FROM onceward.ledger_entries e
                           WHERE e.player_id = c.player_id AND e.player_version = c.player_version
                             AND e.claim_id = c.id AND e.resource = ${resource})`);
  }
  const versionAt = (moment: Date) => sql`onceward.player_version_at(${playerId}, ${moment.toISOString()})`;
  if (from !== null) all.push(sql`c.player_version >= ${versionAt(from)}`);
  if (to !== null) all.push(sql`c.player_version < ${versionAt(to)}`);
  return readAs<ClaimRow>(
    database,
    actor,
    sql`${CLAIM} ${pageClause({ list: CLAIMS, columns: [sql`c.player_version`] }, page, all)}`,
  );
}

/** At most one row; a player sees none but their own. */
export function readClaim(
  database: Database,
  actor: Actor,
  reference: ClaimReference,
): Promise<Authorised<ClaimRow>> {
  const which =
    'id' in reference
      ? sql`c.id = ${reference.id}::uuid`
      : sql`c.player_id = ${reference.playerId} AND c.claim_type = ${reference.type} AND c.claim_key = ${reference.key}`;
  return readAs<ClaimRow>(
    database,
    actor,
    sql`${CLAIM} WHERE ${which} AND c.outcome = 'granted' ${ownOnly(actor)}`,
  );
}

export function ownOnly(actor: Actor): Sql {
  return actor.kind === 'player' ? sql`AND c.player_id = ${actor.id}` : sql``;
}
