/**
 * The tables of emission breakers: what each config allows to be given in an hour, how much was, and when a bound held something back.
 * Publishing and the kernel alone write to them (drizzle/kernel/77_breakers.sql).
 */
import { sql } from 'drizzle-orm';
import { bigint, boolean, check, integer, primaryKey, smallint } from 'drizzle-orm/pg-core';
import { actorNumber, enumNumber, exactText, instant, nameNumber, onceward, safeCount } from './columns.ts';

/** The breakers of each config version. */
export const breakers = onceward.table(
  'breakers',
  {
    configVersion: integer('config_version').notNull(),
    /** How much may be given in an hour. */
    bound: safeCount('bound').notNull(),
    /** The number of its name, which begins with `breaker:`. */
    limit: nameNumber('limit').notNull(),
    /** What counts is what is given of it; null: how many times something is claimed. */
    resource: nameNumber('resource'),
    /** `BREAKER_SCOPES`: what has a counter of its own. */
    per: enumNumber('per').notNull(),
    /** The claim types and exchanges that count; null: all. */
    claimTypes: nameNumber('claim_types').array(),
  },
  (t) => [
    primaryKey({ name: 'breakers_one_per_name', columns: [t.configVersion, t.limit] }),
    check(
      'breakers_count_something',
      sql`${t.per} BETWEEN 1 AND 3 AND num_nulls(${t.resource}, ${t.claimTypes}) < 2`,
    ),
  ],
);

/** How much was given in an hour, in 64 stripes, so that operations at the same time do not wait for each other. */
export const breakerCounters = onceward.table(
  'breaker_counters',
  {
    /** 0: the game; otherwise the number of the server, or the config version. */
    subject: bigint('subject', { mode: 'number' }).notNull(),
    /** When the hour began. */
    hour: instant('hour').notNull(),
    used: safeCount('used').notNull().default(0),
    /** Of which the stripe has its part. */
    bound: safeCount('bound').notNull().default(0),
    limit: nameNumber('limit').notNull(),
    stripe: smallint('stripe').notNull(),
  },
  (t) => [
    primaryKey({ name: 'breaker_counters_one_per_stripe', columns: [t.limit, t.subject, t.hour, t.stripe] }),
    check('breaker_counters_have_stripes', sql`${t.stripe} BETWEEN 0 AND 63`),
  ],
);

/** The hours in which a bound held something back. */
export const breakerTrips = onceward.table(
  'breaker_trips',
  {
    subject: bigint('subject', { mode: 'number' }).notNull(),
    hour: instant('hour').notNull(),
    trippedAt: instant('tripped_at').notNull(),
    /** As it was then. */
    bound: safeCount('bound').notNull(),
    configVersion: integer('config_version').notNull(),
    limit: nameNumber('limit').notNull(),
  },
  (t) => [primaryKey({ name: 'breaker_trips_one_per_hour', columns: [t.limit, t.subject, t.hour] })],
);

/** What became of the held rewards that one action of staff settled. */
export const heldSettlements = onceward.table(
  'held_settlements',
  {
    /** Who settled them, and the number of their claim. */
    actor: actorNumber('actor').notNull(),
    number: integer('number').notNull(),
    /** Paid, or dropped with their claims. */
    settled: integer('settled').notNull(),
    /** Could not be paid: their players can collect them now. */
    waiting: integer('waiting').notNull(),
    /** Whether others were left. */
    more: boolean('more').notNull(),
    /** `held.release` or `held.drop`. */
    kind: exactText('kind').notNull(),
  },
  (t) => [primaryKey({ name: 'held_settlements_one_per_claim', columns: [t.actor, t.number] })],
);
