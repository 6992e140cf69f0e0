/** What the database holds of a seed's players, read in one snapshot with the owner's eyes. Plain data from here on. */
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
  /** From where what regenerates grows on, in milliseconds since 1970. */
  readonly anchorsAfter: Readonly<Record<string, number>>;
  readonly draws: readonly object[];
  /** The other player of a transfer, and the version that it made of them. */
  readonly counterparty: {
    readonly player: string;
    readonly version: number;
    readonly balancesAfter: Readonly<Record<string, number>>;
  } | null;
  readonly claimedAt: number;
  /** The whole row, for what a later operation stores besides. */
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
  readonly furtherKeys: readonly {
    readonly player: string;
    readonly type: string;
    readonly key: string;
    readonly claimId: string;
  }[];
  readonly audit: readonly AuditRow[];
  readonly budgets: readonly {
    readonly staff: string;
    readonly day: string;
    readonly spent: number;
    readonly awards: number;
  }[];
  readonly quotas: readonly {
    readonly player: string;
    readonly name: string;
    readonly day: string;
    readonly used: number;
  }[];
  readonly owed: readonly {
    readonly player: string;
    readonly type: string;
    readonly key: string;
    readonly announcedBy: string;
    readonly configVersion: number;
  }[];
  /** Every version that was ever published. */
  readonly configs: readonly { readonly version: number; readonly sha256: string }[];
}

/** By range and not by pattern: an index serves it whatever the collation. `$2` is the first name that is none of the seed's. */
const QUERIES = {
  players: `SELECT id, version, extract(epoch FROM created_at) * 1000 AS created_ms FROM onceward.players WHERE id >= $1 AND id < $2`,
  claims: `SELECT c.*, extract(epoch FROM claimed_at) * 1000 AS claimed_ms FROM onceward.reward_claims c WHERE player_id >= $1 AND player_id < $2`,
  entries: `SELECT * FROM onceward.ledger_entries WHERE player_id >= $1 AND player_id < $2 ORDER BY player_id, player_version, ordinal`,
  balances: `SELECT * FROM onceward.balances WHERE player_id >= $1 AND player_id < $2`,
  furtherKeys: `SELECT * FROM onceward.claim_keys WHERE player_id >= $1 AND player_id < $2`,
  audit: `SELECT * FROM onceward.audit_events WHERE actor_kind = 'staff' AND actor_id >= $1 AND actor_id < $2 ORDER BY id`,
  budgets: `SELECT staff_id, day::text, spent, awards FROM onceward.staff_budget_days WHERE staff_id >= $1 AND staff_id < $2`,
  quotas: `SELECT * FROM onceward.player_quotas WHERE player_id >= $1 AND player_id < $2`,
  owed: `SELECT player_id, claim_type, claim_key, announced_by, plan->'configVersion' AS config_version FROM onceward.owed_claims WHERE player_id >= $1 AND player_id < $2`,
  configs: `SELECT version, sha256 FROM onceward.balance_configs WHERE $1 < $2 ORDER BY version`,
} as const;

/** As the driver gives it: texts, numbers as text, JSON. */
// biome-ignore lint/suspicious/noExplicitAny: each column is read once, below, into a type of ours.
type Row = Record<string, any>;

/** A snapshot: all of it as it was at one moment, whatever is being committed meanwhile. */
export async function readRows(owner: pg.Pool, { seed }: World): Promise<Rows> {
  const client = await owner.connect();
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const read: Record<string, Row[]> = {};
    for (const [name, query] of Object.entries(QUERIES)) {
      read[name] = (await client.query(query, [`s${seed}-`, `s${seed}.`])).rows;
    }
    await client.query('COMMIT');
    client.release();
    return shaped(read as Record<keyof typeof QUERIES, Row[]>);
  } catch (error) {
    client.release(true);
    throw error;
  }
}

function shaped(read: Record<keyof typeof QUERIES, Row[]>): Rows {
  return {
    players: read.players.map((row) => ({
      id: row.id,
      version: Number(row.version),
      createdAt: Number(row.created_ms),
    })),
    claims: read.claims.map((row) => ({
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
      anchorsAfter: Object.fromEntries(
        Object.entries<string>(row.anchors_after ?? {}).map(([resource, at]) => [resource, Date.parse(at)]),
      ),
      draws: row.draws ?? [],
      counterparty: row.counterparty_id && {
        player: row.counterparty_id,
        version: Number(row.counterparty_version),
        balancesAfter: row.counterparty_balances_after,
      },
      claimedAt: Number(row.claimed_ms),
      row,
    })),
    entries: read.entries.map((row) => ({
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
    })),
    balances: read.balances.map((row) => ({
      player: row.player_id,
      resource: row.resource,
      amount: Number(row.amount),
      lastSequence: Number(row.last_sequence),
    })),
    furtherKeys: read.furtherKeys.map((row) => ({
      player: row.player_id,
      type: row.key_type,
      key: row.key,
      claimId: row.claim_id,
    })),
    audit: read.audit.map((row) => ({
      actorId: row.actor_id,
      action: row.action,
      outcome: row.outcome,
      player: row.player_id,
      claimId: row.claim_id,
      amount: Number(row.amount),
      correlationId: row.correlation_id,
      day: String((row.detail as { budgetDay?: string } | null)?.budgetDay ?? ''),
      spentBefore: Number((row.detail as { spentBefore?: number } | null)?.spentBefore ?? 0),
    })),
    budgets: read.budgets.map((row) => ({
      staff: row.staff_id,
      day: row.day,
      spent: Number(row.spent),
      awards: Number(row.awards),
    })),
    quotas: read.quotas.map((row) => ({
      player: row.player_id,
      name: row.name,
      day: row.period,
      used: Number(row.used),
    })),
    owed: read.owed.map((row) => ({
      player: row.player_id,
      type: row.claim_type,
      key: row.claim_key,
      announcedBy: row.announced_by,
      configVersion: Number(row.config_version),
    })),
    configs: read.configs.map((row) => ({ version: Number(row.version), sha256: row.sha256 })),
  };
}
