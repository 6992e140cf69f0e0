/** The registry of game servers, for staff who may see it. */
import { and, eq, isNotNull, isNull, sql } from 'drizzle-orm';
import type { Actor, StaffPermission } from '../domain/actor.ts';
import type { Database, Reads } from './database.ts';
import { decodeCursor, encodeCursor, type PageOrder, type PageRequest, pageOf } from './page.ts';
import { type Authorised, readAs } from './read-authority.ts';
import { numberOfActor } from './read-names.ts';
import { servers } from './server-tables.ts';

const NEEDS: StaffPermission = 'staff:read';

interface Numbered {
  readonly no: number;
}

/** Cursors are the numbers of actors: the order in which servers first acted or were registered. */
const SERVERS: PageOrder = { list: 'servers', direction: 'ascending', width: 1 };
export const serverCursor = ({ no }: Numbered): string => encodeCursor(SERVERS.list, [no]);
export const isServerCursor = (cursor: string): boolean => decodeCursor(SERVERS, cursor) !== null;

export interface ServerFilter {
  readonly serverId: string | null;
  /** Null: both. */
  readonly isDisabled: boolean | null;
}

/** Each as `server_json` makes it, with its number. */
export function readServers<Shape>(
  database: Database,
  actor: Actor,
  { filter: { serverId, isDisabled }, page }: { readonly filter: ServerFilter; readonly page: PageRequest },
): Promise<Authorised<Shape & Numbered>> {
  const { within, orderBy } = pageOf(SERVERS, [servers.actor], page);
  const filters = [
    serverId === null ? undefined : eq(servers.actor, numberOfActor('server', serverId)),
    isDisabled === null ? undefined : (isDisabled ? isNotNull : isNull)(servers.disabledAt),
  ];
  const statementOf = (reads: Reads) =>
    reads
      .select({ no: servers.actor, server: sql<unknown>`onceward.server_json(${servers.actor})` })
      .from(servers)
      .where(and(...filters, ...within))
      .orderBy(...orderBy)
      .limit(page.limit);
  return readAs(database, actor, statementOf, ({ no, server }) => ({ ...(server as Shape), no }), NEEDS);
}
