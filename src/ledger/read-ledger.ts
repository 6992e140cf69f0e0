/** A page of a player's ledger entries, each with its claim. */
import type { Actor } from '../domain/actor.ts';
import type { ChangeRecord, ClaimRecord } from '../domain/outcome.ts';
import type { Database } from './database.ts';
import { type PageRequest, pageClause } from './page.ts';
import { type Authorised, readAs } from './read-authority.ts';
import { type Sql, sql } from './sql.ts';

export interface LedgerFilter {
  readonly resource: string | null;
  readonly claimType: string | null;
  /** From this moment on (inclusive), and until that one (exclusive). */
  readonly from: Date | null;
  readonly to: Date | null;
}

export interface LedgerEntryRow extends ChangeRecord {
  readonly playerVersion: number;
  readonly ordinal: number;
  readonly recordedAt: string;
  readonly claim: ClaimRecord;
}

/** Names the cursors of a list with this filter: each resource has an order of its own. */
export function ledgerList({ resource }: Pick<LedgerFilter, 'resource'>): string {
  return resource === null ? 'ledger' : `ledger:${resource}`;
}

/** Where the entry stands in a list with this filter: by sequence within one resource, otherwise by version. */
export function ledgerPosition(
  entry: LedgerEntryRow,
  { resource }: Pick<LedgerFilter, 'resource'>,
): number[] {
  return resource === null ? [entry.playerVersion, entry.ordinal] : [entry.sequence];
}

export function readLedger(
  database: Database,
  actor: Actor,
  { playerId, filter, page }: { playerId: string; filter: LedgerFilter; page: PageRequest },
): Promise<Authorised<LedgerEntryRow>> {
  const columns = filter.resource === null ? [sql`e.player_version`, sql`e.ordinal`] : [sql`e.sequence`];
  return readAs<LedgerEntryRow>(
    database,
    actor,
    sql`SELECT jsonb_build_object(
          'resource', e.resource, 'sequence', e.sequence, 'before', e.balance_before, 'after', e.balance_after,
          'delta', e.delta, 'requested', e.requested, 'playerVersion', e.player_version, 'ordinal', e.ordinal,
          'recordedAt', onceward.iso_utc(e.recorded_at), 'claim', onceward.claim_json(c)) AS row
        FROM onceward.ledger_entries e JOIN onceward.reward_claims c ON c.id = e.claim_id
        ${pageClause({ list: ledgerList(filter), columns }, page, conditions(playerId, filter))}`,
  );
}

function conditions(playerId: string, { resource, claimType, from, to }: LedgerFilter): Sql[] {
  const all = [sql`e.player_id = ${playerId}`];
  if (resource !== null) all.push(sql`e.resource = ${resource}`);
  if (claimType !== null) all.push(sql`c.claim_type = ${claimType}`);
  const position = resource === null ? sql`e.player_version` : sql`e.sequence`;
  const at = (moment: Date) =>
    resource === null
      ? sql`onceward.player_version_at(${playerId}, ${moment.toISOString()})`
      : sql`onceward.entry_sequence_at(${playerId}, ${resource}, ${moment.toISOString()})`;
  if (from !== null) all.push(sql`${position} >= ${at(from)}`);
  if (to !== null) all.push(sql`${position} < ${at(to)}`);
  return all;
}
