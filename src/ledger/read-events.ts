/** Pages of the outbox: events of granted operations, for consumers and for the Worker's own sinks (drizzle/kernel/70_events.sql). */
import { sql } from 'drizzle-orm';
import type { Actor } from '../domain/actor.ts';
import { type EventCursor, type GrantEvent, grantEvent } from '../domain/event.ts';
import type { ChangeRecord } from '../domain/outcome.ts';
import { ENTRY_CAUSES } from './columns.ts';
import { type Database, queryDatabase, type Reads } from './database.ts';
import { type AuditedList, type Authorised, readAs, readListAs } from './read-authority.ts';
import { actorKindOf, isoTime } from './read-record.ts';

/** The most events of a page: one round trip. */
export const MAX_EVENTS = 500;

export interface StoredEvent {
  readonly event: GrantEvent;
  /** Reading goes on after it. */
  readonly cursor: EventCursor;
}

export interface EventPage {
  readonly kind: 'page';
  /** Of each player in the order of their numbers. A page may be empty and not be the last one. */
  readonly events: readonly StoredEvent[];
  /** Where the next page begins. */
  readonly next: EventCursor;
  /** Whether these were all events that can be read now. */
  readonly isAtEnd: boolean;
}

/**
 * `removed`: events behind the cursor are no longer kept. `ahead`: this database never had its event, because it was restored to an
 * earlier moment. `oldest`: from here all that is kept can be read.
 */
export interface UnknownCursor {
  readonly kind: 'removed' | 'ahead';
  readonly oldest: EventCursor;
}

interface EventsRequest {
  /** Null: from the oldest event that is kept. */
  readonly after: EventCursor | null;
  /** From 1 to MAX_EVENTS. */
  readonly atMost: number;
}

/** One round trip. Events of a running transaction, and all of newer ones, are not shown yet. */
export async function readEvents(
  { reads }: Database,
  request: EventsRequest,
): Promise<EventPage | UnknownCursor> {
  const [row] = await queryDatabase(async () => await eventsStatement(reads, request));
  if (!row) throw new Error('read_events always answers');
  return pageOfEvents(row.answer);
}

/** The same for a reader outside, one row: of staff with its audit row, of game servers if the registry lets them read it. */
export async function readEventsAs(
  database: Database,
  actor: Actor,
  list: AuditedList,
  request: EventsRequest,
): Promise<Authorised<EventPage | UnknownCursor>> {
  const statementOf = (reads: Reads) => eventsStatement(reads, request);
  if (actor.kind === 'server')
    return readAs(database, actor, statementOf, ({ answer }) => pageOfEvents(answer));
  return readListAs(
    database,
    actor,
    list,
    (reads) => [statementOf(reads)] as const,
    ([rows]) => rows.map(({ answer }) => pageOfEvents(answer)),
  );
}

function eventsStatement(reads: Reads, { after, atMost }: EventsRequest) {
  const answer = sql<KernelEvents>`onceward.read_events(${after?.transaction ?? null}::xid8, ${after?.no ?? null}::bigint,
    ${Math.min(atMost, MAX_EVENTS)}::integer)`;
  return reads.select({ answer }).from(sql`(SELECT) AS one`);
}

type Place = readonly [transaction: string, no: string];
type KernelMoved = readonly [resource: string, cause: number, before: number, delta: number];

export interface KernelEvent
  extends Omit<GrantEvent, 'id' | 'type' | 'claimId' | 'actor' | 'claimedAt' | 'changes'> {
  readonly at: Place;
  readonly request: string;
  readonly handle: string;
  readonly actorKind: number;
  readonly actorId: string;
  readonly claimedAt: number;
  readonly changes: readonly KernelMoved[];
  readonly counterpartyChanges: readonly KernelMoved[] | null;
}

type KernelEvents =
  | { readonly kind: UnknownCursor['kind']; readonly oldest: Place }
  | {
      readonly kind: 'page';
      readonly events: readonly KernelEvent[];
      readonly next: Place;
      readonly isAtEnd: boolean;
    };

function pageOfEvents(answer: KernelEvents): EventPage | UnknownCursor {
  if (answer.kind !== 'page') return { kind: answer.kind, oldest: cursorOf(answer.oldest) };
  const { events, next, isAtEnd } = answer;
  return { kind: 'page', events: events.map(storedEvent), next: cursorOf(next), isAtEnd };
}

const cursorOf = ([transaction, no]: Place): EventCursor => ({ transaction, no });

export function storedEvent({
  at,
  request,
  actorKind,
  actorId,
  claimedAt,
  ...facts
}: KernelEvent): StoredEvent {
  const cursor = cursorOf(at);
  const { changes, counterpartyChanges } = facts;
  const event = grantEvent({
    ...facts,
    at: cursor,
    requestId: request,
    actor: { kind: actorKindOf(actorKind), id: actorId },
    claimedAt: isoTime(claimedAt),
    changes: changes.map(movedOf),
    counterpartyChanges: counterpartyChanges?.map(movedOf) ?? null,
  });
  return { event, cursor };
}

function movedOf([resource, cause, before, delta]: KernelMoved) {
  const named = ENTRY_CAUSES[cause - 1] as ChangeRecord['cause'];
  return { resource, cause: named, before, delta, after: before + delta };
}
