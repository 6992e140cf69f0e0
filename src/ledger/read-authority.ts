/**
 * Reading on behalf of an actor: staff are checked against their row in the same round trip as the read itself, so that a
 * member who was disabled a moment ago reads nothing.
 */
import { eq, type SQL } from 'drizzle-orm';
import { type Actor, STAFF_PERMISSIONS } from '../domain/actor.ts';
import { askDatabase, type Database } from './database.ts';
import { staff } from './tables.ts';

export type Authorised<T> = { readonly kind: 'read'; readonly rows: T[] } | { readonly kind: 'forbidden' };

/** `statement` must already be limited to what the actor may see, where the actor is a player. */
export async function readAs<T extends Record<string, unknown>>(
  { db }: Database,
  actor: Actor,
  statement: SQL,
): Promise<Authorised<T>> {
  if (actor.kind !== 'staff') {
    const result = await askDatabase(() => db.execute<T>(statement));
    return { kind: 'read', rows: result.rows };
  }
  const member = db
    .select({ role: staff.role, disabledAt: staff.disabledAt })
    .from(staff)
    .where(eq(staff.id, actor.id));
  const [found, result] = await askDatabase(() => db.batch([member, db.execute<T>(statement)]));
  const [row] = found;
  const mayRead =
    row !== undefined && row.disabledAt === null && STAFF_PERMISSIONS['ledger:read'].includes(row.role);
  return mayRead ? { kind: 'read', rows: result.rows } : { kind: 'forbidden' };
}
