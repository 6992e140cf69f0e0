/** Staff members and roles, for staff who may see them, and the notes on a player. */
import { and, eq, isNull, sql } from 'drizzle-orm';
import type { Actor, StaffPermission } from '../domain/actor.ts';
import type { Database, Reads } from './database.ts';
import { decodeCursor, encodeCursor, type PageOrder, type PageRequest, pageOf } from './page.ts';
import { type Authorised, readAs } from './read-authority.ts';
import { idOf, numberOfActor } from './read-names.ts';
import { notes, roles, staff } from './staff-tables.ts';

const NEEDS: StaffPermission = 'staff:read';

export interface StaffFilter {
  readonly staffId: string | null;
  readonly idPrefix: string | null;
  readonly role: string | null;
  /** True: only those who are not disabled. */
  readonly enabled: boolean;
}

interface Numbered {
  readonly no: number;
}

/** Cursors are the numbers of actors: the order in which members were first registered. */
const MEMBERS: PageOrder = { list: 'staff', direction: 'ascending', width: 1 };
export const memberCursor = ({ no }: Numbered): string => encodeCursor(MEMBERS.list, [no]);
export const isMemberCursor = (cursor: string): boolean => decodeCursor(MEMBERS, cursor) !== null;

/** Each as `staff_json` makes it, with its number. */
export function readStaff<Shape>(
  database: Database,
  actor: Actor,
  request: { readonly filter: StaffFilter; readonly page: PageRequest },
): Promise<Authorised<Shape & Numbered>> {
  const rowOf = ({ no, member }: { no: number; member: unknown }) => ({ ...(member as Shape), no });
  return readAs(database, actor, (reads) => staffStatement(reads, request), rowOf, NEEDS);
}

function staffStatement(
  reads: Reads,
  {
    filter: { staffId, idPrefix, role, enabled },
    page,
  }: { readonly filter: StaffFilter; readonly page: PageRequest },
) {
  const { within, orderBy } = pageOf(MEMBERS, [staff.actor], page);
  return reads
    .select({ no: staff.actor, member: sql<unknown>`onceward.staff_json(${staff.actor})` })
    .from(staff)
    .where(
      and(
        staffId === null ? undefined : eq(staff.actor, numberOfActor('staff', staffId)),
        idPrefix === null ? undefined : sql`starts_with(${idOf(staff.actor)}, ${idPrefix})`,
        role === null ? undefined : eq(staff.role, role),
        enabled ? isNull(staff.disabledAt) : undefined,
        ...within,
      ),
    )
    .orderBy(...orderBy)
    .limit(page.limit);
}

/** All of them: the kernel makes at most a hundred. */
export function readRoles<Shape>(database: Database, actor: Actor): Promise<Authorised<Shape>> {
  const statementOf = (reads: Reads) =>
    reads
      .select({ role: sql<unknown>`onceward.role_json(${roles.name})` })
      .from(roles)
      .orderBy(roles.name);
  return readAs(database, actor, statementOf, ({ role }) => role as Shape, NEEDS);
}

const NOTES: PageOrder = { list: 'notes', direction: 'descending', width: 1 };
export const noteCursor = ({ id }: { readonly id: number }): string => encodeCursor(NOTES.list, [id]);
export const isNoteCursor = (cursor: string): boolean => decodeCursor(NOTES, cursor) !== null;

/** The notes on one player, newest first, each as `note_json` makes it. */
export function readNotes<Shape>(
  database: Database,
  actor: Actor,
  { playerId, page }: { readonly playerId: string; readonly page: PageRequest },
): Promise<Authorised<Shape>> {
  const { within, orderBy } = pageOf(NOTES, [notes.no], page);
  const statementOf = (reads: Reads) =>
    reads
      .select({ note: sql<unknown>`onceward.note_json(${notes.author}, ${notes.number})` })
      .from(notes)
      .where(and(eq(notes.player, numberOfActor('player', playerId)), ...within))
      .orderBy(...orderBy)
      .limit(page.limit);
  return readAs(database, actor, statementOf, ({ note }) => note as Shape);
}
