/**
 * Reading on behalf of an actor: staff are checked against their row in the same round trip as the read itself, so that a
 * member who was disabled a moment ago reads nothing.
 */
import { type Actor, STAFF_PERMISSIONS } from '../domain/actor.ts';
import { type Database, readRows, readTwo } from './database.ts';
import { type Sql, sql } from './sql.ts';
import type { staff } from './staff-tables.ts';

export type Authorised<T> = { readonly kind: 'read'; readonly rows: T[] } | { readonly kind: 'forbidden' };

interface Member {
  readonly role: typeof staff.$inferSelect.role;
  readonly disabled: boolean;
}

/**
 * The statement gives one column, `row`, of JSON: 64-bit numbers then arrive as numbers and not as text. Where the actor is
 * a player, it must already be limited to what that player may see.
 */
export async function readAs<T>(database: Database, actor: Actor, statement: Sql): Promise<Authorised<T>> {
  if (actor.kind !== 'staff') {
    const found = await readRows<{ row: T }>(database, statement);
    return { kind: 'read', rows: found.map(({ row }) => row) };
  }
  const [[member], found] = await readTwo<Member, { row: T }>(database, [
    sql`SELECT role, disabled_at IS NOT NULL AS disabled FROM onceward.staff WHERE id = ${actor.id}`,
    statement,
  ]);
  const mayRead =
    member !== undefined && !member.disabled && STAFF_PERMISSIONS['ledger:read'].includes(member.role);
  return mayRead ? { kind: 'read', rows: found.map(({ row }) => row) } : { kind: 'forbidden' };
}
