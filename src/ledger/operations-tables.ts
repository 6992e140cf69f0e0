/**
 * The tables of operations in Drizzle: the audit, proposals, published configs and what the kernel reads of them.
 * Operators' commands write them (cli/, drizzle/kernel/20_publish.sql); the kernel writes audit rows.
 */
import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  jsonb,
  primaryKey,
  smallint,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import {
  actorNumber,
  enumNumber,
  exactText,
  instant,
  jsonText,
  nameNumber,
  onceward,
  safeAmount,
  safeCount,
} from './columns.ts';

/** What staff and operators did: one row per claim or refusal of staff, change of staff, import and published config. */
export const auditEvents = onceward.table(
  'audit_events',
  {
    id: uuid().primaryKey().default(sql`uuidv7()`),
    recordedAt: instant('recorded_at').notNull().defaultNow(),
    actor: actorNumber('actor').notNull(),
    player: actorNumber('player'),
    amount: safeAmount('amount'),
    correlationId: uuid('correlation_id'),
    /** The number of the granted claim. */
    number: integer('number'),
    clientCorrelationId: exactText('client_correlation_id'),
    /** `manualReward`, `claimReward`, `staff.add`, `staff.disable`, `config.publish`. */
    action: text().notNull(),
    outcome: text({ enum: ['granted', 'rejected', 'forbidden', 'started', 'done', 'listed'] }).notNull(),
    reason: text(),
    detail: jsonb(),
  },
  (t) => [
    uniqueIndex('audit_events_one_per_claim').on(t.player, t.number).where(sql`number IS NOT NULL`),
    /** Everything that a staff member did, by time. */
    index('audit_events_of_actor').on(t.actor, t.recordedAt),
    /** What staff tried on a player and may not: the rest is claims and refusals. */
    index('audit_events_forbidden').on(t.player, t.recordedAt).where(sql`outcome = 'forbidden'`),
    /** For an export. A UUID of version 7 follows the time. */
    index('audit_events_of_player').on(t.player, t.id).where(sql`player IS NOT NULL`),
    index('audit_events_by_correlation').on(t.correlationId, t.recordedAt),
    index('audit_events_by_client_correlation')
      .on(t.clientCorrelationId, t.recordedAt)
      .where(sql`client_correlation_id IS NOT NULL`),
  ],
);

