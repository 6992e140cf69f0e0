/** Claims and what they moved, in the shapes of the kernel's answers: what all reads of history have in common. */
import { and, eq, type SQL, sql } from 'drizzle-orm';
import { unionAll } from 'drizzle-orm/pg-core';
import type { ChangeRecord, ClaimRecord } from '../domain/outcome.ts';
import { ACTOR_KINDS } from './columns.ts';
import type { Reads } from './database.ts';
import { decodeChanges, decodeClaim } from './decode-outcome.ts';
import type { KernelClaim } from './kernel-contract.ts';
import { handleOf, idOf, kindOf, milliseconds, nameOf, type Value } from './read-names.ts';
import { ledgerEntries, rewardClaims } from './tables.ts';

/** What one claim moved for one player, in order. */
export function changesOf(player: Value, number: Value): SQL<ChangeRecord[]> {
  const e = ledgerEntries;
  const entry = sql`json_build_object(
    'resource', ${nameOf('resource', e.resource)}, 'before', ${e.before}, 'delta', ${e.delta},
    'requested', coalesce(${e.requested}, ${e.delta}), 'sequence', ${e.sequence}, 'cause', ${e.cause})`;
  const entries = sql`(SELECT coalesce(json_agg(${entry} ORDER BY ${e.ordinal}), '[]') FROM ${e}
    WHERE ${e.player} = ${player} AND ${e.number} = ${number})`;
  return sql`${entries}`.mapWith(decodeChanges) as SQL<ChangeRecord[]>;
}

/** The columns of a record that do not depend on whose history it is read from. */
const c = rewardClaims;
const COLUMNS = {
  player: c.player,
  /** The number under which its player has it. */
  madeAs: c.number,
  actor: c.actor,
  counterparty: c.counterparty,
  counterpartyNumber: c.counterpartyNumber,
  operation: c.operation,
  claimType: c.claimType,
  claimKey: c.claimKey,
  idempotencyKey: c.idempotencyKey,
  reason: c.reason,
  configVersion: c.configVersion,
  amountsVersion: c.amountsVersion,
  correlationId: c.correlationId,
  clientCorrelationId: c.clientCorrelationId,
  claimedAt: c.claimedAt,
  occurredAt: c.occurredAt,
  draws: c.draws,
  paidWith: c.paidWith,
  becamePending: c.becamePending,
  factsRead: c.factsRead,
  limitsUsed: c.limitsUsed,
  input: c.input,
};

/** Not null where there is another player. */
const counterpartyVersion = c.counterpartyVersion as unknown as typeof c.version;

/**
 * The claim that a player has under a number: one of their own, or one that another player made with them. `version` is the
 * player's after the claim. For a lateral join: two index probes.
 */
export function claimOfPlayer(reads: Reads, player: Value, number: Value) {
  const own = reads
    .select({ ...COLUMNS, version: c.version })
    .from(c)
    .where(and(eq(c.player, player), eq(c.number, number)));
  const received = reads
    .select({ ...COLUMNS, version: counterpartyVersion })
    .from(c)
    .where(and(eq(c.counterparty, player), eq(c.counterpartyNumber, number)));
  return unionAll(own, received).as('claim');
}

/** What to select of a claim, for `recordOf`. `player` and `number`: as whose claim it is shown. */
export function recordFields(claim: ReturnType<typeof claimOfPlayer>, player: Value, number: Value) {
  return {
    handle: handleOf(player),
    number: sql<number>`${number}`,
    version: claim.version,
    playerId: idOf(claim.player),
    operation: nameOf('operation', claim.operation),
    type: nameOf('claim_type', claim.claimType),
    key: claim.claimKey,
    idempotencyKey: claim.idempotencyKey,
    actorKind: kindOf(claim.actor),
    actorId: idOf(claim.actor),
    reason: claim.reason,
    configVersion: claim.configVersion,
    amountsVersion: claim.amountsVersion,
    correlationId: claim.correlationId,
    clientCorrelationId: claim.clientCorrelationId,
    claimedAt: milliseconds(claim.claimedAt),
    counterpartyId: sql<string | null>`${idOf(claim.counterparty)}`,
    draws: claim.draws,
    paidWith: claim.paidWith,
    becamePending: claim.becamePending,
    input: claim.input,
    occurredAt: milliseconds(claim.occurredAt) as SQL<number | null>,
    factsRead: claim.factsRead,
    limitsUsed: sql<KernelClaim['limitsUsed']>`${sql`onceward.used_limits(${claim.limitsUsed}, ${player})`}`,
  };
}

/** A row of `recordFields`. */
export type RecordRow = Omit<KernelClaim, 'actorKind'> & { readonly actorKind: number };

export function recordOf({ actorKind, ...row }: RecordRow): ClaimRecord {
  return decodeClaim({ ...row, actorKind: actorKindOf(actorKind) });
}

export function actorKindOf(kind: number): ClaimRecord['actorKind'] {
  return ACTOR_KINDS[kind - 1] as ClaimRecord['actorKind'];
}

export function isoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
