/**
 * Sums of the ledger per day, which the Worker's scheduled handler rolls up from the outbox (drizzle/kernel/50_economy.sql): for staff,
 * never read by the kernel. Days are those of UTC. A sum over many players can exceed what a balance can hold: such columns are numeric.
 */
import { bigint, boolean, date, integer, numeric, primaryKey, smallint } from 'drizzle-orm/pg-core';
import {
  actorNumber,
  enumNumber,
  exactText,
  instant,
  nameNumber,
  onceward,
  safeAmount,
  transactionId,
} from './columns.ts';

/** How far the sums go: one row. */
export const economyRollUp = onceward.table('economy_roll_up', {
  one: smallint('one').primaryKey().default(1),
  /** The last event of the outbox that the sums contain. */
  transaction: transactionId('transaction').notNull().default('0'),
  event: bigint('event', { mode: 'number' }).notNull().default(0),
  /** Every claim of a transaction below this one is contained. */
  below: transactionId('below').notNull().default('0'),
  /** Every claim that was committed before this moment is contained; null: not known yet. */
  completeUntil: instant('complete_until'),
  /** What `below` must reach before `complete_until` can be `next_until`. */
  nextBelow: transactionId('next_below').notNull().default('0'),
  nextUntil: instant('next_until'),
});

/** What the entries of a day gained and lost of a resource, by where they come from. */
export const economyFlows = onceward.table(
  'economy_flows',
  {
    day: date('day').notNull(),
    gained: numeric('gained').notNull(),
    /** 0 or more. */
    lost: numeric('lost').notNull(),
    entries: bigint('entries', { mode: 'number' }).notNull(),
    resource: nameNumber('resource').notNull(),
    claimType: nameNumber('claim_type').notNull(),
    operation: nameNumber('operation').notNull(),
    /** `ENTRY_CAUSES`. */
    cause: enumNumber('cause').notNull(),
    /** True: a transfer, or the reversal of one. */
    betweenPlayers: boolean('between_players').notNull(),
  },
  (t) => [
    primaryKey({
      name: 'economy_flows_once',
      columns: [t.day, t.resource, t.claimType, t.operation, t.cause, t.betweenPlayers],
    }),
  ],
);

/** How many claims of players were granted on a day. */
export const economyClaims = onceward.table(
  'economy_claims',
  {
    day: date('day').notNull(),
    claims: bigint('claims', { mode: 'number' }).notNull(),
    units: bigint('units', { mode: 'number' }).notNull(),
    claimType: nameNumber('claim_type').notNull(),
    operation: nameNumber('operation').notNull(),
  },
  (t) => [primaryKey({ name: 'economy_claims_once', columns: [t.day, t.claimType, t.operation] })],
);

/** How often a table gave an outcome on a day, under the config that the draw was rolled by. */
export const economyDraws = onceward.table(
  'economy_draws',
  {
    day: date('day').notNull(),
    draws: bigint('draws', { mode: 'number' }).notNull(),
    configVersion: integer('config_version').notNull(),
    /** True: a guarantee narrowed the outcomes. */
    guaranteed: boolean('guaranteed').notNull(),
    table: exactText('table').notNull(),
    outcome: exactText('outcome').notNull(),
  },
  (t) => [
    primaryKey({
      name: 'economy_draws_once',
      columns: [t.day, t.configVersion, t.table, t.outcome, t.guaranteed],
    }),
  ],
);

/** How many players have a balance within a bucket (drizzle/kernel/50_economy.sql). */
export const economyBuckets = onceward.table(
  'economy_buckets',
  {
    players: bigint('players', { mode: 'number' }).notNull(),
    resource: nameNumber('resource').notNull(),
    bucket: smallint('bucket').notNull(),
  },
  (t) => [primaryKey({ name: 'economy_buckets_once', columns: [t.resource, t.bucket] })],
);

/** The walk through all balances that finds the highest and lowest (drizzle/kernel/51_economy_ranks.sql): one row. */
export const economyWalk = onceward.table('economy_walk', {
  one: smallint('one').primaryKey().default(1),
  /** Up to this player, the current round has seen all balances. */
  visited: actorNumber('visited').notNull().default(0),
  /** The newest event of the sums when the round began. */
  event: bigint('event', { mode: 'number' }).notNull().default(-1),
  beganAt: instant('began_at'),
  /** When the round began and ended whose ranks are complete; null: none is yet. */
  rankedFrom: instant('ranked_from'),
  rankedUntil: instant('ranked_until'),
  round: integer('round').notNull().default(1),
});

/** The 100 highest and the 100 lowest balances of each resource: of the last complete round, and of the current one so far. */
export const economyRanks = onceward.table(
  'economy_ranks',
  {
    player: actorNumber('player').notNull(),
    amount: safeAmount('amount').notNull(),
    round: integer('round').notNull(),
    resource: nameNumber('resource').notNull(),
    /** Below 0. */
    indebted: boolean('indebted').notNull(),
  },
  (t) => [primaryKey({ name: 'economy_ranks_once', columns: [t.round, t.resource, t.indebted, t.player] })],
);