/** What one staff member proposed for another to approve (drizzle/kernel/41_proposals.sql). */
export const proposals = onceward.table(
  'proposals',
  {
    no: bigint('no', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    proposedBy: actorNumber('proposed_by').notNull(),
    proposedAt: instant('proposed_at').notNull(),
    expiresAt: instant('expires_at').notNull(),
    /** Who approved or withdrew it; null: nobody, or a proposal of something else replaced it. */
    decidedBy: actorNumber('decided_by'),
    decidedAt: instant('decided_at'),
    executedAt: instant('executed_at'),
    /** What is proposed, such as `campaign.run`, and of what: the number of a campaign. */
    kind: exactText('kind').notNull(),
    subject: exactText('subject').notNull(),
    /** Of everything that is approved. */
    digest: exactText('digest').notNull(),
    /** What the approver's role must hold. */
    permission: exactText('permission').notNull(),
    state: text({ enum: ['open', 'approved', 'withdrawn', 'expired', 'executed'] })
      .notNull()
      .default('open'),
    /** For the person who approves: numbers and names of the config. */
    summary: jsonText<Record<string, unknown>>('summary').notNull(),
    /** Of a balance config that is proposed. */
    document: jsonb('document'),
  },
  (t) => [
    uniqueIndex('proposals_one_per_subject').on(t.kind, t.subject).where(sql`state IN ('open', 'approved')`),
    check(
      'proposals_are_approved_by_another',
      sql`${t.state} NOT IN ('approved', 'executed') OR ${t.decidedBy} <> ${t.proposedBy}`,
    ),
  ],
);

/** Every published balance config. The current one has the latest `effective_from`, then the highest version. */
export const balanceConfigs = onceward.table(
  'balance_configs',
  {
    version: integer('version').primaryKey().generatedByDefaultAsIdentity(),
    effectiveFrom: instant('effective_from').notNull(),
    publishedAt: instant('published_at').notNull(),
    /** Of the canonical JSON of the document. Not unique: a rollback publishes an old document under a new version. */
    sha256: text().notNull(),
    /** An operator, or a staff member, whose claim has the number; null: an operator, or it kept a scheduled version. */
    publisher: actorNumber('publisher').notNull(),
    number: integer('number'),
    reason: text(),
    document: jsonb().notNull(),
    /** The claim types and exchanges whose claims game servers may reverse. */
    reversibleByServers: nameNumber('reversible_by_servers').array().notNull().default([]),
    /** The resource that staff may correct without a limit: health. */
    corrects: nameNumber('corrects'),
  },
  (t) => [
    index('balance_configs_by_time').on(t.effectiveFrom, t.version),
    uniqueIndex('balance_configs_one_per_claim').on(t.publisher, t.number).where(sql`number IS NOT NULL`),
  ],
);

/** Translations of catalogue text, one row per published version. The current one of a language is the latest. */
export const catalogueTexts = onceward.table(
  'catalogue_texts',
  {
    version: integer('version').primaryKey().generatedByDefaultAsIdentity(),
    publishedAt: instant('published_at').notNull().defaultNow(),
    /** A BCP 47 tag. */
    language: text().notNull(),
    /** Of the canonical JSON of the document. */
    sha256: text().notNull(),
    publishedBy: text('published_by').notNull(),
    reason: text(),
    /** Texts by key. */
    document: jsonb().notNull(),
  },
  (t) => [index('catalogue_texts_by_language').on(t.language, t.version)],
);

/** What reaching a threshold of a balance gives, under each config version. */
export const milestones = onceward.table(
  'milestones',
  {
    configVersion: integer('config_version').notNull(),
    resource: nameNumber('resource').notNull(),
    /** The resource that counts the thresholds already paid. */
    paidResource: nameNumber('paid_resource').notNull(),
    thresholds: bigint({ mode: 'number' }).array().notNull(),
    /** `[{resource, amounts, ceiling, ceiling_per_unit, ceiling_of}]`. */
    grants: jsonText<readonly unknown[]>('grants').notNull(),
  },
  (t) => [primaryKey({ name: 'milestones_one_per_resource', columns: [t.configVersion, t.resource] })],
);

/** How much one staff member or game server may give, in value, under each config version. Without a row: nothing. */
export const awardLimits = onceward.table(
  'award_limits',
  {
    configVersion: integer('config_version').notNull(),
    rewardLimit: safeCount('reward_limit').notNull(),
    dailyBudget: safeCount('daily_budget').notNull(),
    /** How many awards; null: as many as the budget allows. */
    awardsPerDay: safeCount('awards_per_day'),
    /** Of `ACTOR_KINDS`: staff or server. */
    kind: enumNumber('kind').notNull(),
  },
  (t) => [primaryKey({ name: 'award_limits_one_per_kind', columns: [t.configVersion, t.kind] })],
);

/** How each resource that staff may give counts, under each config version. A resource without a row cannot be given. */
export const staffValues = onceward.table(
  'staff_values',
  {
    configVersion: integer('config_version').notNull(),
    /** Of one unit; null: the resource has a limit of its own. */
    value: safeCount('value'),
    /** The limit of its own, in units; `per_reward` null: that of the day. */
    perReward: safeCount('per_reward'),
    perDay: safeCount('per_day'),
    resource: nameNumber('resource').notNull(),
  },
  (t) => [
    primaryKey({ name: 'staff_values_one_per_resource', columns: [t.configVersion, t.resource] }),
    check('staff_values_count_one_way', sql`num_nulls(${t.value}, ${t.perDay}) = 1`),
  ],
);

/** How much of a resource one staff member may take, in units, under each config version. A resource without a row cannot be taken. */
export const takeLimits = onceward.table(
  'take_limits',
  {
    configVersion: integer('config_version').notNull(),
    /** Null: that of the day. */
    perCall: safeCount('per_call'),
    perDay: safeCount('per_day').notNull(),
    resource: nameNumber('resource').notNull(),
  },
  (t) => [primaryKey({ name: 'take_limits_one_per_resource', columns: [t.configVersion, t.resource] })],
);

/** How a resource's balance opens and regenerates, from one publication to the next that changes it. */
export const regenerationRules = onceward.table(
  'regeneration_rules',
  {
    effectiveFrom: instant('effective_from').notNull(),
    /** When the next rule of the resource begins; `infinity`: this one is in force. */
    effectiveUntil: instant('effective_until').notNull(),
    configVersion: integer('config_version').notNull(),
    /** Null: it does not regenerate. */
    everySeconds: integer('every_seconds'),
    amount: safeCount('amount'),
    /** `base + per_unit × balance of of_resource`; null: no opening balance. */
    openingBase: safeCount('opening_base'),
    openingPerUnit: safeCount('opening_per_unit'),
    capBase: safeCount('cap_base'),
    capPerUnit: safeCount('cap_per_unit'),
    resource: nameNumber('resource').notNull(),
    openingOf: nameNumber('opening_of'),
    capOf: nameNumber('cap_of'),
  },
  (t) => [
    primaryKey({ name: 'regeneration_rules_in_order', columns: [t.resource, t.effectiveFrom] }),
    check(
      'regeneration_rules_are_whole',
      sql`num_nulls(${t.everySeconds}, ${t.amount}, ${t.capBase}) IN (0, 3)`,
    ),
  ],
);

/** One row: how the kernel behaves in this database. */
export const settings = onceward.table(
  'settings',
  {
    one: smallint('one').primaryKey().default(1),
    refusalRetentionDays: smallint('refusal_retention_days').notNull().default(30),
    refusalsPerDay: integer('refusals_per_day').notNull().default(1000),
    /** How many unknown codes a player may try within an hour. */
    wrongCodesPerHour: smallint('wrong_codes_per_hour').notNull().default(10),
    /** Whether each granted operation writes an event. */
    outbox: boolean('outbox').notNull().default(true),
    /** The partition of the outbox that is written to. */
    outboxSlot: smallint('outbox_slot').notNull().default(0),
    /** Whether staff publish balance configs through the API: not at all, each alone, or with the approval of another. */
    configPublishing: text('config_publishing', { enum: ['off', 'staff', 'approved'] })
      .notNull()
      .default('staff'),
    /** Raising a staff member's limit in value needs a second member above this. */
    staffApprovalAbove: safeCount('staff_approval_above').notNull().default(0),
    /** Whether erasing a player needs a second member. */
    erasureApproval: boolean('erasure_approval').notNull().default(false),
    /** How long the outbox keeps events, and how long it waits for endpoints and sinks that did not take them. */
    eventRetentionDays: smallint('event_retention_days').notNull().default(7),
    eventHoldDays: smallint('event_hold_days').notNull().default(14),
    /** How long an endpoint gets an event that it does not accept, and how soon again after the first attempt. */
    eventRetryHours: smallint('event_retry_hours').notNull().default(72),
    eventRetryMs: integer('event_retry_ms').notNull().default(5000),
    /** Which game servers may act: each with a token, or those of the registry alone (server-tables.ts). */
    servers: text('servers', { enum: ['open', 'registered'] })
      .notNull()
      .default('open'),
    /** Claims that are younger than this are never archived. */
    archiveAfterDays: integer('archive_after_days').notNull().default(1095),
  },
  (t) => [
    check('settings_are_one_row', sql`${t.one} = 1`),
    check('settings_admit_servers', sql`${t.servers} IN ('open', 'registered')`),
    check('settings_keep_claims_for_a_quarter', sql`${t.archiveAfterDays} >= 92`),
    check(
      'settings_are_sensible',
      sql`${t.refusalRetentionDays} >= 30 AND ${t.refusalsPerDay} >= 1 AND ${t.wrongCodesPerHour} >= 1
        AND ${t.configPublishing} IN ('off', 'staff', 'approved')`,
    ),
    check(
      'settings_of_events_are_sensible',
      sql`${t.eventRetentionDays} >= 1 AND ${t.eventHoldDays} >= ${t.eventRetentionDays}
        AND ${t.eventRetryHours} BETWEEN 0 AND 720 AND ${t.eventRetryMs} BETWEEN 1 AND 3600000`,
    ),
  ],
);

/** What a game-wide source key locks before it has a row of its own. */
export const lockBuckets = onceward.table('lock_buckets', { no: smallint('no').primaryKey() });
