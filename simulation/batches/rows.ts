/** The rows of a seed's players that batches left behind, read in one snapshot by the owner. Names instead of numbers. */
import type pg from 'pg';
import type { BatchRejection } from './operation.ts';

export interface BatchClaimRow {
  readonly player: string;
  readonly number: number;
  readonly version: number;
  readonly operation: string;
  readonly claimType: string;
  readonly claimKey: string;
  readonly generation: number;
  readonly idempotencyKey: string;
  readonly correlationId: string;
  readonly configVersion: number;
  readonly amountsVersion: number | null;
  readonly counterparty: string | null;
  readonly counterpartyNumber: number | null;
  readonly counterpartyVersion: number | null;
  readonly units: number;
  readonly draws: readonly unknown[] | null;
  readonly claimedAt: number;
}

export interface BatchEntryRow {
  readonly player: string;
  readonly number: number;
  readonly ordinal: number;
  readonly resource: string;
  readonly sequence: number;
  readonly before: number;
  readonly delta: number;
  readonly requested: number;
  readonly cause: string;
  readonly anchoredAt: number | null;
}

export interface BatchRefusalRow {
  readonly player: string;
  readonly version: number;
  readonly idempotencyKey: string;
  readonly correlationId: string;
  readonly configVersion: number;
  readonly rejection: BatchRejection;
  readonly refusedAt: number;
  readonly isKept: boolean;
}

interface PlaceRow {
  readonly player: string;
  readonly number: number;
}

export interface BatchRows {
  readonly players: readonly (PlaceRow & {
    readonly version: number;
    readonly createdAt: number;
    readonly handle: string;
    readonly stripe: number;
  })[];
  readonly claims: readonly BatchClaimRow[];
  readonly entries: readonly BatchEntryRow[];
  readonly balances: readonly {
    readonly player: string;
    readonly resource: string;
    readonly amount: number;
    readonly sequence: number;
    readonly anchoredAt: number | null;
  }[];
  readonly refusals: readonly BatchRefusalRow[];
  readonly counters: readonly {
    readonly kind: string;
    readonly subject: string;
    readonly limit: string;
    readonly period: string;
    readonly used: number;
  }[];
  readonly sourceKeys: readonly (PlaceRow & { readonly scope: number; readonly key: string })[];
  readonly pending: readonly (PlaceRow & { readonly claimType: string; readonly claimKey: string })[];
  readonly reversed: readonly (PlaceRow & {
    readonly units: number;
    readonly reversed: number;
    readonly reversedBy: number;
    readonly parts: number;
    readonly reopened: boolean;
  })[];
  readonly outbox: readonly PlaceRow[];
  /** In the order in which they were written: that of the staff member's lock. */
  readonly audit: readonly {
    readonly actor: string;
    readonly player: string;
    readonly number: number | null;
    readonly correlationId: string;
    readonly amount: number;
  }[];
}

const MS = (column: string, as: string) => `(extract(epoch FROM ${column}) * 1000)::float8 AS "${as}"`;

const QUERIES = {
  players: `SELECT a.id AS player, a.number, a.version, ${MS('a.created_at', 'createdAt')}, encode(a.handle, 'hex') AS handle,
                   (a.no % $3)::integer AS stripe
              FROM onceward.actors a WHERE a.created_at IS NOT NULL AND a.id >= $1 AND a.id < $2`,
  claims: `SELECT player_id AS player, number, version, operation, claim_type AS "claimType",
                  claim_key AS "claimKey", generation::integer, idempotency_key AS "idempotencyKey",
                  correlation_id AS "correlationId",
                  config_version AS "configVersion", amounts_version AS "amountsVersion",
                  counterparty_id AS counterparty, counterparty_number AS "counterpartyNumber",
                  counterparty_version AS "counterpartyVersion", units, draws, ${MS('claimed_at', 'claimedAt')}
             FROM onceward.claims_by_name WHERE player_id >= $1 AND player_id < $2 AND $3::int > 0
            ORDER BY player_id, number`,
  entries: `SELECT player_id AS player, number, ordinal::integer, resource, sequence, before::float8, delta::float8,
                   requested::float8, cause, ${MS('anchored_at', 'anchoredAt')}
              FROM onceward.entries_by_name WHERE player_id >= $1 AND player_id < $2 AND $3::int > 0
             ORDER BY player_id, number, ordinal`,
  balances: `SELECT player_id AS player, resource, amount::float8, sequence, ${MS('anchored_at', 'anchoredAt')}
               FROM onceward.balances_by_name WHERE player_id >= $1 AND player_id < $2 AND $3::int > 0`,
  refusals: `SELECT player_id AS player, version, idempotency_key AS "idempotencyKey",
                    correlation_id AS "correlationId",
                    config_version AS "configVersion", rejection, ${MS('refused_at', 'refusedAt')},
                    expires_on IS NULL AS "isKept"
               FROM onceward.refusals_by_name WHERE player_id >= $1 AND player_id < $2 AND $3::int > 0`,
  counters: `SELECT kind, subject_id AS subject, "limit", period, used::float8 FROM onceward.limits_by_name
              WHERE (subject_id >= $1 AND subject_id < $2 OR kind = 'game') AND $3::int > 0`,
  sourceKeys: `SELECT a.id AS player, k.number, k.scope::integer, k.key
                 FROM onceward.source_keys k JOIN onceward.actors a ON a.no = k.player
                WHERE a.id >= $1 AND a.id < $2 AND $3::int > 0`,
  pending: `SELECT player_id AS player, number, claim_type AS "claimType", claim_key AS "claimKey"
              FROM onceward.pending_by_name WHERE player_id >= $1 AND player_id < $2 AND $3::int > 0`,
  reversed: `SELECT a.id AS player, r.number, r.units, r.reversed, r.reversed_by AS "reversedBy",
                    r.parts::integer, r.reopened
               FROM onceward.reversed_claims r JOIN onceward.actors a ON a.no = r.player
              WHERE a.id >= $1 AND a.id < $2 AND $3::int > 0`,
  outbox: `SELECT a.id AS player, o.number FROM onceward.outbox o JOIN onceward.actors a ON a.no = o.player
            WHERE a.id >= $1 AND a.id < $2 AND $3::int > 0`,
  audit: `SELECT actor_id AS actor, player_id AS player, number, correlation_id AS "correlationId", amount::float8
            FROM onceward.audit_by_name
           WHERE actor_kind = 'staff' AND outcome <> 'forbidden' AND actor_id >= $1 AND actor_id < $2 AND $3::int > 0
           ORDER BY id`,
} as const;

/** `stripes`: how many counters share the shop's stock. */
export async function readBatchRows(
  owner: pg.Pool,
  { seed, stripes }: { readonly seed: string; readonly stripes: number },
): Promise<BatchRows> {
  const client = await owner.connect();
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const read: Record<string, unknown[]> = {};
    for (const [name, query] of Object.entries(QUERIES))
      read[name] = (await client.query(query, [`b${seed}-`, `b${seed}.`, stripes])).rows;
    await client.query('COMMIT');
    client.release();
    return read as unknown as BatchRows;
  } catch (error) {
    client.release(true);
    throw error;
  }
}
