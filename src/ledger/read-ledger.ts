/** A page of a player's ledger entries, each with its claim, and what their tiers are derived from where it is asked for. */
import type { Actor } from '../domain/actor.ts';
import type { ChangeRecord, ClaimRecord } from '../domain/outcome.ts';
import type { BalanceRules } from '../domain/rules.ts';
import type { Database } from './database.ts';
import { type PageOrder, type PageRequest, pageClause } from './page.ts';
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
  /**
   * The lifetime points of the entry's player before and after its claim, and the tiers of the claim's config version
   * (with the page's first entry of that version). Null: not asked for, or there is no such version.
   */
  readonly lifetime: { readonly before: number; readonly after: number } | null;
  readonly tiers: BalanceRules['tiers'] | null;
}

/** Names the cursors of a list with this filter: each resource has an order of its own. */
export function ledgerList({ resource }: Pick<LedgerFilter, 'resource'>): string {
  return resource === null ? 'ledger' : `ledger:${resource}`;
}

/** By version, or by sequence within one resource. */
export function ledgerOrder(filter: Pick<LedgerFilter, 'resource'>): PageOrder {
  const columns = filter.resource === null ? [sql`e.player_version`, sql`e.ordinal`] : [sql`e.sequence`];
  return { list: ledgerList(filter), columns };
}

/** Where the entry stands in a list with this filter: by sequence within one resource, otherwise by version. */
export function ledgerPosition(
  entry: LedgerEntryRow,
  { resource }: Pick<LedgerFilter, 'resource'>,
): number[] {
  return resource === null ? [entry.playerVersion, entry.ordinal] : [entry.sequence];
}

export interface LedgerRequest {
  readonly playerId: string;
  readonly filter: LedgerFilter;
  readonly page: PageRequest;
  readonly withTiers: boolean;
}

export function readLedger(
  database: Database,
  actor: Actor,
  { playerId, filter, page, withTiers }: LedgerRequest,
): Promise<Authorised<LedgerEntryRow>> {
  const entries = sql`
    SELECT jsonb_build_object(
             'resource', e.resource, 'sequence', e.sequence, 'before', e.balance_before, 'after', e.balance_after,
             'delta', e.delta, 'requested', e.requested, 'cause', e.cause, 'playerVersion', e.player_version, 'ordinal', e.ordinal,
             'recordedAt', onceward.iso_utc(e.recorded_at),
             'claim', onceward.claim_json(c) || jsonb_build_object('playerVersion', e.player_version)) AS row ${withTiers ? TIER_COLUMNS : sql``}
      FROM onceward.ledger_entries e JOIN onceward.reward_claims c ON c.id = e.claim_id
      ${pageClause(ledgerOrder(filter), page, conditions(playerId, filter))}`;
  return readAs<LedgerEntryRow>(
    database,
    actor,
    withTiers ? withLifetime(entries, page.inverted ? sql`ASC` : sql`DESC`) : entries,
  );
}

/** Of the other player of a transfer, the claim holds balances of their own. */
const TIER_COLUMNS = sql`, e.player_id, e.player_version, e.ordinal, c.config_version,
  CASE WHEN c.player_id = e.player_id THEN c.balances_after ELSE c.counterparty_balances_after END AS balances`;

/** Each published document is opened once for the page, not once for each entry. */
function withLifetime(entries: Sql, direction: Sql): Sql {
  return sql`
    WITH page AS MATERIALIZED (${entries}),
         known AS MATERIALIZED (
           SELECT b.version, jsonb_build_object('resource', b.document->'tiers'->'resource', 'tiers', b.document->'tiers'->'list') AS tiers
             FROM onceward.balance_configs b WHERE b.version IN (SELECT config_version FROM page))
    SELECT page.row || jsonb_build_object(
             'tiers', CASE WHEN row_number() OVER (PARTITION BY page.config_version ORDER BY page.player_version ${direction}, page.ordinal ${direction}) = 1
                           THEN known.tiers END,
             'lifetime', CASE WHEN known.tiers IS NOT NULL
                              THEN jsonb_build_object('before', points.after - points.moved, 'after', points.after) END) AS row
      FROM page LEFT JOIN known ON known.version = page.config_version, LATERAL (
        SELECT coalesce((page.balances->>(known.tiers->>'resource'))::bigint, 0) AS after, coalesce(sum(m.delta), 0) AS moved
          FROM onceward.ledger_entries m
         WHERE m.player_id = page.player_id AND m.player_version = page.player_version AND m.resource = known.tiers->>'resource') AS points
     ORDER BY page.player_version ${direction}, page.ordinal ${direction}`;
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
