/** events: what was granted to all players, in pages, for systems that pull. */
import { type EventCursor, formatEventCursor, parseEventCursor } from '../domain/event.ts';
import { badInput } from '../domain/fault.ts';
import { type EventPage as EventPageShape, readEventsAs, type UnknownCursor } from '../ledger/read-events.ts';
import { builder } from '../schema/builder.ts';
import { GrantEvent } from '../schema/event.ts';
import { defineQuery, PAGE } from './define-query.ts';
import { FaultError } from './observe.ts';

const EventPage = builder.objectRef<EventPageShape>('EventPage').implement({
  description: 'A page of events.',
  fields: (t) => ({
    events: t.field({
      type: [GrantEvent],
      description: 'May be empty although there is a next page: what staff do for no player is no event.',
      resolve: ({ events }) => events.map(({ event }) => event),
    }),
    next: t.string({
      description: 'Pass it as `after` for the next page, also at the end: keep it with what you did.',
      resolve: ({ next }) => formatEventCursor(next),
    }),
    isAtEnd: t.exposeBoolean('isAtEnd', { description: 'Whether there was nothing more to read.' }),
  }),
});

export const events = defineQuery({
  name: 'events',
  description: `What was granted to all players, oldest first: of each player in the order of their numbers. ${PAGE.maxSize} per page, and at most. The same events as of webhooks. Each page that staff read is audited.`,
  type: EventPage,
  nullable: false,
  actors: ['server', 'staff'],
  permission: 'event:read',
  args: (t) => ({
    after: t({
      type: 'Text',
      description: '`next` of the page before; left out: from the oldest event that is kept.',
    }),
    first: t({ type: 'PositiveInt', description: `At most ${PAGE.maxSize}.` }),
  }),
  resolve: async ({ after, first }, { actor, audited, read }) => {
    const atMost = first ?? PAGE.maxSize;
    if (atMost > PAGE.maxSize)
      throw new FaultError(badInput('first', `must be an integer from 1 to ${PAGE.maxSize}`));
    const cursor = cursorIn(after ?? null);
    const [page] = await read((database) =>
      readEventsAs(database, actor, audited({ after: after ?? null, first: atMost }), {
        after: cursor,
        atMost,
      }),
    );
    if (!page) throw new Error('a page of events is one row');
    if (page.kind !== 'page') throw new FaultError(badInput('after', lostPlace(page)));
    return page;
  },
  example: { first: 20 },
  notes: 'For game servers, and for staff.',
});

function cursorIn(text: string | null): EventCursor | null {
  if (text === null) return null;
  const cursor = parseEventCursor(text);
  if (!cursor) throw new FaultError(badInput('after', 'not a cursor of events; take it from `next`'));
  return cursor;
}

/** A consumer must know that it missed something: it is never given the next best page. */
function lostPlace({ kind, oldest }: UnknownCursor): string {
  const from = `the oldest place is ${formatEventCursor(oldest)}`;
  return kind === 'removed'
    ? `events after it are no longer kept; ${from}`
    : `this ledger never had it, perhaps because it was restored to an earlier moment; ${from}`;
}
