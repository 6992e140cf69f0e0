/**
 * Every GraphQL error that Onceward makes: faults that any field can have. Business outcomes are data and never come
 * here. Yoga lets a GraphQLError through untouched, so nothing else in src may construct one.
 */
import { GraphQLError } from 'graphql';
import type { Fault } from '../domain/fault.ts';

/** Whether sending the same request with the same key again can help. */
const RETRYABLE = {
  UNAUTHENTICATED: false,
  FORBIDDEN: false,
  BAD_USER_INPUT: false,
  RATE_LIMITED: true,
  CONFIG_UNAVAILABLE: true,
  UNAVAILABLE: true,
  INTERNAL: false,
} as const;
export type ErrorCode = keyof typeof RETRYABLE;

export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(RETRYABLE, code);
}

export function errorExtensions(code: ErrorCode, correlationId: string | null) {
  return { code, retryable: RETRYABLE[code], ...(correlationId !== null && { correlationId }) };
}

function makeError(code: ErrorCode, message: string, { field, status }: { field?: string | null; status?: number } = {}) {
  return new GraphQLError(message, {
    extensions: { code, ...(field && { field }), ...(status && { http: { status } }) },
  });
}

/** `http.status` is set where no part of the request was carried out; a failed field leaves it at 200. */
export const graphqlErrors = {
  fault: (fault: Fault) => makeError(fault.code, fault.message, { field: fault.field }),
  refusedToken: (why: string) => makeError('UNAUTHENTICATED', why, { status: 401 }),
  unauthenticated: () =>
    makeError('UNAUTHENTICATED', 'A token is needed: send it as "Authorization: Bearer <token>"'),
  forbiddenIntrospection: () =>
    makeError('FORBIDDEN', 'The schema is shown to staff and servers: set such a token, or read schema.graphql'),
  rateLimited: () =>
    makeError('RATE_LIMITED', 'Too many requests; wait ten seconds and send the same key again', { status: 429 }),
  keysUnavailable: () =>
    makeError('UNAVAILABLE', 'Tokens cannot be verified at the moment; send the same key again', { status: 503 }),
  unavailable: () =>
    makeError(
      'UNAVAILABLE',
      'The ledger did not answer in time, so the outcome is unknown; send the same key again and it will be told',
    ),
  internal: () =>
    makeError('INTERNAL', 'Something failed on our side; nothing about it can be said here. Quote the correlation ID'),
};

/**
 * An error as it leaves the Worker: with code, correlation ID and whether a retry can help. What has no code yet came from
 * GraphQL itself (syntax, validation, a variable of the wrong type) or from a defect that Yoga has masked.
 */
export function finishError(error: GraphQLError, correlationId: string | null): GraphQLError {
  const { code: given, ...rest } = error.extensions;
  const code: ErrorCode = isErrorCode(given) ? given : given === 'INTERNAL_SERVER_ERROR' ? 'INTERNAL' : 'BAD_USER_INPUT';
  // A new one each time: Yoga caches validation errors along with their document.
  return new GraphQLError(withoutSuggestions(error.message), {
    ...(error.nodes && { nodes: error.nodes }),
    ...(error.source && { source: error.source }),
    ...(error.positions && { positions: error.positions }),
    ...(error.path && { path: error.path }),
    extensions: { ...rest, ...errorExtensions(code, correlationId) },
  });
}

/** "Did you mean" would tell the schema, name by name, to somebody who may not ask for it. */
function withoutSuggestions(message: string): string {
  return message.replace(/ ?Did you mean .*\?/gs, '');
}
