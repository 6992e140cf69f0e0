/** The database rows of a seed's players and staff, read in one snapshot by the owner, as plain data. */
import type pg from 'pg';
import type { Cause } from '../model/effect.ts';
import type { World } from '../schedule/world.ts';

export interface ClaimRow {
  readonly id: string;
  readonly player: string;
  readonly operation: string;
  readonly type: string;
  readonly key: string;
  readonly idempotencyKey: string;
  readonly outcome: 'granted' | 'rejected';
  readonly actorKind: string;
  readonly actorId: string;
  readonly configVersion: number;
  readonly correlationId: string;
  readonly version: number;
  readonly balancesAfter: Readonly<Record<string, number>> | null;
  /** The player's regeneration anchors, in milliseconds since 1970. */
  readonly anchorsAfter: Readonly<Record<string, number>>;
  readonly draws: readonly object[];
  /** The other player of a transfer, at the version that the claim made. */
  readonly counterparty: {
    readonly player: string;
    readonly version: number;
    readonly balancesAfter: Readonly<Record<string, number>>;
  } | null;
  readonly claimedAt: number;
  /** The whole row, for columns that only some operations use. */
  readonly row: Readonly<Record<string, unknown>>;
}

export interface EntryRow {
  readonly player: string;
  readonly resource: string;
  readonly sequence: number;
  readonly claimId: string;
  readonly version: number;
  readonly ordinal: number;
  readonly delta: number;
  readonly before: number;
  readonly after: number;
  readonly requested: number;
  readonly cause: Cause;
}

export interface AuditRow {
  readonly actorId: string;
  readonly action: string;
  readonly outcome: string;
  readonly player: string | null;
  readonly claimId: string | null;
  readonly amount: number;
  readonly correlationId: string | null;
  readonly day: string;
  readonly spentBefore: number;
}

export interface Rows {
  readonly players: readonly { readonly id: string; readonly version: number; readonly createdAt: number }[];
  readonly claims: readonly ClaimRow[];
  readonly entries: readonly EntryRow[];
  readonly balances: readonly {
    readonly player: string;
    readonly resource: string;
    readonly amount: number;
    readonly lastSequence: number;
  }[];
  readonly sourceKeys: readonly {
    readonly player: string;
    readonly type: string;
    readonly key: string;
    readonly claimId: string;
  }[];
  readonly audit: readonly AuditRow[];
  /** What each staff member awarded on a day. */
  readonly staffCounters: readonly {
    readonly staff: string;
    readonly day: string;
    readonly spent: number;
    readonly awards: number;
  }[];
  /** What each player used of a daily limit. */
  readonly limitCounters: readonly {
    readonly player: string;
    readonly name: string;
    readonly day: string;
    readonly used: number;
  }[];
  readonly pendingRewards: readonly {
    readonly player: string;
    readonly type: string;
    readonly key: string;
    readonly announcedBy: string;
    readonly configVersion: number;
  }[];
  /** Every published version. */
  readonly configs: readonly { readonly version: number; readonly sha256: string }[];
}

/** By range, because an index serves a range with any collation. `$2` is the first name after the seed's. */
const QUERIES = {
  players: `SELECT id, version, extract(epoch FROM created_at) * 1000 AS created_ms
              FROM onceward.players WHERE id >= $1 AND id < $2`,
  claims: `SELECT c.*, extract(epoch FROM claimed_at) * 1000 AS claimed_ms
             FROM onceward.reward_claims c WHERE player_id >= $1 AND player_id < $2`,
  entries: `SELECT * FROM onceward.ledger_entries WHERE player_id >= $1 AND player_id < $2
             ORDER BY player_id, player_version, ordinal`,
  balances: `SELECT * FROM onceward.balances WHERE player_id >= $1 AND player_id < $2`,
  sourceKeys: `SELECT * FROM onceward.claim_keys WHERE player_id >= $1 AND player_id < $2`,
  audit: `SELECT * FROM onceward.audit_events WHERE actor_kind = 'staff' AND actor_id >= $1 AND actor_id < $2
           ORDER BY id`,
  staffCounters: `SELECT staff_id, day::text, spent, awards
                    FROM onceward.staff_budget_days WHERE staff_id >= $1 AND staff_id < $2`,
  limitCounters: `SELECT * FROM onceward.player_quotas WHERE player_id >= $1 AND player_id < $2`,
  pendingRewards: `SELECT player_id, claim_type, claim_key, announced_by, plan->'configVersion' AS config_version
                     FROM onceward.owed_claims WHERE player_id >= $1 AND player_id < $2`,
  configs: `SELECT version, sha256 FROM onceward.balance_configs WHERE $1 < $2 ORDER BY version`,
} as const;

