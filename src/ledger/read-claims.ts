/**
 * Claims with what they moved: a page of a player's granted claims, one claim by its ID or by what was claimed. A transfer
 * is among the claims of both its players: each has it with their own version and their own changes.
 */
import type { Actor } from '../domain/actor.ts';
import type { ChangeRecord, ClaimRecord } from '../domain/outcome.ts';
import type { Database } from './database.ts';
import { type PageRequest, pageClause } from './page.ts';
import { type Authorised, readAs } from './read-authority.ts';
import type { LedgerFilter } from './read-ledger.ts';
import { type Sql, sql } from './sql.ts';

/** Names the cursors of a page of claims. */
export const CLAIMS = 'claims';
/** Whichever side of a claim the player was on, it stands in the order of the player's own version. */
export const CLAIMS_ORDER = { list: CLAIMS, columns: ['version'] } as const;

/** `playerVersion` and `changes` are of the player whose history it was read from. */
export interface ClaimRow extends ClaimRecord {
  readonly changes: readonly ChangeRecord[];
}

export type ClaimReference =
  | { readonly id: string }
  | { readonly playerId: string; readonly type: string; readonly key: string };

/** What a claim is to a player: one that they made, or one that another player made with them. */
interface Side {
  readonly player: Sql;
  readonly version: Sql;
}
const MADE: Side = { player: sql`c.player_id`, version: sql`c.player_version` };
const RECEIVED: Side = { player: sql`c.counterparty_id`, version: sql`c.counterparty_version` };

/** `c` is a row of the table, or a column that holds one. Null: as the player who made it has it, for those who see all. */
const rowFor = (playerId: string | null) => {
  const made = sql`onceward.claim_json(c) || jsonb_build_object('changes', onceward.claim_changes(c))`;
  const received = sql`onceward.claim_json(c) || jsonb_build_object(
    'playerVersion', (c).counterparty_version, 'changes', onceward.counterparty_changes(c))`;
  return playerId === null
    ? made
    : sql`CASE WHEN (c).player_id = ${playerId} THEN ${made} ELSE ${received} END`;
};

export function readClaims(
  database: Database,
  actor: Actor,
  { playerId, filter, page }: { playerId: string; filter: LedgerFilter; page: PageRequest },
): Promise<Authorised<ClaimRow>> {
  // Each side has an index in the order of its own versions and reads no more than a page of it; no version is on both.
  const pageOf = (side: Side) =>
    sql`(SELECT c, ${side.version} FROM onceward.reward_claims c
         ${pageClause({ list: CLAIMS, columns: [side.version] }, page, conditions(side, playerId, filter))})`;
  return readAs<ClaimRow>(
    database,
    actor,
    sql`SELECT ${rowFor(playerId)} AS row FROM (${pageOf(MADE)} UNION ALL ${pageOf(RECEIVED)}) AS claims(c, version)
         ORDER BY version ${page.inverted ? sql`ASC` : sql`DESC`} LIMIT ${page.limit}`,
  );
}

function conditions(
  { player, version }: Side,
  playerId: string,
  { resource, claimType, from, to }: LedgerFilter,
): Sql[] {
  const all = [sql`${player} = ${playerId}`, sql`c.outcome = 'granted'`];
  if (claimType !== null) all.push(sql`c.claim_type = ${claimType}`);
  if (resource !== null) {
    all.push(sql`EXISTS (SELECT FROM onceward.ledger_entries e
                           WHERE e.player_id = ${player} AND e.player_version = ${version}
                             AND e.claim_id = c.id AND e.resource = ${resource})`);
  }
  const versionAt = (moment: Date) => sql`onceward.player_version_at(${playerId}, ${moment.toISOString()})`;
  if (from !== null) all.push(sql`${version} >= ${versionAt(from)}`);
  if (to !== null) all.push(sql`${version} < ${versionAt(to)}`);
  return all;
}

/** At most one row; a player sees none but those that they made or received. Others see the side of who made it. */
export function readClaim(
  database: Database,
  actor: Actor,
  reference: ClaimReference,
): Promise<Authorised<ClaimRow>> {
  const player = actor.kind === 'player' ? actor.id : null;
  const seen = player === null ? sql`` : sql`AND (c.player_id = ${player} OR c.counterparty_id = ${player})`;
  const which =
    'id' in reference
      ? sql`c.id = ${reference.id}::uuid ${seen}`
      : sql`c.player_id = ${reference.playerId} AND c.claim_type = ${reference.type} AND c.claim_key = ${reference.key} ${madeBy(actor)}`;
  return readAs<ClaimRow>(
    database,
    actor,
    sql`SELECT ${rowFor(player)} AS row FROM onceward.reward_claims c WHERE ${which} AND c.outcome = 'granted'`,
  );
}

/** Where the actor is a player: none but the claims that they made. */
export function madeBy(actor: Actor): Sql {
  return actor.kind === 'player' ? sql`AND c.player_id = ${actor.id}` : sql``;
}
