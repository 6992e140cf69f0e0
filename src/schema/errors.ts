/**
 * Every GraphQL error that Onceward makes: faults that any field can have. Business outcomes are data. Yoga passes a
 * GraphQLError through unmasked, so nothing else in src may construct one.
 */
import { type ASTNode, GraphQLError } from 'graphql';
import type { Early } from '../auth/jwt.ts';
import type { Fault } from '../domain/fault.ts';

/** Whether sending the same request with the same key again can help. */
const RETRYABLE = {
  UNAUTHENTICATED: false,
  FORBIDDEN: false,
  BAD_USER_INPUT: false,
  RATE_LIMITED: true,
  CONFIG_UNAVAILABLE: true,
  UNAVAILABLE: true,
  // The operation may have been committed before the failure: sending the key again returns its outcome.
  INTERNAL: true,
  PERSISTED_QUERY_NOT_SUPPORTED: false,
} as const;
export type ErrorCode = keyof typeof RETRYABLE;
export const ERROR_CODES = Object.keys(RETRYABLE) as readonly ErrorCode[];

export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(RETRYABLE, code);
}

/** How many errors a request gets at most before it is executed. */
export const MAX_ERRORS = 5;

export function errorExtensions(
  code: ErrorCode,
  correlationId: string,
  retryable: boolean = RETRYABLE[code],
) {
  return { code, retryable, correlationId };
}

function makeError(code: ErrorCode, message: string, { field, http, node, retryable }: ErrorDetails = {}) {
  return new GraphQLError(message, {
    ...(node && { nodes: node }),
    extensions: { code, ...(field && { field }), ...(http && { http }), retryable },
  });
}

interface ErrorDetails {
  readonly field?: string | null;
  readonly http?: HttpAnswer;
  readonly node?: ASTNode | undefined;
  /** Set where the code alone says that it is not. */
  readonly retryable?: true;
}

interface HttpAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** The status is 200 where the answer is application/json, as for an invalid document (GraphQL over HTTP). */
  readonly spec?: boolean;
}

const retryAfter = (status: number, seconds: number): HttpAnswer => ({
  status,
  headers: { 'retry-after': String(seconds) },
});

/** The period of the rate limits in wrangler.toml. */
const RATE_PERIOD_SECONDS = 10;

const early = (code: 'UNAUTHENTICATED' | 'FORBIDDEN', status: number, { why, seconds }: Early) =>
  makeError(code, `${why}; wait ${seconds} seconds, then send the same key again`, {
    field: code === 'FORBIDDEN' ? 'ticket' : null,
    http: retryAfter(status, seconds),
    retryable: true,
  });

