/**
 * The tables of what claims took, used, owe or gave back: source keys, limits, pending rewards, codes, reversed claims, checkpoints.
 * Unlike claims and entries, the rows of most change. Only the kernel and publishing write to them (drizzle/kernel).
 */
import { sql } from 'drizzle-orm';
import { bigint, boolean, check, index, integer, primaryKey, smallint, unique } from 'drizzle-orm/pg-core';
import {
  actorNumber,
  bytes,
  enumNumber,
  exactText,
  instant,
  jsonText,
  limitPeriod,
  nameNumber,
  onceward,
  safeAmount,
  safeCount,
} from './columns.ts';

/** The source keys of granted claims. A scope is a player's number, or 0 for the whole game. */
export const sourceKeys = onceward.table(
  'source_keys',
  {
    scope: bigint('scope', { mode: 'number' }).notNull(),
    player: actorNumber('player').notNull(),
    number: integer('number').notNull(),
    /** The resource that is given once. */
    resource: nameNumber('resource').notNull(),
    /** The source, such as `match/7`. */
    key: exactText('key').notNull(),
  },
  (t) => [
    primaryKey({ name: 'source_keys_taken_once', columns: [t.scope, t.resource, t.key] }),
    index('source_keys_of_claim').on(t.player, t.number),
  ],
);

/** How much of a limit a subject has used in a period. */
export const limitCounters = onceward.table(
  'limit_counters',
  {
    /** The number of the player, staff member or game server; of the game, the stripe; of a code, its batch and ordinal. */
    subject: bigint('subject', { mode: 'number' }).notNull(),
    used: safeCount('used').notNull(),
    limit: nameNumber('limit').notNull(),
    /** 1 player, 2 staff member, 3 game, 4 code, 5 game server. */
    kind: enumNumber('kind').notNull(),
    /** The day (YYYY-MM-DD), the week, the season, or `ever`; of game servers the hour (YYYY-MM-DDTHH, UTC). */
    period: limitPeriod('period').notNull(),
  },
  (t) => [
    primaryKey({ name: 'limit_counters_one_per_period', columns: [t.subject, t.limit, t.period, t.kind] }),
  ],
);

/**
 * What a counter counted when it was created in the middle of its period, or when a type joined it: the claims of a type that were
 * made before. They have no use of the limit recorded; reopening one gives back what was counted. A shared counter has a row for each
 * of its types, also where nothing was counted.
 */
export const countedClaims = onceward.table(
  'counted_claims',
  {
    /** As in `limit_counters`, like limit, kind and period. */
    subject: bigint('subject', { mode: 'number' }).notNull(),
    /** Claims from this moment on; `-infinity` for `ever`. */
    since: instant('since').notNull(),
    /** Of a player: up to this number. Of the game: under config versions up to this one. */
    upTo: integer('up_to').notNull(),
    limit: nameNumber('limit').notNull(),
    kind: enumNumber('kind').notNull(),
    claimType: nameNumber('claim_type').notNull(),
    /** True: what the subject received in claims that others made with them. `up_to` is then the subject's number of them. */
    received: boolean('received').notNull().default(false),
    /** Null: their units were counted; otherwise what they took or gave of this resource. */
    resource: nameNumber('resource'),
    period: limitPeriod('period').notNull(),
  },
  (t) => [
    primaryKey({
      name: 'counted_claims_one_per_type',
      columns: [t.subject, t.limit, t.period, t.kind, t.claimType],
    }),
  ],
);

/** Pending rewards: announced and not claimed yet. The transaction that grants the claim, or settles an expired one, deletes the row. */
export const pendingRewards = onceward.table(
  'pending_rewards',
  {
    player: actorNumber('player').notNull(),
    announcedAt: instant('announced_at').notNull(),
    /** From this moment on it cannot be paid; null: it does not expire. */
    expiresAt: instant('expires_at'),
    /** When the player read it; null: not yet. */
    readAt: instant('read_at'),
    /** The player's number of the announcement, or of the transfer that did not fit. */
    number: integer('number').notNull(),
    configVersion: integer('config_version').notNull(),
    claimType: nameNumber('claim_type').notNull(),
    /** `REWARD_ORIGINS`. */
    origin: enumNumber('origin').notNull(),
    /** Of what a claim held back: the type of that claim. */
    heldType: nameNumber('held_type'),
    /** The breaker that held it back, by the number of its name; null: no breaker did. */
    heldBy: nameNumber('held_by'),
    /** Whether nobody can collect it yet. */
    isHeld: boolean('is_held').notNull().default(false),
    /** Whether `read_at` is null: the order of an inbox. */
    unread: boolean('unread').notNull().default(true),
    claimKey: exactText('claim_key').notNull(),
    /** What the inbox shows of it; null: the texts of its claim type. */
    message: jsonText<unknown>('message'),
    /** Postings, source keys and the resources that they touch, as announced; `uses`: what the announcement used of limits. */
    plan: jsonText<unknown>('plan').notNull(),
  },
  (t) => [
    primaryKey({ name: 'pending_rewards_one_per_claim', columns: [t.player, t.claimType, t.claimKey] }),
    unique('pending_rewards_of_player_in_order').on(t.player, t.number),
    index('pending_rewards_in_order').on(t.announcedAt, t.player, t.number),
    index('pending_rewards_by_type').on(t.claimType, t.announcedAt, t.player, t.number),
    index('pending_rewards_of_inbox').on(t.player, t.unread, t.number),
    index('pending_rewards_by_expiry').on(t.expiresAt, t.player).where(sql`expires_at IS NOT NULL`),
    index('pending_rewards_held').on(t.announcedAt, t.player, t.number).where(sql`is_held`),
    index('pending_rewards_held_by').on(t.heldBy, t.announcedAt, t.player, t.number).where(sql`is_held`),
    index('pending_rewards_held_of_type')
      .on(t.heldType, t.announcedAt, t.player, t.number)
      .where(sql`is_held`),
    check('pending_rewards_are_held_from_a_claim', sql`NOT ${t.isHeld} OR ${t.heldType} IS NOT NULL`),
    check('pending_rewards_expire_later', sql`${t.expiresAt} > ${t.announcedAt}`),
    check('pending_rewards_are_read_or_not', sql`${t.unread} = (${t.readAt} IS NULL)`),
  ],
);

