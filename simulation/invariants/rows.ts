/** The database rows of a seed's players and staff, read in one snapshot by the owner, as plain data. */
import type pg from 'pg';
import { claimIdOf } from '../model/claim-id.ts';
import type { Cause } from '../model/effect.ts';
import type { World } from '../schedule/world.ts';
import { QUERIES } from './row-queries.ts';

/** A granted claim, or a recorded refusal. */
export interface ClaimRow {
  /** The public ID; of a refusal, which has none, a name that no claim has. */
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
  /** The config that an announced reward was announced under; null: the amounts come from `configVersion`. */
  readonly amountsVersion: number | null;
  readonly correlationId: string;
  readonly sentCorrelationId: string;
  /** The player's number that the claim made; null: it was refused. */
  readonly number: number | null;
  /** The player's version after the claim, or when it was refused. */
  readonly version: number;
  readonly draws: readonly object[];
  readonly units: number;
  readonly generation: number;
  /** The other player of a transfer, with the number and version that the claim made. */
  readonly counterparty: {
    readonly player: string;
    readonly number: number;
    readonly version: number;
  } | null;
  readonly claimedAt: number;
  /** The whole row, for columns that only some operations use. */
  readonly row: Readonly<Record<string, unknown>>;
}

export interface EntryRow {
  readonly player: string;
  readonly resource: string;
  readonly sequence: number;
  /** The player's number that the entry belongs to. */
  readonly number: number;
  readonly ordinal: number;
  readonly delta: number;
  readonly before: number;
  readonly after: number;
  readonly requested: number;
  readonly cause: Cause;
  /** The regeneration anchor after the entry, in milliseconds since 1970; null: the resource does not regenerate. */
  readonly anchoredAt: number | null;
}

export interface AuditRow {
  readonly actorId: string;
  readonly action: string;
  readonly outcome: string;
  readonly player: string | null;
  readonly number: number | null;
  readonly amount: number;
  /** What the kernel found used of the day's budget. */
  readonly spentBefore: number;
  readonly correlationId: string | null;
}

export interface Rows {
  readonly players: readonly {
    readonly id: string;
    readonly number: number;
    readonly version: number;
    readonly createdAt: number;
  }[];
  readonly claims: readonly ClaimRow[];
  readonly entries: readonly EntryRow[];
  readonly balances: readonly {
    readonly player: string;
    readonly resource: string;
    readonly amount: number;
    readonly lastSequence: number;
    readonly anchoredAt: number | null;
  }[];
  readonly sourceKeys: readonly {
    readonly player: string;
    readonly type: string;
    readonly key: string;
    readonly number: number;
  }[];
  readonly audit: readonly AuditRow[];
  readonly forbidden: readonly AuditRow[];
  /** What game servers gave. */
  readonly serverAudit: readonly AuditRow[];
  /** What each player or staff member, or all players together, used of a limit in a period. */
  readonly limitCounters: readonly {
    readonly kind: 'player' | 'staff' | 'game';
    readonly subject: string;
    readonly name: string;
    readonly day: string;
    readonly used: number;
  }[];
  readonly pendingRewards: readonly {
    readonly player: string;
    readonly type: string;
    readonly key: string;
    /** The number of the announcement. */
    readonly number: number;
    readonly configVersion: number;
    /** In milliseconds since 1970; null: it does not expire. */
    readonly expiresAt: number | null;
  }[];
  readonly reversed: readonly {
    readonly player: string;
    readonly number: number;
    readonly units: number;
    readonly reversed: number;
    readonly reversedBy: number;
    readonly reopened: boolean;
  }[];
  /** One row per granted claim, as it will be sent to other systems. */
  readonly outbox: readonly { readonly player: string; readonly number: number }[];
  /** Mutations that make several claims, by caller. */
  readonly calls: readonly { readonly actor: string; readonly idempotencyKey: string }[];
  /** Every published version that was not cancelled, with its beginning in milliseconds since 1970. */
  readonly configs: readonly {
    readonly version: number;
    readonly sha256: string;
    readonly effectiveFrom: number;
    /** It was published for later. */
    readonly scheduled: boolean;
    /** In milliseconds since 1970. */
    readonly publishedAt: number;
    readonly publishedBy: string;
  }[];
}

