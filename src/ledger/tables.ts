/**
 * The tables of the ledger in Drizzle: the source of the migrations (`npm run migrate:generate`) and of row types. Only the kernel
 * writes to them (drizzle/functions). The name of each constraint says what it guarantees. Triggers, roles and grants are in
 * drizzle/functions/guards.sql and grants.sql.
 */
import { sql } from 'drizzle-orm';
import {
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  primaryKey,
  text,
  unique,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import {
  actorKind,
  amount,
  claimKey,
  claimTypeName,
  counter,
  entryCause,
  idempotencyKey,
  instant,
  onceward,
  playerId,
  reason,
  resourceName,
  SAFE_COUNT,
  safeAmount,
  sequenceNumber,
} from './columns.ts';

/** One row per player. Locking it puts the player's operations in order. */
export const players = onceward.table('players', {
  id: playerId('id').primaryKey(),
  /** Rises by one with each granted claim. */
  version: counter('version').notNull().default(0),
  createdAt: instant('created_at').notNull().defaultNow(),
  /** When the version last rose. Claim times of one player never decrease. */
  updatedAt: instant('updated_at').notNull().defaultNow(),
});

/** The current balance of each resource: always the sum of the ledger's deltas. */
export const balances = onceward.table(
  'balances',
  {
    playerId: text('player_id').notNull(),
    resource: resourceName('resource').notNull(),
    amount: safeAmount('amount').notNull(),
    /** The sequence of the newest ledger entry of this player and resource. */
    lastSequence: counter('last_sequence').notNull(),
    /** Where the balance regenerates: the moment from which the next unit is counted. */
    anchoredAt: instant('anchored_at'),
  },
  (t) => [
    primaryKey({ name: 'balances_one_per_player_and_resource', columns: [t.playerId, t.resource] }),
    foreignKey({ name: 'balances_have_a_player', columns: [t.playerId], foreignColumns: [players.id] }),
  ],
);

/**
 * The outcome of every key: a granted claim or a recorded rejection. There is no foreign key to players, because rejecting an award
 * for an unknown player is recorded and must not create the player.
 */
export const rewardClaims = onceward.table(
  'reward_claims',
  {
    id: uuid().notNull().default(sql`uuidv7()`),
    playerId: text('player_id').notNull(),
    operation: text().notNull(),
    claimType: claimTypeName('claim_type').notNull(),
    claimKey: claimKey('claim_key').notNull(),
    idempotencyKey: idempotencyKey('idempotency_key').notNull(),
    fingerprint: text().notNull(),
    /** The canonical input as the caller sent it; of a ticket its contents, without the signature. */
    input: jsonb().notNull(),
    outcome: text({ enum: ['granted', 'rejected'] }).notNull(),
    /** In the shape of the domain's Rejection. */
    rejection: jsonb(),
    actorKind: actorKind('actor_kind').notNull(),
    actorId: text('actor_id').notNull(),
    reason: reason('reason'),
    configVersion: amount('config_version').notNull(),
    correlationId: text('correlation_id').notNull(),
    /** The player's version after this claim; of a rejection, the version at which it was rejected. */
    playerVersion: amount('player_version').notNull(),
    /** Every balance of the player directly after a granted claim: what a replayed receipt shows. */
    balancesAfter: jsonb('balances_after'),
    /** By resource: the moment from which the next regenerated unit counts, directly after a granted claim. */
    anchorsAfter: jsonb('anchors_after'),
    /** Table, roll and outcome of each draw. */
    draws: jsonb(),
    /** The other player of a transfer or of its reversal, with their version and balances afterwards. */
    counterpartyId: text('counterparty_id'),
    counterpartyVersion: amount('counterparty_version'),
    counterpartyBalancesAfter: jsonb('counterparty_balances_after'),
    /** For imported history: when it happened in the other system. */
    occurredAt: instant('occurred_at'),
    claimedAt: instant('claimed_at').notNull(),
  },
  (t) => [
    primaryKey({ name: 'reward_claims_id', columns: [t.id] }),
    unique('reward_claims_one_per_idempotency_key').on(t.playerId, t.idempotencyKey),
    uniqueIndex('reward_claims_granted_once')
      .on(t.playerId, t.claimType, t.claimKey)
      .where(sql`outcome = 'granted'`),
    uniqueIndex('reward_claims_one_per_version')
      .on(t.playerId, t.playerVersion)
      .where(sql`outcome = 'granted'`),
    uniqueIndex('reward_claims_one_per_counterparty_version')
      .on(t.counterpartyId, t.counterpartyVersion)
      .where(sql`counterparty_id IS NOT NULL`),
    index('reward_claims_by_correlation').on(t.correlationId),
    check(
      'reward_claims_outcome_is_whole',
      sql`CASE ${t.outcome} WHEN 'granted' THEN ${t.rejection} IS NULL AND ${t.balancesAfter} IS NOT NULL
          WHEN 'rejected' THEN ${t.rejection} IS NOT NULL AND ${t.balancesAfter} IS NULL ELSE false END`,
    ),
    check(
      'reward_claims_counterparty_is_whole',
      sql`num_nulls(${t.counterpartyId}, ${t.counterpartyVersion}, ${t.counterpartyBalancesAfter}) IN (0, 3) AND ${t.counterpartyId} <> ${t.playerId}`,
    ),
  ],
);

/** The source keys of granted claims: no other claim of any type gives the same resource for the same source again. */
export const claimKeys = onceward.table(
  'claim_keys',
  {
    playerId: text('player_id').notNull(),
    /** The resource that is given once, such as `skill:passing`. */
    keyType: text('key_type').notNull(),
    /** The source, such as `match/7`. */
    key: text().notNull(),
    claimId: uuid('claim_id').notNull(),
  },
  (t) => [
    primaryKey({ name: 'claim_keys_granted_once', columns: [t.playerId, t.keyType, t.key] }),
    foreignKey({ name: 'claim_keys_have_a_claim', columns: [t.claimId], foreignColumns: [rewardClaims.id] }),
    check('claim_keys_are_short', sql`length(${t.keyType}) <= 64 AND length(${t.key}) <= 512`),
  ],
);

/** How much of each limit a player has used in each period: claims of a type, transfers of a resource. */
export const playerQuotas = onceward.table(
  'player_quotas',
  {
    playerId: text('player_id').notNull(),
    /** The counter, such as `claims:pve_victory`. */
    name: text().notNull(),
    /** The day, in the config's time zone. */
    period: text().notNull(),
    used: amount('used').notNull(),
  },
  (t) => [
    primaryKey({ name: 'player_quotas_one_per_period', columns: [t.playerId, t.name, t.period] }),
    check('player_quotas_are_short', sql`length(${t.name}) <= 128 AND length(${t.period}) <= 32`),
    check('player_quotas_used_is_safe', sql`${t.used} ${SAFE_COUNT}`),
  ],
);

/**
 * Pending rewards: announced by a server and not claimed yet. The transaction that grants the claim deletes the row. Both claims
 * stay in reward_claims.
 */
export const owedClaims = onceward.table(
  'owed_claims',
  {
    playerId: text('player_id').notNull(),
    claimType: text('claim_type').notNull(),
    claimKey: text('claim_key').notNull(),
    announcedBy: uuid('announced_by').notNull(),
    announcedAt: instant('announced_at').notNull(),
    /** Postings, milestones, source keys and config version, as announced. */
    plan: jsonb().notNull(),
  },
  (t) => [
    primaryKey({ name: 'owed_claims_one_per_claim', columns: [t.playerId, t.claimType, t.claimKey] }),
    unique('owed_claims_in_order').on(t.announcedBy),
    index('owed_claims_by_player').on(t.playerId, t.announcedBy),
    index('owed_claims_by_type').on(t.claimType, t.announcedBy),
    foreignKey({
      name: 'owed_claims_were_announced',
      columns: [t.announcedBy],
      foreignColumns: [rewardClaims.id],
    }),
  ],
);

/** The ledger: one row per balance moved. Append-only for every role. */
export const ledgerEntries = onceward.table(
  'ledger_entries',
  {
    playerId: text('player_id').notNull(),
    resource: text().notNull(),
    /** Gapless from 1 per player and resource. */
    sequence: sequenceNumber('sequence').notNull(),
    claimId: uuid('claim_id').notNull(),
    /** The player's version of the claim, and the entry's position in it. */
    playerVersion: amount('player_version').notNull(),
    ordinal: integer().notNull(),
    delta: amount('delta').notNull(),
    balanceBefore: safeAmount('balance_before').notNull(),
    balanceAfter: safeAmount('balance_after').notNull(),
    /** The amount requested; it differs from `delta` where a floor or ceiling clamped it. */
    requested: safeAmount('requested').notNull(),
    cause: entryCause('cause').notNull().default('operation'),
    recordedAt: instant('recorded_at').notNull(),
  },
  (t) => [
    primaryKey({ name: 'ledger_entries_one_per_sequence', columns: [t.playerId, t.resource, t.sequence] }),
    unique('ledger_entries_in_order').on(t.playerId, t.playerVersion, t.ordinal),
    foreignKey({
      name: 'ledger_entries_have_a_claim',
      columns: [t.claimId],
      foreignColumns: [rewardClaims.id],
    }),
    check('ledger_entries_add_up', sql`${t.balanceAfter} = ${t.balanceBefore} + ${t.delta}`),
  ],
);
