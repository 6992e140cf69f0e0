/**
 * The tables of staff: roles and what they may do, members, their own limits, and notes on players. Actions of staff and the owner's
 * command write them (drizzle/kernel/60_staff.sql, cli/staff.ts).
 */
import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  foreignKey,
  integer,
  primaryKey,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { actorNumber, exactText, instant, nameNumber, onceward, safeCount } from './columns.ts';

/** The permissions that the code knows and a role can hold. A migration writes them. */
export const permissions = onceward.table('permissions', { name: exactText('name').primaryKey() });

/** The roles of staff. */
export const roles = onceward.table('roles', {
  name: exactText('name').primaryKey(),
  createdAt: instant('created_at').notNull().defaultNow(),
});

/** What each role may do. `server` is the role of every game server. */
export const rolePermissions = onceward.table(
  'role_permissions',
  { permission: exactText('permission').notNull(), role: exactText('role').notNull() },
  (t) => [primaryKey({ name: 'role_permissions_once', columns: [t.permission, t.role] })],
);

/** Staff members. The kernel reads role and limits from here, not from a token. */
export const staff = onceward.table(
  'staff',
  {
    actor: actorNumber('actor').primaryKey(),
    role: exactText('role').notNull(),
    /** The largest award, in value; null: the config's default. */
    rewardLimit: safeCount('reward_limit'),
    /** The most of a day, in value; null: the config's default. */
    dailyBudget: safeCount('daily_budget'),
    disabledAt: instant('disabled_at'),
    createdAt: instant('created_at').notNull().defaultNow(),
  },
  (t) => [foreignKey({ name: 'staff_role_is_known', columns: [t.role], foreignColumns: [roles.name] })],
);

/** A member's own limits of a resource, in units, where the config limits how much staff give or take of it. */
export const staffLimits = onceward.table(
  'staff_limits',
  {
    actor: actorNumber('actor').notNull(),
    /** Null: the config's. */
    perCall: safeCount('per_call'),
    perDay: safeCount('per_day'),
    resource: nameNumber('resource').notNull(),
    /** Of taking; otherwise of giving. */
    takes: boolean('takes').notNull(),
  },
  (t) => [
    primaryKey({ name: 'staff_limits_one_per_resource', columns: [t.actor, t.resource, t.takes] }),
    check('staff_limits_limit_something', sql`num_nonnulls(${t.perCall}, ${t.perDay}) > 0`),
  ],
);

/** What staff wrote about a player. Append-only. */
export const notes = onceward.table(
  'notes',
  {
    player: actorNumber('player').notNull(),
    no: bigint('no', { mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    author: actorNumber('author').notNull(),
    writtenAt: instant('written_at').notNull(),
    /** The number of the author's claim of the action that wrote it. */
    number: integer('number').notNull(),
    text: text('text').notNull(),
  },
  (t) => [
    primaryKey({ name: 'notes_in_order', columns: [t.player, t.no] }),
    uniqueIndex('notes_one_per_action').on(t.author, t.number),
    check('notes_are_short', sql`length(${t.text}) BETWEEN 1 AND 2000`),
  ],
);
