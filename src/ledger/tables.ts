/**
 * The tables of the ledger, as Drizzle sees them: the source of the migrations (`npm run migrate:generate`), and the
 * types of rows. Only the kernel writes to them (drizzle/functions). Every constraint has a name that says what it keeps true.
 * Triggers, roles and grants are SQL of their own: drizzle/functions/guards.sql and drizzle/functions/grants.sql.
 */
import { sql } from 'drizzle-orm';
import {
  bigint,
  check,
  date,
  foreignKey,
  index,
  integer,
  jsonb,
  pgSchema,
  primaryKey,
  text,
  timestamp,
  unique,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';

/** Every amount fits a JSON number exactly: ±(2^53 − 1). */
const SAFE_INT = sql.raw('BETWEEN -9007199254740991 AND 9007199254740991');
const SAFE_COUNT = sql.raw('BETWEEN 0 AND 9007199254740991');

const amount = (name: string) => bigint(name, { mode: 'number' });
const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });

export const onceward = pgSchema('onceward');

/** One row for each player; the lock that puts a player's operations in order. */
export const players = onceward.table(
  'players',
  {
    id: text().primaryKey(),
    /** Grows by one with each granted claim. */
    version: amount('version').notNull().default(0),
    createdAt: instant('created_at').notNull().defaultNow(),
    /** When the version last grew; claim times of one player never run backwards. */
    updatedAt: instant('updated_at').notNull().defaultNow(),
  },
  (t) => [
    check('players_id_is_short', sql`length(${t.id}) BETWEEN 1 AND 128`),
    check('players_version_counts_up', sql`${t.version} >= 0`),
  ],
);

/** The current balance of each resource: always the sum of the ledger's deltas. */
export const balances = onceward.table(
  'balances',
  {
    playerId: text('player_id').notNull(),
    resource: text().notNull(),
    amount: amount('amount').notNull(),
    /** The sequence of the newest ledger entry of this player and resource. */
    lastSequence: amount('last_sequence').notNull(),
  },
  (t) => [
    primaryKey({ name: 'balances_one_per_player_and_resource', columns: [t.playerId, t.resource] }),
    foreignKey({ name: 'balances_have_a_player', columns: [t.playerId], foreignColumns: [players.id] }),
    check('balances_resource_is_short', sql`length(${t.resource}) BETWEEN 1 AND 64`),
    check('balances_amount_is_safe', sql`${t.amount} ${SAFE_INT}`),
    check('balances_sequence_counts_up', sql`${t.lastSequence} >= 0`),
  ],
);

/**
 * What became of every key: a granted claim, or a recorded "no". No foreign key to players, because the "no" to an
 * award for an unknown player is recorded too and must not create that player.
 */
export const rewardClaims = onceward.table(
  'reward_claims',
  {
    id: uuid().notNull().default(sql`uuidv7()`),
    playerId: text('player_id').notNull(),
    operation: text().notNull(),
    claimType: text('claim_type').notNull(),
    claimKey: text('claim_key').notNull(),
    idempotencyKey: text('idempotency_key').notNull(),
    fingerprint: text().notNull(),
    /** The canonical input, as the caller sent it (a ticket as its contents, without signature). */
    input: jsonb().notNull(),
    outcome: text({ enum: ['granted', 'rejected'] }).notNull(),
    /** The recorded "no", in the shape of the domain's Rejection. */
    rejection: jsonb(),
    actorKind: text('actor_kind', { enum: ['player', 'server', 'staff'] }).notNull(),
    actorId: text('actor_id').notNull(),
    reason: text(),
    configVersion: amount('config_version').notNull(),
    correlationId: text('correlation_id').notNull(),
    /** The player's version after this claim; for a "no", the version that it was judged at. */
    playerVersion: amount('player_version').notNull(),
    /** Every balance of the player right after a granted claim: what a replayed receipt shows. */
    balancesAfter: jsonb('balances_after'),
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
    index('reward_claims_by_correlation').on(t.correlationId),
    check('reward_claims_idempotency_key_format', sql`${t.idempotencyKey} ~ '^[A-Za-z0-9_.:-]{16,128}$'`),
    check(
      'reward_claims_outcome_is_whole',
      sql`CASE ${t.outcome} WHEN 'granted' THEN ${t.rejection} IS NULL AND ${t.balancesAfter} IS NOT NULL
          WHEN 'rejected' THEN ${t.rejection} IS NOT NULL AND ${t.balancesAfter} IS NULL ELSE false END`,
    ),
    check('reward_claims_claim_is_short', sql`length(${t.claimType}) <= 64 AND length(${t.claimKey}) <= 160`),
    check('reward_claims_actor_is_known', sql`${t.actorKind} IN ('player', 'server', 'staff')`),
    check('reward_claims_reason_is_short', sql`length(${t.reason}) <= 500`),
  ],
);

/**
 * The further business keys of a granted claim: what it gave for which source, so that no other claim, of whatever type,
 * gives the same resource for the same source again.
 */
