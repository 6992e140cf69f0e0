/** The database schema of all tables, and the column types for amounts and times. */
import { sql } from 'drizzle-orm';
import { bigint, pgSchema, timestamp } from 'drizzle-orm/pg-core';

export const onceward = pgSchema('onceward');

export const SAFE_COUNT = sql.raw('BETWEEN 0 AND 9007199254740991');

export const amount = (name: string) => bigint(name, { mode: 'number' });
export const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });
