/** Endpoints, which get events as signed webhooks: staff make and change them, and see what they did not accept. */

import { parseEndpointUrl } from '../domain/endpoint-url.ts';
import {
  CHANGE_ENDPOINT,
  CREATE_ENDPOINT,
  decideChangeEndpoint,
  decideCreateEndpoint,
  decideReplayEvents,
  decideResendLetters,
  decideRotateSecret,
  endpointSecret,
  MAX_NAMED_LETTERS,
  MAX_OVERLAP_HOURS,
  REPLAY_EVENTS,
  RESEND_LETTERS,
  ROTATE_SECRET,
} from '../domain/endpoints.ts';
import { badInput } from '../domain/fault.ts';
import {
  isLetterCursor,
  isSendCursor,
  letterCursor,
  readDeadLetters,
  readEventSends,
  sendCursor,
} from '../ledger/read-endpoints.ts';
import { isRecordCursor, readRecords, recordCursor } from '../ledger/read-records.ts';
import type { RequestContext } from '../schema/builder.ts';
import { DeadLetter, Endpoint, type EndpointShape, EventSend } from '../schema/endpoint.ts';
import type { InputFields } from '../schema/inputs.ts';
import { defineAction, defineReceipt } from './define-action.ts';
import { defineConnection, PAGE } from './define-query.ts';
import { FaultError } from './observe.ts';

const EndpointReceipt = defineReceipt('EndpointReceipt', 'endpoint', Endpoint);

/** What the kernel answers to an action: with what the secret follows from. */
type EndpointRecord = EndpointShape & { readonly salt: string };

/** Throws where the service sends no events. */
function senderOf({ services }: RequestContext) {
  if (services.sender !== null) return services.sender;
  throw new FaultError({
    code: 'CONFIG_UNAVAILABLE',
    field: null,
    message: 'This service sends no events to endpoints: its operator has not set EVENTS_SECRET',
  });
}

function urlOf(text: string, context: RequestContext): string {
  const url = parseEndpointUrl(text, senderOf(context));
  if (typeof url !== 'string') throw new FaultError(url);
  return url;
}

/** Only the first answer: a key is no secret. */
function withSecret({ salt, ...record }: EndpointRecord, context: RequestContext, replayed: boolean) {
  if (replayed) return record;
  const { secret } = senderOf(context);
  return { ...record, secret: endpointSecret(secret, { salt, generation: record.generation }) };
}

const endpointId = (t: InputFields) => t.field({ type: 'PositiveInt', required: true });
const reason = (t: InputFields) =>
  t.field({ type: 'Reason', required: true, description: 'Why. Kept in the audit forever.' });

const URL_FORM =
  'Begins with `https://` and names no private, local or reserved address, no user and no fragment; at most 2,048 characters.';

export const createEndpoint = defineAction({
  ...CREATE_ENDPOINT,
  description:
    'Staff: makes an endpoint, which gets an event of each operation that is granted from now on, as a signed webhook. The first answer shows its secret, and nothing else ever does. At most 20 are not disabled.',
  input: (t) => ({
    url: t.field({ type: 'Text', required: true, description: URL_FORM }),
    description: t.field({ type: 'Title', required: true, description: 'What it is for.' }),
    reason: reason(t),
  }),
  receipt: EndpointReceipt,
  rejections: ['endpoint_refused'],
  parse: (input, context) => ({ ...input, url: urlOf(input.url, context) }),
  decide: decideCreateEndpoint,
  show: (record: EndpointRecord, _, context, replayed) => withSecret(record, context, replayed),
  example: {
    url: 'https://example.com/onceward-events',
    description: 'analytics',
    reason: 'the analytics team reads all grants',
  },
});

export const changeEndpoint = defineAction({
  ...CHANGE_ENDPOINT,
  description:
    'Staff: changes the address or the description of an endpoint, disables it, or enables it again: it goes on where it was.',
  input: (t) => ({
    endpointId: endpointId(t),
    url: t.field({ type: 'Text', description: `${URL_FORM} Absent: as it is.` }),
    description: t.field({ type: 'Title' }),
    enabled: t.boolean({ description: 'False disables it, true enables it. Absent: as it is.' }),
    reason: reason(t),
  }),
  receipt: EndpointReceipt,
  rejections: ['unknown_record', 'endpoint_refused'],
  parse: ({ url, description, enabled, ...input }, context) => ({
    ...input,
    url: url == null ? null : urlOf(url, context),
    description: description ?? null,
    enabled: enabled ?? null,
  }),
  decide: decideChangeEndpoint,
  show: ({ salt: _, ...record }: EndpointRecord) => record,
  example: { endpointId: 1, enabled: false, reason: 'the analytics team moves' },
});

