/**
 * The bounds that the database itself keeps, as Postgres domains: one for each kind of value, created by migration 0003.
 * A CHECK of a table is parsed and planned anew by every statement that writes to it, which was a fifth of what a claim cost
 * Postgres; what a domain checks is kept by the session. CHECKs are left to what concerns several columns.
 */
import { customType } from 'drizzle-orm/pg-core';

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
/** What moved a balance: the operation itself, a level reached, time, or what the balance begins with. */
export const entryCause = textual<'operation' | 'milestone' | 'regeneration' | 'opening'>('entry_cause');