/** The player's number that a row belongs to. */
export function placeOf({
  player,
  number,
}: {
  readonly player: string;
  readonly number: number | null;
}): string {
  return `${player}\n${number}`;
}

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
      number: Number(row.number),
      version: Number(row.version),
      createdAt: Number(row.created_ms),
    })),
    claims: [...read.claims.map(toClaim), ...read.refusals.map(toRefusal)],
    entries: read.entries.map(toEntry),
    balances: read.balances.map((row) => ({
      player: row.player_id,
      resource: row.resource,
      amount: Number(row.amount),
      lastSequence: Number(row.sequence),
      anchoredAt: numberOrNull(row.anchored_ms),
    })),
    sourceKeys: read.sourceKeys.map((row) => ({
      player: row.player_id,
      type: row.key_type,
      key: row.key,
      number: Number(row.number),
    })),
    audit: read.audit.map(toAudit).filter(({ outcome }) => outcome !== 'forbidden'),
    forbidden: read.audit.map(toAudit).filter(({ outcome }) => outcome === 'forbidden'),
    serverAudit: read.serverAudit.map(toAudit),
    limitCounters: read.limitCounters.map((row) => ({
      kind: row.kind,
      subject: row.subject_id,
      name: row.limit,
      day: row.period,
      used: Number(row.used),
    })),
    pendingRewards: read.pendingRewards.map((row) => ({
      player: row.player_id,
      type: row.claim_type,
      key: row.claim_key,
      number: Number(row.number),
      configVersion: Number(row.config_version),
      expiresAt: numberOrNull(row.expires_ms),
    })),
    reversed: read.reversed.map((row) => ({
      player: row.player_id,
      number: Number(row.number),
      units: Number(row.units),
      reversed: Number(row.reversed),
      reversedBy: Number(row.reversed_by),
      reopened: row.reopened,
    })),
    outbox: read.outbox.map((row) => ({ player: row.player_id, number: Number(row.number) })),
    calls: read.calls.map((row) => ({ actor: row.actor_id, idempotencyKey: row.idempotency_key })),
    configs: read.configs.map((row) => ({
      version: Number(row.version),
      sha256: row.sha256,
      effectiveFrom: Number(row.effective_ms),
      scheduled: row.scheduled,
      publishedAt: Number(row.published_ms),
      publishedBy: row.published_by,
    })),
  };
}

function toClaim(row: DriverRow): ClaimRow {
  const number = Number(row.number);
  return {
    ...toRecord(row),
    id: claimIdOf(row.handle, number),
    outcome: 'granted',
    number,
    draws: row.draws ?? [],
    units: Number(row.units),
    generation: Number(row.generation),
    counterparty: row.counterparty_id && {
      player: row.counterparty_id,
      number: Number(row.counterparty_number),
      version: Number(row.counterparty_version),
    },
    claimedAt: Number(row.claimed_ms),
    row: { ...row, outcome: 'granted' },
  };
}

function toRefusal(row: DriverRow): ClaimRow {
  return {
    ...toRecord(row),
    id: `refusal of ${row.idempotency_key} to ${row.player_id}`,
    outcome: 'rejected',
    number: null,
    draws: [],
    units: 0,
    generation: 0,
    counterparty: null,
    claimedAt: Number(row.refused_ms),
    row: { ...row, outcome: 'rejected' },
  };
}

/** The columns that claims and refusals share. */
function toRecord(row: DriverRow) {
  return {
    player: row.player_id,
    operation: row.operation,
    type: row.claim_type,
    key: row.claim_key,
    idempotencyKey: row.idempotency_key,
    actorKind: row.actor_kind,
    actorId: row.actor_id,
    configVersion: Number(row.config_version),
    amountsVersion: numberOrNull(row.amounts_version),
    correlationId: row.correlation_id,
    sentCorrelationId: row.client_correlation_id ?? row.correlation_id,
    version: Number(row.version),
  };
}

function toEntry(row: DriverRow): EntryRow {
  return {
    player: row.player_id,
    resource: row.resource,
    sequence: Number(row.sequence),
    number: Number(row.number),
    ordinal: Number(row.ordinal),
    delta: Number(row.delta),
    before: Number(row.before),
    after: Number(row.after),
    requested: Number(row.requested),
    cause: row.cause,
    anchoredAt: numberOrNull(row.anchored_ms),
  };
}

function toAudit(row: DriverRow): AuditRow {
  return {
    actorId: row.actor_id,
    action: row.action,
    outcome: row.outcome,
    player: row.player_id,
    number: numberOrNull(row.number),
    amount: Number(row.amount),
    spentBefore: Number(row.detail?.spentBefore ?? 0),
    correlationId: row.correlation_id,
  };
}

function numberOrNull(value: unknown): number | null {
  return value === null || value === undefined ? null : Number(value);
}
