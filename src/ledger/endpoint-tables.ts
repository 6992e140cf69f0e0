/**
 * The endpoints that get events as signed webhooks, and what they have not accepted yet (drizzle/kernel/71_endpoints.sql,
 * 72_send_events.sql). An event is known by its place in the outbox; what it says is read from the ledger when it is sent.
 */
import { sql } from 'drizzle-orm';
import {
  bigint,
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
import { actorNumber, bytes, instant, onceward, transactionId } from './columns.ts';

export const endpoints = onceward.table(
  'endpoints',
  {
    no: bigint('no', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    madeBy: actorNumber('made_by').notNull(),
    madeAt: instant('made_at').notNull(),
    /** The last event that was accepted, or waits, or is a dead letter: later ones are read from the outbox. */
    transaction: transactionId('transaction').notNull(),
    event: bigint('event', { mode: 'number' }).notNull(),
    /** Who sends to it, until when. */
    holder: uuid('holder'),
    heldUntil: instant('held_until'),
    /** Nothing is sent before this moment: it has accepted nothing the last times. */
    restsUntil: instant('rests_until').notNull(),
    /** Until when messages carry a second signature, made with the secret of the generation before. */
    overlapUntil: instant('overlap_until'),
    failingSince: instant('failing_since'),
    acceptedAt: instant('accepted_at'),
    changedAt: instant('changed_at').notNull(),
    accepted: bigint('accepted', { mode: 'number' }).notNull().default(0),
    /** The number of the claim that made it. */
    madeNumber: integer('made_number').notNull(),
    /** Rises with each rotation of the secret. */
    generation: integer('generation').notNull().default(1),
    /** Attempts in a row of which none was accepted: steps, not events. */
    failures: integer('failures').notNull().default(0),
    /** `suspended`: it was so far behind that the outbox no longer waited for it. */
    state: text({ enum: ['enabled', 'disabled', 'suspended'] })
      .notNull()
      .default('enabled'),
    url: text('url').notNull(),
    description: text('description').notNull(),
    /** Why the last event was not accepted, such as `status 503`. */
    lastFailure: text('last_failure'),
    /** The secret follows from it, the generation and a secret of the Worker. */
    salt: bytes('salt').notNull(),
  },
  (t) => [
    uniqueIndex('endpoints_one_per_action').on(t.madeBy, t.madeNumber),
    check('endpoints_are_sensible', sql`length(${t.url}) <= 2048 AND length(${t.salt}) = 16`),
  ],
);

/** Where an event is in the outbox, or was: its rows there may be gone. Numbers of events rise with those of each player. */
const place = {
  endpoint: bigint('endpoint', { mode: 'number' }).notNull(),
  transaction: transactionId('transaction').notNull(),
  event: bigint('event', { mode: 'number' }).notNull(),
  player: actorNumber('player').notNull(),
  /** The other player of a transfer. */
  counterparty: actorNumber('counterparty'),
};

/** Events that an endpoint did not accept, and those of the same players behind them. Bounded for each endpoint. */
export const waitingEvents = onceward.table(
  'waiting_events',
  {
    ...place,
    firstTriedAt: instant('first_tried_at'),
    nextTryAt: instant('next_try_at').notNull(),
    number: integer('number').notNull(),
    attempts: integer('attempts').notNull().default(0),
    lastFailure: text('last_failure'),
  },
  (t) => [primaryKey({ name: 'waiting_events_in_order', columns: [t.endpoint, t.event] })],
);

/** Events that an endpoint did not accept for as long as they were sent again. */
export const deadLetters = onceward.table(
  'dead_letters',
  {
    ...place,
    diedAt: instant('died_at').notNull(),
    number: integer('number').notNull(),
    attempts: integer('attempts').notNull(),
    lastFailure: text('last_failure').notNull(),
  },
  (t) => [
    primaryKey({ name: 'dead_letters_in_order', columns: [t.endpoint, t.event] }),
    index('dead_letters_by_time').on(t.diedAt),
  ],
);

/** What was sent in one step: the events of a range that were accepted at once are counted, the others are listed. */
export const eventSends = onceward.table(
  'event_sends',
  {
    no: bigint('no', { mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    endpoint: bigint('endpoint', { mode: 'number' }).notNull(),
    sentAt: instant('sent_at').notNull(),
    /** The range of the outbox that was gone through, behind the first place up to the second. */
    afterTransaction: transactionId('after_transaction').notNull(),
    afterEvent: bigint('after_event', { mode: 'number' }).notNull(),
    transaction: transactionId('transaction').notNull(),
    event: bigint('event', { mode: 'number' }).notNull(),
    accepted: smallint('accepted').notNull(),
    failed: smallint('failed').notNull(),
    longestMs: integer('longest_ms').notNull(),
    /** `{eventId, attempt, failure}` of what failed, and of what was accepted at a later attempt (`failure` null). */
    attempts: jsonb('attempts').notNull(),
  },
  (t) => [
    primaryKey({ name: 'event_sends_in_order', columns: [t.endpoint, t.no] }),
    index('event_sends_by_time').on(t.sentAt),
  ],
);

/** Every event of a transaction that ended after `at` is of a transaction that is not below `below`: to send again from a time. */
export const eventMarks = onceward.table('event_marks', {
  at: instant('at').primaryKey(),
  below: transactionId('below').notNull(),
});
