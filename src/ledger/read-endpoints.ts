/** Dead letters and the send log of an endpoint, newest first, for staff. The endpoints themselves are records (read-records.ts). */
import { and, eq, sql } from 'drizzle-orm';
import type { Actor, StaffPermission } from '../domain/actor.ts';
import type { Database, Reads } from './database.ts';
import { deadLetters, eventSends } from './endpoint-tables.ts';
import { decodeCursor, encodeCursor, type PageOrder, type PageRequest, pageOf } from './page.ts';
import { type AuditedList, type Authorised, readAs, readListAs } from './read-authority.ts';
import { idOf } from './read-names.ts';

const NEEDS: StaffPermission = 'event:manage';

interface EndpointPage {
  readonly endpointId: number;
  readonly page: PageRequest;
}

export interface DeadLetterRow {
  readonly event: number;
  readonly eventId: string;
  readonly playerId: string;
  readonly number: number;
  readonly attempts: number;
  readonly lastFailure: string;
  readonly diedAt: string;
}

const LETTERS: PageOrder = { list: 'dead-letters', direction: 'descending', width: 1 };
export const letterCursor = ({ event }: Pick<DeadLetterRow, 'event'>): string =>
  encodeCursor(LETTERS.list, [event]);
export const isLetterCursor = (cursor: string): boolean => decodeCursor(LETTERS, cursor) !== null;

/** They name players, so each page is audited. */
export function readDeadLetters(
  database: Database,
  actor: Actor,
  list: AuditedList,
  request: EndpointPage,
): Promise<Authorised<DeadLetterRow>> {
  return readListAs(
    database,
    actor,
    list,
    (reads) => [lettersStatement(reads, request)] as const,
    ([rows]) => rows.map((row) => ({ ...row, diedAt: row.diedAt.toISOString() })),
  );
}

function lettersStatement(reads: Reads, { endpointId, page }: EndpointPage) {
  const { within, orderBy } = pageOf(LETTERS, [deadLetters.event], page);
  return reads
    .select({
      event: deadLetters.event,
      eventId: sql<string>`onceward.event_id(${deadLetters.player}, ${deadLetters.number}, ${deadLetters.event})`,
      playerId: idOf(deadLetters.player),
      number: deadLetters.number,
      attempts: deadLetters.attempts,
      lastFailure: deadLetters.lastFailure,
      diedAt: deadLetters.diedAt,
    })
    .from(deadLetters)
    .where(and(eq(deadLetters.endpoint, endpointId), ...within))
    .orderBy(...orderBy)
    .limit(page.limit);
}

export interface EventSendRow {
  readonly no: number;
  readonly sentAt: string;
  readonly after: string;
  readonly until: string;
  readonly accepted: number;
  readonly failed: number;
  readonly longestMs: number;
  readonly attempts: readonly {
    readonly eventId: string;
    readonly attempt: number;
    readonly failure: string | null;
  }[];
}

const SENDS: PageOrder = { list: 'event-sends', direction: 'descending', width: 1 };
export const sendCursor = ({ no }: Pick<EventSendRow, 'no'>): string => encodeCursor(SENDS.list, [no]);
export const isSendCursor = (cursor: string): boolean => decodeCursor(SENDS, cursor) !== null;

export function readEventSends(
  database: Database,
  actor: Actor,
  { endpointId, page }: EndpointPage,
): Promise<Authorised<EventSendRow>> {
  const { within, orderBy } = pageOf(SENDS, [eventSends.no], page);
  const statementOf = (reads: Reads) =>
    reads
      .select({
        no: eventSends.no,
        sentAt: eventSends.sentAt,
        after: sql<string>`${eventSends.afterTransaction} || '-' || ${eventSends.afterEvent}`,
        until: sql<string>`${eventSends.transaction} || '-' || ${eventSends.event}`,
        accepted: eventSends.accepted,
        failed: eventSends.failed,
        longestMs: eventSends.longestMs,
        attempts: sql<EventSendRow['attempts']>`${eventSends.attempts}`,
      })
      .from(eventSends)
      .where(and(eq(eventSends.endpoint, endpointId), ...within))
      .orderBy(...orderBy)
      .limit(page.limit);
  return readAs(database, actor, statementOf, (row) => ({ ...row, sentAt: row.sentAt.toISOString() }), NEEDS);
}