export const claimKeys = onceward.table(
  'claim_keys',
  {
    playerId: text('player_id').notNull(),
    /** What is given once: a resource, such as `skill:passing`. */
    keyType: text('key_type').notNull(),
    /** For what: the source, such as `match/7`. */
    key: text().notNull(),
    claimId: uuid('claim_id').notNull(),
  },
  (t) => [
    primaryKey({ name: 'claim_keys_granted_once', columns: [t.playerId, t.keyType, t.key] }),
    foreignKey({ name: 'claim_keys_have_a_claim', columns: [t.claimId], foreignColumns: [rewardClaims.id] }),
    check('claim_keys_are_short', sql`length(${t.keyType}) <= 64 AND length(${t.key}) <= 512`),
  ],
);

/** The ledger: one row for each balance moved. Append-only, for everyone. */
export const ledgerEntries = onceward.table(
  'ledger_entries',
  {
    playerId: text('player_id').notNull(),
    resource: text().notNull(),
    /** Gapless from 1 for each player and resource. */
    sequence: amount('sequence').notNull(),
    claimId: uuid('claim_id').notNull(),
    /** The player's version that this entry belongs to, and its place among the entries of that version. */
    playerVersion: amount('player_version').notNull(),
    ordinal: integer().notNull(),
    delta: amount('delta').notNull(),
    balanceBefore: amount('balance_before').notNull(),
    balanceAfter: amount('balance_after').notNull(),
    /** What was asked for; differs from `delta` where a floor or ceiling cut it. */
    requested: amount('requested').notNull(),
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
    check('ledger_entries_before_is_safe', sql`${t.balanceBefore} ${SAFE_INT}`),
    check('ledger_entries_after_is_safe', sql`${t.balanceAfter} ${SAFE_INT}`),
    check('ledger_entries_requested_is_safe', sql`${t.requested} ${SAFE_INT}`),
    check('ledger_entries_sequence_from_one', sql`${t.sequence} >= 1`),
  ],
);

/** Who may act by hand. The role and limits here are what counts, inside the transaction, whatever a token says. */
export const staff = onceward.table(
  'staff',
  {
    id: text().primaryKey(),
    role: text({ enum: ['support', 'economist', 'auditor', 'admin'] }).notNull(),
    /** The largest sum of amounts in one award; null: the config's default. */
    rewardLimit: amount('reward_limit'),
    /** The largest sum of amounts in one day; null: the config's default. */
    dailyBudget: amount('daily_budget'),
    disabledAt: instant('disabled_at'),
    createdAt: instant('created_at').notNull().defaultNow(),
  },
  (t) => [
    check('staff_role_is_known', sql`${t.role} IN ('support', 'economist', 'auditor', 'admin')`),
    check('staff_limits_are_safe', sql`${t.rewardLimit} ${SAFE_COUNT} AND ${t.dailyBudget} ${SAFE_COUNT}`),
  ],
);

/** What each staff member has handed out on each budget day. */
export const staffBudgetDays = onceward.table(
  'staff_budget_days',
  {
    staffId: text('staff_id').notNull(),
    day: date().notNull(),
    spent: amount('spent').notNull(),
  },
  (t) => [
    primaryKey({ name: 'staff_budget_days_one_per_day', columns: [t.staffId, t.day] }),
    foreignKey({ name: 'staff_budget_days_have_staff', columns: [t.staffId], foreignColumns: [staff.id] }),
    check('staff_budget_days_spent_is_safe', sql`${t.spent} ${SAFE_COUNT}`),
  ],
);

/** What staff and operators did: one row for each staff claim or recorded "no", staff change and published config. */
export const auditEvents = onceward.table(
  'audit_events',
  {
    id: uuid().notNull().default(sql`uuidv7()`),
    actorKind: text('actor_kind', { enum: ['staff', 'operator'] }).notNull(),
    actorId: text('actor_id').notNull(),
    /** `manualReward`, `claimReward`, `staff.add`, `staff.disable`, `config.publish`. */
    action: text().notNull(),
    outcome: text({ enum: ['granted', 'rejected', 'done'] }).notNull(),
    playerId: text('player_id'),
    claimId: uuid('claim_id'),
    amount: amount('amount'),
    reason: text(),
    correlationId: text('correlation_id'),
    detail: jsonb(),
    recordedAt: instant('recorded_at').notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ name: 'audit_events_id', columns: [t.id] }),
    unique('audit_events_one_per_claim').on(t.claimId),
    index('audit_events_by_correlation').on(t.correlationId),
    foreignKey({
      name: 'audit_events_claim_exists',
      columns: [t.claimId],
      foreignColumns: [rewardClaims.id],
    }),
  ],
);

/** Every published balance config: the source of truth behind KV. The current one has the highest version. */
export const balanceConfigs = onceward.table('balance_configs', {
  version: amount('version').primaryKey().generatedByDefaultAsIdentity(),
  /** Over the canonical JSON of the document; not unique: going back to an old document makes a new version. */
  sha256: text().notNull(),
  document: jsonb().notNull(),
  publishedBy: text('published_by').notNull(),
  reason: text(),
  publishedAt: instant('published_at').notNull().defaultNow(),
});
