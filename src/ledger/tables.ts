/**
 * The tables of the ledger in Drizzle: the source of the migration (`npm run migrate:generate`) and of the types of reads. Only the
 * kernel writes to them (drizzle/kernel). Names are numbers in here and stand once, in `names` and `actors`; the views of
 * drizzle/kernel/01_views.sql show them. Columns are in the order that needs the least padding.
 */
import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  date,
  index,
  integer,
  primaryKey,
  smallint,
  text,
  unique,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import type { Facts } from '../domain/rules.ts';
import {
  actorId,
  actorNumber,
  enumNumber,
  exactText,
  handleBytes,
  instant,
  jsonText,
  nameNumber,
  onceward,
  safeAmount,
} from './columns.ts';

/**
 * Everyone who acts or is acted for: players, servers, staff members, operators. The only table that holds their IDs. Locking a
 * player's row puts the player's operations in order.
 */
export const actors = onceward.table(
  'actors',
  {
    no: bigint('no', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    /** When `number` last rose. Claim times of one player never decrease. */
    updatedAt: instant('updated_at').notNull(),
    /** Null: nothing was granted yet, so the player does not exist for anyone. */
    createdAt: instant('created_at'),
    /** When staff froze the player; null: the player is not frozen. */
    frozenAt: instant('frozen_at'),
    /** Rises with every granted operation that names the player. */
    number: integer('number').notNull().default(0),
    /** Rises with every granted operation of the player's own that moves balances. `expectedVersion` compares it. */
    version: integer('version').notNull().default(0),
    /** How many refusals were recorded on `refused_on`. */
    refused: integer('refused').notNull().default(0),
    refusedOn: date('refused_on'),
    /** The player's claims up to this number are in the archive (archive-tables.ts); null, which takes no room: none is. */
    archived: integer('archived'),
    /** The account that the player was merged into; null: none. From then on nothing moves here. */
    mergedInto: bigint('merged_into', { mode: 'number' }),
    /** The guests that were merged into the player, with theirs: what they claimed counts for the player. Null: none. */
    mergedFrom: bigint('merged_from', { mode: 'number' }).array(),
    /** Whether other players can give this player resources. */
    acceptsGifts: boolean('accepts_gifts').notNull().default(true),
    /** `ACTOR_KINDS`. */
    kind: enumNumber('kind').notNull(),
    /** Stands for the player in public claim IDs. */
    handle: handleBytes('handle').notNull().default(sql`onceward.new_handle()`),
    id: actorId('id').notNull(),
    /** The zones of a player's own days (src/domain/player-zones.ts); null: they have those of the game. */
    zones: text('zones'),
  },
  (t) => [unique('actors_one_per_id').on(t.id, t.kind), uniqueIndex('actors_one_per_handle').on(t.handle)],
);

/** The names of resources, claim types, operations and limits. A number never gets another name. */
export const names = onceward.table(
  'names',
  {
    /** `NAME_KINDS`. */
    kind: enumNumber('kind').notNull(),
    no: nameNumber('no').notNull(),
    /** Of a resource: whether any published config lets it regenerate or gives it an opening balance. */
    regenerates: boolean('regenerates').notNull().default(false),
    name: exactText('name').notNull(),
  },
  (t) => [
    primaryKey({ name: 'names_one_per_number', columns: [t.kind, t.no] }),
    unique('names_one_per_name').on(t.name, t.kind),
    check('names_are_short', sql`length(${t.name}) BETWEEN 1 AND 128`),
  ],
);

/** The current balance of each resource: always the sum of the ledger's deltas. */
export const balances = onceward.table(
  'balances',
  {
    player: actorNumber('player').notNull(),
    amount: safeAmount('amount').notNull(),
    /** Where the balance regenerates: the moment from which the next unit is counted. */
    anchoredAt: instant('anchored_at'),
    /** The sequence of the newest ledger entry of this player and resource. */
    sequence: integer('sequence').notNull(),
    resource: nameNumber('resource').notNull(),
  },
  (t) => [primaryKey({ name: 'balances_one_per_player_and_resource', columns: [t.player, t.resource] })],
);

/** Granted claims, for ever. A claim is identified by its player and number. */
export const rewardClaims = onceward.table(
  'reward_claims',
  {
    player: actorNumber('player').notNull(),
    actor: actorNumber('actor').notNull(),
    claimedAt: instant('claimed_at').notNull(),
    /** The other player of a transfer or of its reversal. */
    counterparty: actorNumber('counterparty'),
    /** For imported history: when it happened in the other system. Of an expiry: when the reward expired. */
    occurredAt: instant('occurred_at'),
    /** The request's own, time-ordered ID. */
    correlationId: uuid('correlation_id').notNull(),
    /** Of the operation's name and its canonical input. */
    fingerprint: uuid('fingerprint').notNull(),
    /** The player's number and version after the claim. */
    number: integer('number').notNull(),
    version: integer('version').notNull(),
    /** The config that the kernel judged under. */
    configVersion: integer('config_version').notNull(),
    /** The config that the amounts come from, where it is another: that of an announcement. */
    amountsVersion: integer('amounts_version'),
    counterpartyNumber: integer('counterparty_number'),
    counterpartyVersion: integer('counterparty_version'),
    /** Of the payment or the expiry of a pending reward: the player's number of its announcement. */
    announced: integer('announced'),
    /** How many times an exchange was made at once. 0: a pending reward expired, which counts towards no limit. */
    units: integer('units').notNull().default(1),
    operation: nameNumber('operation').notNull(),
    claimType: nameNumber('claim_type').notNull(),
    /** How many times a claim of this player, type and key was reopened before. */
    generation: smallint('generation').notNull().default(0),
    claimKey: exactText('claim_key').notNull(),
    idempotencyKey: exactText('idempotency_key').notNull(),
    /** The caller's correlation ID, where they sent one. */
    clientCorrelationId: exactText('client_correlation_id'),
    reason: text('reason'),
    /** The canonical input as the caller sent it; of a ticket its contents, without the signature. */
    input: jsonText<Record<string, unknown>>('input').notNull(),
    draws: jsonText<readonly unknown[]>('draws'),
    /** By the number of the resource: balances that level, tier and stats follow from and that the claim did not move. */
    shown: jsonText<Record<string, number>>('shown'),
    /** What the claim used of limits: `[kind, limit, period, subject, amount]` each. */
    limitsUsed: jsonText<readonly (readonly [number, number, string, number, number])[]>('limits_used'),
    /** What formulas and conditions read of the player, by name; null: nothing. */
    factsRead: jsonText<Facts>('facts_read'),
    /** Which of several prices was paid, from 0; null: there was one, or none. */
    paidWith: smallint('paid_with'),
    /** True: what its receiver should get did not fit, and became a pending reward. */
    becamePending: boolean('became_pending'),
  },
  (t) => [
    primaryKey({ name: 'reward_claims_one_per_number', columns: [t.player, t.number] }),
    unique('reward_claims_one_per_idempotency_key').on(t.player, t.idempotencyKey),
    unique('reward_claims_granted_once').on(t.player, t.claimType, t.claimKey, t.generation),
    uniqueIndex('reward_claims_one_per_counterparty_number')
      .on(t.counterparty, t.counterpartyNumber)
      .where(sql`counterparty IS NOT NULL`),
    /** An announcement is settled once. */
    uniqueIndex('reward_claims_settle_once').on(t.player, t.announced).where(sql`announced IS NOT NULL`),
    /** A player's claims of a type, and what they used of a limit that was published in mid-period. */
    index('reward_claims_of_player_by_type').on(t.player, t.claimType, t.number),
    /** "Who got cup-3?", in pages. A hash, so that no look-up of one player's claim can be planned on it. */
    index('reward_claims_by_key').on(sql`hashtextextended(claim_key, claim_type)`, t.player, t.number),
    index('reward_claims_by_correlation').on(t.correlationId, t.claimedAt),
    index('reward_claims_by_client_correlation')
      .on(t.clientCorrelationId, t.claimedAt)
      .where(sql`client_correlation_id IS NOT NULL`),
    index('reward_claims_by_time').using('brin', t.claimedAt),
  ],
);

/** Recorded rejections, one per player and key. Expired ones are deleted (drizzle/kernel/21_expiry.sql). */
export const refusals = onceward.table(
  'refusals',
  {
    player: actorNumber('player').notNull(),
    actor: actorNumber('actor').notNull(),
    refusedAt: instant('refused_at').notNull(),
    correlationId: uuid('correlation_id').notNull(),
    fingerprint: uuid('fingerprint').notNull(),
    configVersion: integer('config_version').notNull(),
    /** The player's version when it was refused. */
    version: integer('version').notNull(),
    /** The last day (UTC) on which it is kept; null: it is kept for good (staff). */
    expiresOn: date('expires_on'),
    operation: nameNumber('operation').notNull(),
    idempotencyKey: exactText('idempotency_key').notNull(),
    /** As the caller named them: a claim type that does not exist has no number. */
    claimType: text('claim_type').notNull(),
    claimKey: text('claim_key').notNull(),
    clientCorrelationId: exactText('client_correlation_id'),
    reason: text('reason'),
    input: jsonText<Record<string, unknown>>('input').notNull(),
    /** In the shape of the domain's Rejection. */
    rejection: jsonText<unknown>('rejection').notNull(),
  },
  (t) => [
    primaryKey({ name: 'refusals_one_per_key', columns: [t.player, t.idempotencyKey] }),
    index('refusals_of_player_in_order').on(t.player, t.refusedAt),
    index('refusals_by_correlation').on(t.correlationId),
    index('refusals_by_client_correlation')
      .on(t.clientCorrelationId, t.refusedAt)
      .where(sql`client_correlation_id IS NOT NULL`),
    index('refusals_by_expiry').on(t.expiresOn).where(sql`expires_on IS NOT NULL`),
  ],
);

/**
 * Mutations that make several claims. Written at the first commit; from then on the key answers for these items alone. Each item
 * has a claim or a refusal of its own, under a key that the kernel derives (drizzle/kernel/10_bulk.sql).
 */
export const bulkCalls = onceward.table(
  'bulk_calls',
  {
    actor: actorNumber('actor').notNull(),
    recordedAt: instant('recorded_at').notNull(),
    correlationId: uuid('correlation_id').notNull(),
    fingerprint: uuid('fingerprint').notNull(),
    configVersion: integer('config_version').notNull(),
    operation: nameNumber('operation').notNull(),
    idempotencyKey: exactText('idempotency_key').notNull(),
    clientCorrelationId: exactText('client_correlation_id'),
    /** By field, what the client sent; of a long list its digest. */
    input: jsonText<Record<string, unknown>>('input').notNull(),
    /** What identifies each item, in order; null: the input lists them. */
    items: jsonText<readonly string[]>('items'),
  },
  (t) => [primaryKey({ name: 'bulk_calls_one_per_key', columns: [t.actor, t.idempotencyKey] })],
);

/** The ledger: one row per balance moved. Append-only for every role. `after` is derived (drizzle/0002_kernel_types.sql). */
export const ledgerEntries = onceward.table(
  'ledger_entries',
  {
    player: actorNumber('player').notNull(),
    delta: bigint('delta', { mode: 'number' }).notNull(),
    /** Not the domain: a virtual column cannot be derived from one. */
    before: bigint('before', { mode: 'number' }).notNull(),
    /** The amount requested, where a floor or ceiling clamped it; null: as the delta. */
    requested: safeAmount('requested'),
    /** Of a regenerating resource: the moment from which the next unit counts, after this entry. */
    anchoredAt: instant('anchored_at'),
    /** The player's number of the claim, and the entry's position in it. */
    number: integer('number').notNull(),
    /** Gapless from 1 per player and resource. */
    sequence: integer('sequence').notNull(),
    resource: nameNumber('resource').notNull(),
    ordinal: smallint('ordinal').notNull(),
    /** `ENTRY_CAUSES`. */
    cause: enumNumber('cause').notNull(),
  },
  (t) => [
    primaryKey({ name: 'ledger_entries_in_order', columns: [t.player, t.number, t.ordinal] }),
    unique('ledger_entries_one_per_sequence').on(t.player, t.resource, t.sequence),
  ],
);
