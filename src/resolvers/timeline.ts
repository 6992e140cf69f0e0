/** timeline: what happened to one player, for staff. */
import { badInput } from '../domain/fault.ts';
import {
  decodeTimelineCursor,
  NEWEST,
  type ReversalState,
  readTimeline,
  type TimelineEntry as TimelineEntryShape,
  type TimelinePage as TimelinePageShape,
} from '../ledger/read-timeline.ts';
import { AuditEvent } from '../schema/audit.ts';
import { builder } from '../schema/builder.ts';
import { defineQuery, PAGE } from './define-query.ts';
import { FaultError } from './observe.ts';
import { TracedAttempt } from './trace.ts';

const ReversalStateType = builder.objectRef<ReversalState>('ReversalState').implement({
  description: 'How far a claim was taken back.',
  fields: (t) => ({
    claimId: t.exposeID('claimId', { description: 'The newest reversal.' }),
    units: t.expose('units', { type: 'SafeInt', description: 'How many times the claim was made at once.' }),
    reversed: t.expose('reversed', { type: 'SafeInt', description: 'How many of these were taken back.' }),
    reopened: t.exposeBoolean('reopened', { description: 'Whether the claim can be made again.' }),
  }),
});

const TimelineEntry = builder.objectRef<TimelineEntryShape>('TimelineEntry').implement({
  description: 'A claim, a rejection, or a forbidden attempt of staff.',
  fields: (t) => ({
    at: t.expose('at', { type: 'DateTime' }),
    attempt: t.expose('attempt', {
      type: TracedAttempt,
      nullable: true,
      description: 'Null where there is an `event`.',
    }),
    event: t.expose('event', {
      type: AuditEvent,
      nullable: true,
      description: 'What a staff member tried and may not.',
    }),
    reversal: t.expose('reversal', {
      type: ReversalStateType,
      nullable: true,
      description: 'Null: nothing of it was taken back.',
    }),
  }),
});

const TimelinePage = builder.objectRef<TimelinePageShape>('TimelinePage').implement({
  description: 'A page of a player’s timeline.',
  fields: (t) => ({
    entries: t.field({ type: [TimelineEntry], resolve: ({ entries }) => [...entries] }),
    next: t.exposeString('next', {
      nullable: true,
      description: 'Pass it as `after` for the next page; null: there is none.',
    }),
  }),
});

export const timeline = defineQuery({
  name: 'timeline',
  description: `What happened to a player: claims, rejections, and what staff tried and may not. Newest first; ${PAGE.defaultSize} per page, at most ${PAGE.maxSize}.`,
  type: TimelinePage,
  nullable: false,
  actors: ['staff'],
  args: (t) => ({
    playerId: t({ type: 'PlayerId', required: true }),
    first: t({ type: 'PositiveInt', description: `At most ${PAGE.maxSize}.` }),
    after: t({ type: 'Text', description: '`next` of the page before.' }),
  }),
  resolve: async ({ playerId, first, after }, { actor, note, read }) => {
    note({ player: playerId });
    const size = first ?? PAGE.defaultSize;
    if (size > PAGE.maxSize)
      throw new FaultError(badInput('first', `must be an integer from 1 to ${PAGE.maxSize}`));
    const position = after ? decodeTimelineCursor(after) : NEWEST;
    if (position === null)
      throw new FaultError(badInput('after', 'not a cursor of this list; take it from `next`'));
    const [page] = await read((database) =>
      readTimeline(database, actor, { playerId, first: size, after: position }),
    );
    return page ?? { entries: [], next: null };
  },
  example: { playerId: 'player-1', first: 20 },
  notes: 'For staff.',
});
