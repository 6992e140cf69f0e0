/**
 * The last step of a GraphQL answer: every error gets its code, correlation ID and `retryable`, and errors that no operation has
 * logged are logged here.
 */
import { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { currentCorrelationId } from '../log/correlation.ts';
import { writeLog } from '../log/log.ts';
import { type ErrorCode, errorExtensions, isErrorCode } from '../schema/errors.ts';
import { malformedInput } from './input-errors.ts';

export function finishErrors(): Plugin {
  return {
    onResultProcess: ({ result, setResult }) => {
      if (!('errors' in result) || !result.errors) return;
      const errors = result.errors.map((given) => {
        const error = finishError(given as GraphQLError, currentCorrelationId());
        // An operation logs its own error. An error without a path ended the request before any operation; an error further
        // down is a defect that occurred after the operation had logged its success.
        if (error.path === undefined || error.path.length > 1) {
          writeLog({
            operation: 'request',
            success: false,
            code: String(error.extensions.code),
            error: loggedMessage(given as GraphQLError, error),
          });
        }
        return error;
      });
      setResult({ ...result, errors });
    },
  };
}

/** Messages of graphql-js may quote the input, which may be a ticket in the wrong field: only the place is logged. */
function loggedMessage(given: GraphQLError, { message, extensions: { field } }: GraphQLError): string {
  if (isErrorCode(given.extensions.code)) return message;
  return field === undefined ? 'not valid GraphQL' : `not valid GraphQL: ${field}`;
}

/**
 * An error as it leaves the Worker. An error without a code comes from graphql-js (syntax, validation, a variable of the wrong
 * type), or from a defect that Yoga has masked.
 */
export function finishError(error: GraphQLError, correlationId: string | null): GraphQLError {
  // Yoga's originalError means a body that is not JSON, which is never answered with 200. Only our own extensions leave.
  const { code: given, field: ownField, http: asked, originalError } = error.extensions;
  const http = originalError ? { status: 400 } : asked;
  const malformed = malformedInput(error);
  const message = malformed ? `${malformed.field}: ${malformed.problem}` : error.message;
  const field = malformed?.field ?? ownField;
  const code: ErrorCode = isErrorCode(given)
    ? given
    : given === 'INTERNAL_SERVER_ERROR'
      ? 'INTERNAL'
      : 'BAD_USER_INPUT';
  // A new error each time: document-cache.ts keeps validation errors.
  return new GraphQLError(withoutSuggestions(message), {
    ...(error.nodes && { nodes: error.nodes }),
    ...(error.source && { source: error.source }),
    ...(error.positions && { positions: error.positions }),
    ...(error.path && { path: error.path }),
    extensions: {
      ...(field !== undefined && { field }),
      ...(http !== undefined && { http }),
      ...errorExtensions(code, correlationId),
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