export const rotateEndpointSecret = defineAction({
  ...ROTATE_SECRET,
  description:
    'Staff: gives an endpoint a new secret, which the first answer shows. For some hours messages are signed with both.',
  input: (t) => ({
    endpointId: endpointId(t),
    overlapHours: t.int({
      defaultValue: 24,
      description: `From 0, if the secret has leaked, to ${MAX_OVERLAP_HOURS}.`,
    }),
    reason: reason(t),
  }),
  receipt: EndpointReceipt,
  rejections: ['unknown_record'],
  parse: ({ overlapHours, ...input }, context) => {
    senderOf(context);
    const hours = overlapHours ?? 24;
    if (hours < 0 || hours > MAX_OVERLAP_HOURS)
      throw new FaultError(badInput('overlapHours', `must be an integer from 0 to ${MAX_OVERLAP_HOURS}`));
    return { ...input, overlapHours: hours };
  },
  decide: decideRotateSecret,
  show: (record: EndpointRecord, _, context, replayed) => withSecret(record, context, replayed),
  example: { endpointId: 1, overlapHours: 24, reason: 'the yearly rotation' },
});

export const replayEvents = defineAction({
  ...REPLAY_EVENTS,
  description:
    'Staff: sends an endpoint all events from a time on again, and perhaps some of the ten minutes before. What it has, it recognises by the ID.',
  input: (t) => ({
    endpointId: endpointId(t),
    from: t.field({ type: 'DateTime', required: true }),
    reason: reason(t),
  }),
  receipt: EndpointReceipt,
  rejections: ['unknown_record', 'endpoint_refused'],
  parse: ({ from, ...input }) => ({ ...input, from: from.toISOString() }),
  decide: decideReplayEvents,
  show: ({ salt: _, ...record }: EndpointRecord) => record,
  example: { endpointId: 1, from: '2026-01-01T00:00:00Z', reason: 'its database was restored' },
});

const EVENT_ID = /^evt_[0-9a-f]{32}_([1-9]\d{0,18})$/;

export const resendDeadLetters = defineAction({
  ...RESEND_LETTERS,
  description: 'Staff: sends dead letters of an endpoint again, as events that were never tried.',
  input: (t) => ({
    endpointId: endpointId(t),
    eventIds: t.field({
      type: ['ClaimKey'],
      description: `At most ${MAX_NAMED_LETTERS}. Absent: the oldest 1,000.`,
    }),
    reason: reason(t),
  }),
  receipt: EndpointReceipt,
  rejections: ['unknown_record', 'endpoint_refused'],
  parse: ({ eventIds, ...input }) => {
    const events = eventIds?.map((id) => EVENT_ID.exec(id)?.[1]) ?? null;
    if (events && (events.length === 0 || events.length > MAX_NAMED_LETTERS || events.includes(undefined)))
      throw new FaultError(badInput('eventIds', `must be 1 to ${MAX_NAMED_LETTERS} IDs of events`));
    return { ...input, events: events as string[] | null };
  },
  decide: decideResendLetters,
  show: ({ salt: _, ...record }: EndpointRecord) => record,
  example: { endpointId: 1, reason: 'the defect of the consumer is repaired' },
});

export const endpoints = defineConnection({
  name: 'endpoints',
  description: `Staff: the endpoints, newest first; ${PAGE.defaultSize} per page, at most ${PAGE.maxSize}. It shows no secret.`,
  type: Endpoint,
  actors: ['staff'],
  permission: 'event:manage',
  args: () => ({}),
  authorisePlayer: () => {},
  cursor: () => ({ toCursor: recordCursor('endpoint'), isValid: isRecordCursor('endpoint') }),
  resolve: (_, page, { actor, read }) =>
    read((database) => readRecords<EndpointShape>(database, actor, { kind: 'endpoint', page })),
  example: { first: 20 },
});

export const deadLetters = defineConnection({
  name: 'deadLetters',
  description: `Staff: events that an endpoint did not accept within 72 hours, newest first; ${PAGE.defaultSize} per page, at most ${PAGE.maxSize}. Each page is audited.`,
  type: DeadLetter,
  actors: ['staff'],
  permission: 'event:manage',
  args: (t) => ({ endpointId: t({ type: 'PositiveInt', required: true }) }),
  authorisePlayer: () => {},
  cursor: () => ({ toCursor: letterCursor, isValid: isLetterCursor }),
  resolve: (request, page, { actor, read, audited }) =>
    read((database) => readDeadLetters(database, actor, audited(request), { ...request, page })),
  example: { endpointId: 1, first: 20 },
});

export const eventSends = defineConnection({
  name: 'eventSends',
  description: `Staff: what was sent to an endpoint, newest first; ${PAGE.defaultSize} per page, at most ${PAGE.maxSize}.`,
  type: EventSend,
  actors: ['staff'],
  permission: 'event:manage',
  args: (t) => ({ endpointId: t({ type: 'PositiveInt', required: true }) }),
  authorisePlayer: () => {},
  cursor: () => ({ toCursor: sendCursor, isValid: isSendCursor }),
  resolve: (request, page, { actor, read }) =>
    read((database) => readEventSends(database, actor, { ...request, page })),
  example: { endpointId: 1, first: 20 },
});
