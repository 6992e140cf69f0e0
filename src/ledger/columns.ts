/**
 * The database schema and the column types of the tables. Bounds of single values are Postgres domains, one per kind of value
 * (drizzle/0002_kernel_types.sql has those of the kernel's parameters): Postgres plans a table's CHECK again for every statement
 * that writes to it, but keeps a domain's for the session. CHECKs are left for rules over several columns.
 */
import { bigint, customType, pgSchema, smallint, timestamp } from 'drizzle-orm/pg-core';

export const onceward = pgSchema('onceward');

/** The number of a row in `actors`. */
export const actorNumber = (name: string) => bigint(name, { mode: 'number' });
export const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });
/** The number of a name in `names`. */
export const nameNumber = (name: string) => smallint(name);

const whole = (domain: string) =>
  customType<{ data: number; driverData: string }>({
    dataType: () => `onceward.${domain}`,
    fromDriver: Number,
  });

/** ±(2^53 − 1): what a JSON number holds exactly. */
export const safeAmount = whole('amount');
/** From 0 to 2^53 − 1. */
export const safeCount = whole('count');

/** JSON as text: smaller than jsonb, and nothing searches inside it. */
export const jsonText = <T>(name: string) =>
  customType<{ data: T; driverData: string }>({ dataType: () => 'json' })(name);

/** Text that is compared byte by byte. */
export const exactText = (name: string) =>
  customType<{ data: string; driverData: string }>({ dataType: () => 'text COLLATE "C"' })(name);

/** What identifies an actor outside: 1 to 255 characters. */
export const actorId = (name: string) =>
  customType<{ data: string; driverData: string }>({ dataType: () => 'onceward.actor_id' })(name);

/** The ID of a transaction, which never comes round. */
export const transactionId = customType<{ data: string; driverData: string }>({ dataType: () => 'xid8' });

/** The period of a limit: at most 64 characters. */
export const limitPeriod = (name: string) =>
  customType<{ data: string; driverData: string }>({ dataType: () => 'onceward.limit_period' })(name);

export const bytes = (name: string) =>
  customType<{ data: string; driverData: string }>({ dataType: () => 'bytea' })(name);
/** Ten random bytes. */
export const handleBytes = bytes;

/** The enumerations that the tables store as numbers; the kernel uses the same numbers. */
export const ACTOR_KINDS = ['player', 'server', 'staff', 'operator'] as const;
export const ENTRY_CAUSES = [
  'operation',
  'milestone',
  'regeneration',
  'opening',
  'reset',
  'conversion',
] as const;
export const NAME_KINDS = ['resource', 'claim_type', 'operation', 'limit'] as const;
/** Where a pending reward comes from. */
export const REWARD_ORIGINS = ['server', 'staff', 'campaign', 'transfer', 'breaker', 'frozen'] as const;

/** From 1: the position in the list plus one. */
export const enumNumber = (name: string) => smallint(name);
