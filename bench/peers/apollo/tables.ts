/** Drizzle definitions of the tables in bench/sql/interactive.sql. */
import { bigint, integer, pgSchema, primaryKey, text, timestamp, unique, uuid } from 'drizzle-orm/pg-core';

const interactive = pgSchema('interactive');
const count = (name: string) => bigint(name, { mode: 'number' }).notNull();

export const players = interactive.table('players', {
  id: text().primaryKey(),
  version: count('version').default(0),
  updatedAt: timestamp('updated_at', { withTimezone: true }).notNull().defaultNow(),
});

export const balances = interactive.table(
  'balances',
  {
    playerId: text('player_id').notNull(),
    resource: text().notNull(),
    amount: count('amount'),
    lastSequence: count('last_sequence'),
  },
  (t) => [primaryKey({ columns: [t.playerId, t.resource] })],
);

export const claims = interactive.table(
  'claims',
  {
    id: uuid().primaryKey().defaultRandom(),
    playerId: text('player_id').notNull(),
    claimType: text('claim_type').notNull(),
    claimKey: text('claim_key').notNull(),
    idempotencyKey: text('idempotency_key').notNull(),
    playerVersion: count('player_version'),
  },
  (t) => [unique().on(t.playerId, t.idempotencyKey), unique().on(t.playerId, t.claimType, t.claimKey)],
);

export const ledgerEntries = interactive.table(
  'ledger_entries',
  {
    playerId: text('player_id').notNull(),
    resource: text().notNull(),
    sequence: count('sequence'),
    claimId: uuid('claim_id').notNull(),
    ordinal: integer().notNull(),
    delta: count('delta'),
    balanceBefore: count('balance_before'),
    balanceAfter: count('balance_after'),
  },
  (t) => [primaryKey({ columns: [t.playerId, t.resource, t.sequence] })],
);