/** A row as the driver returns it: numbers as text, JSON parsed. */
// biome-ignore lint/suspicious/noExplicitAny: each column is read once, below, into a declared type.
type DriverRow = Record<string, any>;

/** Reads everything as it was at one moment, whatever is being committed. */
export async function readRows(owner: pg.Pool, { seed }: World): Promise<Rows> {
  const client = await owner.connect();
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const read: Record<string, DriverRow[]> = {};
    for (const [name, query] of Object.entries(QUERIES)) {
      read[name] = (await client.query(query, [`s${seed}-`, `s${seed}.`])).rows;
    }
    await client.query('COMMIT');
    client.release();
    return toRows(read as Record<keyof typeof QUERIES, DriverRow[]>);
  } catch (error) {
    client.release(true);
    throw error;
  }
}

function toRows(read: Record<keyof typeof QUERIES, DriverRow[]>): Rows {
  return {
    players: read.players.map((row) => ({
      id: row.id,
      version: Number(row.version),
      createdAt: Number(row.created_ms),
    })),
    claims: read.claims.map(toClaim),
    entries: read.entries.map(toEntry),
    balances: read.balances.map((row) => ({
      player: row.player_id,
      resource: row.resource,
      amount: Number(row.amount),
      lastSequence: Number(row.last_sequence),
    })),
    sourceKeys: read.sourceKeys.map((row) => ({
      player: row.player_id,
      type: row.key_type,
      key: row.key,
      claimId: row.claim_id,
    })),
    audit: read.audit.map(toAudit),
    staffCounters: read.staffCounters.map((row) => ({
      staff: row.staff_id,
      day: row.day,
      spent: Number(row.spent),
      awards: Number(row.awards),
    })),
    limitCounters: read.limitCounters.map((row) => ({
      player: row.player_id,
      name: row.name,
      day: row.period,
      used: Number(row.used),
    })),
    pendingRewards: read.pendingRewards.map((row) => ({
      player: row.player_id,
      type: row.claim_type,
      key: row.claim_key,
      announcedBy: row.announced_by,
      configVersion: Number(row.config_version),
    })),
    configs: read.configs.map((row) => ({ version: Number(row.version), sha256: row.sha256 })),
  };
}

function toClaim(row: DriverRow): ClaimRow {
  const anchors = Object.entries<string>(row.anchors_after ?? {});
  return {
    id: row.id,
    player: row.player_id,
    operation: row.operation,
    type: row.claim_type,
    key: row.claim_key,
    idempotencyKey: row.idempotency_key,
    outcome: row.outcome,
    actorKind: row.actor_kind,
    actorId: row.actor_id,
    configVersion: Number(row.config_version),
    correlationId: row.correlation_id,
    version: Number(row.player_version),
    balancesAfter: row.balances_after,
    anchorsAfter: Object.fromEntries(anchors.map(([resource, at]) => [resource, Date.parse(at)])),
    draws: row.draws ?? [],
    counterparty: row.counterparty_id && {
      player: row.counterparty_id,
      version: Number(row.counterparty_version),
      balancesAfter: row.counterparty_balances_after,
    },
    claimedAt: Number(row.claimed_ms),
    row,
  };
}

function toEntry(row: DriverRow): EntryRow {
  return {
    player: row.player_id,
    resource: row.resource,
    sequence: Number(row.sequence),
    claimId: row.claim_id,
    version: Number(row.player_version),
    ordinal: Number(row.ordinal),
    delta: Number(row.delta),
    before: Number(row.balance_before),
    after: Number(row.balance_after),
    requested: Number(row.requested),
    cause: row.cause,
  };
}

function toAudit(row: DriverRow): AuditRow {
  const detail = row.detail as { budgetDay?: string; spentBefore?: number } | null;
  return {
    actorId: row.actor_id,
    action: row.action,
    outcome: row.outcome,
    player: row.player_id,
    claimId: row.claim_id,
    amount: Number(row.amount),
    correlationId: row.correlation_id,
    day: String(detail?.budgetDay ?? ''),
    spentBefore: Number(detail?.spentBefore ?? 0),
  };
}