/** Claims that were reversed, whole or in part. */
export const reversedClaims = onceward.table(
  'reversed_claims',
  {
    player: actorNumber('player').notNull(),
    number: integer('number').notNull(),
    units: integer('units').notNull(),
    reversed: integer('reversed').notNull(),
    /** The number of the newest reversal. */
    reversedBy: integer('reversed_by').notNull(),
    parts: smallint('parts').notNull(),
    /** True: the claim's business key and source keys are free again. */
    reopened: boolean('reopened').notNull().default(false),
    /** True: the staff member who made the award got its share of the day's budget back. */
    budgetReturned: boolean('budget_returned').notNull().default(false),
  },
  (t) => [
    primaryKey({ name: 'reversed_claims_one_per_claim', columns: [t.player, t.number] }),
    check('reversed_claims_never_exceed_the_claim', sql`${t.reversed} BETWEEN 1 AND ${t.units}`),
    check('reversed_claims_reopen_whole', sql`NOT ${t.reopened} OR ${t.reversed} = ${t.units}`),
  ],
);

/** Batches of codes: what each code of the batch gives, how often and when, as it was when they were created. */
export const codeBatches = onceward.table(
  'code_batches',
  {
    no: integer('no').primaryKey().generatedAlwaysAsIdentity(),
    createdAt: instant('created_at').notNull(),
    opensAt: instant('opens_at'),
    closesAt: instant('closes_at'),
    /** Who created it, and the number of their claim that did. */
    actor: actorNumber('actor').notNull(),
    /** How often each code can be redeemed in all. */
    uses: safeCount('uses').notNull(),
    number: integer('number').notNull(),
    configVersion: integer('config_version').notNull(),
    codes: integer('codes').notNull(),
    /** How often one player can redeem the same code. */
    perPlayer: smallint('per_player').notNull(),
    /** The public ID of the claim that created it. */
    id: exactText('id').notNull(),
    label: exactText('label').notNull(),
    /** The claim type that the plan was computed from; null: the amounts were given. */
    rewardType: exactText('reward_type'),
    /** As of a pending reward. */
    plan: jsonText<unknown>('plan').notNull(),
  },
  (t) => [
    unique('code_batches_one_per_claim').on(t.actor, t.number),
    unique('code_batches_one_per_id').on(t.id),
    check('code_batches_are_redeemable', sql`${t.uses} >= 1 AND ${t.perPlayer} BETWEEN 1 AND 100`),
  ],
);

/** Codes, by the HMAC of each. What was used of one is in `limit_counters`. */
export const codes = onceward.table('codes', {
  digest: bytes('digest').primaryKey(),
  batch: integer('batch').notNull(),
  /** From 1 within the batch. */
  ordinal: integer('ordinal').notNull(),
});

/** When a player last tried codes that do not exist: those of the hour before the newest of them. */
export const codeTries = onceward.table('code_tries', {
  player: actorNumber('player').primaryKey(),
  wrongAt: instant('wrong_at').array().notNull(),
});

/** Bounds of the whole game, such as a stock. Publishing writes them and their counters; no caller can name another bound. */
export const gameLimits = onceward.table(
  'game_limits',
  {
    bound: safeCount('bound').notNull(),
    limit: nameNumber('limit').notNull(),
    /** How many counters share the bound. 1 for a small stock, 32 for what every claim touches. */
    stripes: smallint('stripes').notNull().default(1),
    period: exactText('period').notNull(),
  },
  (t) => [
    primaryKey({ name: 'game_limits_one_per_period', columns: [t.limit, t.period] }),
    check('game_limits_have_stripes', sql`${t.stripes} BETWEEN 1 AND 32`),
  ],
);

/** Where the entries of a balance begin after older ones were moved to the archive. `npm run integrity` continues from here. */
export const checkpoints = onceward.table(
  'checkpoints',
  {
    player: actorNumber('player').notNull(),
    /** What the removed entries add up to. */
    balance: safeAmount('balance').notNull(),
    /** As in that entry. */
    anchoredAt: instant('anchored_at'),
    /** The sequence of the last removed entry. */
    sequence: integer('sequence').notNull(),
    /** The number of the claim of that entry. */
    number: integer('number').notNull(),
    resource: nameNumber('resource').notNull(),
  },
  (t) => [primaryKey({ name: 'checkpoints_one_per_balance', columns: [t.player, t.resource] })],
);
