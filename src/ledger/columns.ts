/**
 * The database schema, and the column types of the tables. Bounds of single values are Postgres domains, one per kind of value.
 * Postgres plans a table's CHECK again for every statement that writes to it, which was a fifth of the cost of a claim; a
 * session keeps a domain's. CHECKs are left for rules over several columns.
 */
import { sql } from 'drizzle-orm';
import { bigint, customType, pgSchema, timestamp } from 'drizzle-orm/pg-core';

export const onceward = pgSchema('onceward');

export const SAFE_COUNT = sql.raw('BETWEEN 0 AND 9007199254740991');

export const amount = (name: string) => bigint(name, { mode: 'number' });
export const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });

const whole = (domain: string) =>
  customType<{ data: number; driverData: string }>({
    dataType: () => `onceward.${domain}`,
    fromDriver: Number,
  });
const textual = <T extends string = string>(domain: string) =>
  customType<{ data: T; driverData: string }>({ dataType: () => `onceward.${domain}` });

/** ±(2^53 − 1): what a JSON number holds exactly. */
export const safeAmount = whole('amount');
/** From 0. */
export const counter = whole('counter');
/** From 1. */
export const sequenceNumber = whole('sequence_number');
/** 1 to 128 characters. */
export const playerId = textual('player_id');
/** 1 to 64 characters. */
export const resourceName = textual('resource_name');
/** Up to 64 characters. */
export const claimTypeName = textual('claim_type');
/** Up to 200 characters. */
export const claimKey = textual('claim_key');
/** 16 to 128 of A–Z, a–z, 0–9 and _.:- */
export const idempotencyKey = textual('idempotency_key');
/** Up to 500 characters. */
export const reason = textual('reason');
export const actorKind = textual<'player' | 'server' | 'staff' | 'operator'>('actor_kind');
/** What moved a balance: the operation itself, a milestone, regeneration or the opening balance. */
export const entryCause = textual<'operation' | 'milestone' | 'regeneration' | 'opening'>('entry_cause');
