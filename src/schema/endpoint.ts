/** Endpoints, which get events as signed webhooks, as staff see them. */
import { builder } from './builder.ts';

export interface EndpointShape {
  readonly id: number;
  readonly url: string;
  readonly description: string;
  readonly state: 'enabled' | 'disabled' | 'suspended';
  readonly isBehind: boolean;
  readonly generation: number;
  readonly overlapUntil: string | null;
  readonly accepted: number;
  readonly acceptedAt: string | null;
  readonly nextAt: string | null;
  readonly failingSince: string | null;
  readonly lastFailure: string | null;
  readonly waiting: number;
  readonly deadLetters: number;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly changedAt: string;
  /** In the answer to the request that made it. */
  readonly secret?: string;
}

const EndpointState = builder.enumType('EndpointState', {
  description: 'Whether events are sent to an endpoint.',
  values: {
    ENABLED: { value: 'enabled', description: 'They are.' },
    DISABLED: {
      value: 'disabled',
      description: 'Staff have disabled it. It keeps its place; the outbox does not wait for it.',
    },
    SUSPENDED: {
      value: 'suspended',
      description:
        'It was so far behind that the outbox no longer waits for it. Replay events from a time that the outbox still has, then enable it.',
    },
  } satisfies Record<string, { value: EndpointShape['state']; description: string }>,
});

export const Endpoint = builder.objectRef<EndpointShape>('Endpoint').implement({
  description: 'Where events are sent.',
  fields: (t) => ({
    id: t.expose('id', { type: 'SafeInt' }),
    url: t.exposeString('url'),
    description: t.exposeString('description'),
    state: t.expose('state', { type: EndpointState }),
    isBehind: t.exposeBoolean('isBehind', {
      description: 'Whether the outbox no longer has all events that it did not get.',
    }),
    generation: t.expose('generation', {
      type: 'SafeInt',
      description: 'From 1: rises with each rotation of the secret.',
    }),
    overlapUntil: t.expose('overlapUntil', {
      type: 'DateTime',
      nullable: true,
      description:
        'Until then messages are also signed with the secret before; null: only with the current one.',
    }),
    accepted: t.expose('accepted', { type: 'SafeInt', description: 'Events that it has accepted.' }),
    acceptedAt: t.expose('acceptedAt', { type: 'DateTime', nullable: true, description: 'The last time.' }),
    nextAt: t.expose('nextAt', {
      type: 'DateTime',
      nullable: true,
      description:
        'When the oldest event was granted that it has neither accepted nor as a dead letter; null: it has all.',
    }),
    failingSince: t.expose('failingSince', {
      type: 'DateTime',
      nullable: true,
      description: 'Since when it has accepted nothing of what was sent; null: it accepts.',
    }),
    lastFailure: t.exposeString('lastFailure', {
      nullable: true,
      description: 'Of the last event that was not accepted, such as `status 503`.',
    }),
    waiting: t.expose('waiting', {
      type: 'SafeInt',
      description: 'Events that are sent again, and later ones of the same players.',
    }),
    deadLetters: t.expose('deadLetters', { type: 'SafeInt' }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    createdBy: t.exposeString('createdBy', { description: 'A staff ID.' }),
    changedAt: t.expose('changedAt', { type: 'DateTime' }),
    secret: t.exposeString('secret', {
      nullable: true,
      description:
        'Verifies signatures, in the form of Standard Webhooks. Only the first answer to createEndpoint and rotateEndpointSecret has it; a replay does not. If it is lost, rotate it.',
    }),
  }),
});

export interface DeadLetterShape {
  readonly eventId: string;
  readonly playerId: string;
  readonly number: number;
  readonly attempts: number;
  readonly lastFailure: string;
  readonly diedAt: string;
  readonly event: number;
}

export const DeadLetter = builder.objectRef<DeadLetterShape>('DeadLetter').implement({
  description: 'An event that an endpoint did not accept for as long as it was sent again. Kept for 30 days.',
  fields: (t) => ({
    eventId: t.exposeID('eventId'),
    playerId: t.expose('playerId', { type: 'PlayerId' }),
    number: t.expose('number', { type: 'SafeInt', description: "The player's number of the claim." }),
    attempts: t.expose('attempts', { type: 'SafeInt' }),
    lastFailure: t.exposeString('lastFailure'),
    diedAt: t.expose('diedAt', { type: 'DateTime', description: 'When it was put aside.' }),
  }),
});

export interface EventAttemptShape {
  readonly eventId: string;
  readonly attempt: number;
  readonly failure: string | null;
}

export interface EventSendShape {
  readonly no: number;
  readonly sentAt: string;
  readonly after: string;
  readonly until: string;
  readonly accepted: number;
  readonly failed: number;
  readonly longestMs: number;
  readonly attempts: readonly EventAttemptShape[];
}

const EventAttempt = builder.objectRef<EventAttemptShape>('EventAttempt').implement({
  description: 'An attempt that failed, or that succeeded after one that failed.',
  fields: (t) => ({
    eventId: t.exposeID('eventId'),
    attempt: t.expose('attempt', { type: 'SafeInt', description: 'From 1.' }),
    failure: t.exposeString('failure', {
      nullable: true,
      description: 'Such as `status 503` or `timeout`; null: it was accepted.',
    }),
  }),
});

export const EventSend = builder.objectRef<EventSendShape>('EventSend').implement({
  description:
    'Events that were sent together. Those between `after` and `until` were accepted, failed, or wait behind one of the same player. Kept for 14 days.',
  fields: (t) => ({
    sentAt: t.expose('sentAt', { type: 'DateTime' }),
    after: t.exposeString('after', { description: 'A cursor of `events`: it goes on behind this event.' }),
    until: t.exposeString('until', { description: 'A cursor of `events`: with this event it ends.' }),
    accepted: t.expose('accepted', { type: 'SafeInt' }),
    failed: t.expose('failed', { type: 'SafeInt' }),
    longestMs: t.expose('longestMs', { type: 'SafeInt', description: 'Of the slowest answer.' }),
    attempts: t.field({ type: [EventAttempt], resolve: ({ attempts }) => [...attempts] }),
  }),
});