/** `http` is set where the caller must wait or the whole request was refused; a failed field leaves the status at 200. */
export const graphqlErrors = {
  fault: (fault: Fault) => makeError(fault.code, fault.message, { field: fault.field }),
  /** Thrown by a scalar. `node`: the literal in the document. src/http adds the path of the field. */
  malformed: (expected: string, node?: ASTNode) =>
    makeError('BAD_USER_INPUT', `must be ${expected}`, { node }),
  malformedInput: ({ field, problem }: MalformedInput, node?: ASTNode) =>
    makeError('BAD_USER_INPUT', `${field}: ${problem}`, { field, node }),
  repeated: (most: number) =>
    makeError('BAD_USER_INPUT', `A selection may contain the same field at most ${most} times`),
  severalMutations: () =>
    makeError(
      'BAD_USER_INPUT',
      'Send one mutation per request: the failure of one would hide other receipts',
      {
        http: { status: 400, spec: true },
      },
    ),
  refusedRequest: (status: number, message: string, headers: HttpAnswer['headers'] = {}) =>
    makeError('BAD_USER_INPUT', message, { http: { status, headers } }),
  /** Clients recognise this message or the code, and send the document. */
  persistedQuery: () =>
    makeError('PERSISTED_QUERY_NOT_SUPPORTED', 'PersistedQueryNotSupported', { http: { status: 200 } }),
  refusedToken: (why: string) => makeError('UNAUTHENTICATED', why, { http: { status: 401 } }),
  earlyToken: (token: Early) => early('UNAUTHENTICATED', 401, token),
  earlyTicket: (ticket: Early) => early('FORBIDDEN', 200, ticket),
  unauthenticated: () =>
    makeError('UNAUTHENTICATED', 'No token: send one as "Authorization: Bearer <token>"'),
  forbiddenIntrospection: () =>
    makeError(
      'FORBIDDEN',
      'Introspection is for staff and servers: use such a token, or read schema.graphql',
    ),
  rateLimited: () =>
    makeError('RATE_LIMITED', 'Too many requests: wait ten seconds, then send the same key again', {
      http: retryAfter(429, RATE_PERIOD_SECONDS),
    }),
  rejectedTooOften: (seconds: number) =>
    makeError(
      'RATE_LIMITED',
      `Rejected too often: nothing was done and the key stays free. Wait ${seconds} seconds, then send it again`,
      { http: retryAfter(429, seconds) },
    ),
  serverLimited: (seconds: number) =>
    makeError(
      'RATE_LIMITED',
      `This game server has reached its limit of an hour: nothing was done and the key stays free. Wait ${seconds} seconds, then send it again`,
      { http: retryAfter(429, seconds) },
    ),
  listedTooOften: () =>
    makeError('RATE_LIMITED', 'Too many lists across players within a minute: wait a minute', {
      http: retryAfter(429, 60),
    }),
  keysUnavailable: () =>
    makeError('UNAVAILABLE', 'Tokens cannot be verified at the moment: send the same key again', {
      http: { status: 503 },
    }),
  ticketKeysUnavailable: () =>
    makeError('UNAVAILABLE', 'Tickets cannot be verified at the moment: send the same key again'),
  unavailable: () =>
    makeError(
      'UNAVAILABLE',
      'The ledger did not answer, so the outcome is unknown: send the same key again to learn it',
    ),
  archiveUnreadable: () =>
    makeError(
      'UNAVAILABLE',
      'The claim is in the archive, which cannot be read at the moment. Nothing moved: send the same key again later',
    ),
  archiveNotBound: () =>
    makeError(
      'UNAVAILABLE',
      'The claim is in the archive, and the service has no binding ARCHIVE to read it. Nothing moved: send the same key again later',
    ),
  ledgerBusy: () =>
    makeError(
      'UNAVAILABLE',
      'The ledger accepts no more requests at the moment: wait a second, and longer each time, then send the same key again to learn the outcome',
      { http: { status: 503, headers: { 'retry-after': '1' } } },
    ),
  clockBehind: () =>
    makeError('UNAVAILABLE', 'The ledger’s clock is wrong: nothing was done. Send the same key again later', {
      http: { status: 503, headers: { 'retry-after': '60' } },
    }),
  /** Each time that the operation was decided, something else was granted to the player before it was committed. */
  playerBusy: () =>
    makeError(
      'UNAVAILABLE',
      'The player changed with every attempt: nothing was done. Wait a second, then send the same key again',
      { http: retryAfter(503, 1) },
    ),
  overloaded: () =>
    makeError(
      'UNAVAILABLE',
      'Too many requests at once: nothing was done. Wait a second, then send the same key again',
      { http: retryAfter(503, 1) },
    ),
  internal: () =>
    makeError(
      'INTERNAL',
      'Internal error: send the same key again in a while to learn the outcome. Quote the correlation ID in a report',
    ),
};

/** An input that graphql-js refused: the path of the field (`input.grants[0].amount`), and what is wrong with it. */
export interface MalformedInput {
  readonly field: string;
  readonly problem: string;
}

/**
 * An error as it leaves the Worker. An error without a code comes from graphql-js (syntax, validation, a variable of the wrong
 * type), or from a defect that Yoga has masked.
 */
export function finishError(error: GraphQLError, correlationId: string): GraphQLError {
  // Only our own extensions leave.
  const { code: given, field, http, retryable } = error.extensions;
  const code: ErrorCode = isErrorCode(given)
    ? given
    : given === 'INTERNAL_SERVER_ERROR'
      ? 'INTERNAL'
      : 'BAD_USER_INPUT';
  return new GraphQLError(withoutSuggestions(error.message), {
    ...(error.nodes && { nodes: error.nodes }),
    ...(error.source && { source: error.source }),
    ...(error.positions && { positions: error.positions }),
    ...(error.path && { path: error.path }),
    extensions: {
      ...(field !== undefined && { field }),
      ...(http !== undefined && { http }),
      ...errorExtensions(code, correlationId, retryable as boolean | undefined),
    },
  });
}

/** "Did you mean" would reveal the schema, name by name, to callers who may not introspect it. */
function withoutSuggestions(message: string): string {
  // Without a regular expression: the message may quote the whole input, and a pattern would search from every position.
  const from = message.indexOf('Did you mean ');
  const to = message.lastIndexOf('?');
  if (from < 0 || to < from) return message;
  const kept = message[from - 1] === ' ' ? from - 1 : from;
  return message.slice(0, kept) + message.slice(to + 1);
}
