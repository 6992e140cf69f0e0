/** Reads the rows of a seed in one snapshot, as the owner. */
import type pg from 'pg';
import { counterOf } from '../model/breakers.ts';
import { claimIdOf } from '../model/claim-id.ts';
import type { World } from '../schedule/world.ts';
import { QUERIES } from './row-queries.ts';
import type { AuditRow, ClaimRow, EntryRow, Rows } from './rows.ts';

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
      isHeld: row.is_held,
    })),
    ...breakerRows(read),
    reversed: read.reversed.map((row) => ({
      player: row.player_id,
      number: Number(row.number),
      units: Number(row.units),
      reversed: Number(row.reversed),
      reversedBy: Number(row.reversed_by),
      reopened: row.reopened,
    })),
    outbox: read.outbox.map((row) => ({
      player: row.player_id,
      number: Number(row.number),
      at: row.at,
      writtenBy: row.written_by,
    })),
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

/** What breakers counted, and what staff did with what they held. */
function breakerRows(
  read: Record<'settlements' | 'emissions', DriverRow[]>,
): Pick<Rows, 'settlements' | 'emissions'> {
  return {
    settlements: read.settlements.map((row) => ({
      kind: row.kind,
      idempotencyKey: row.idempotency_key,
      settled: Number(row.settled),
      waiting: Number(row.waiting),
    })),
    emissions: read.emissions.map((row) => ({
      counter: counterOf(row.breaker, row.subject, Number(row.hour_ms)),
      used: Number(row.used),
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
    becamePending: row.became_pending === true,
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
    becamePending: false,
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
