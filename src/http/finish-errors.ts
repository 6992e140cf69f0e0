/**
 * The last step of a GraphQL answer: it is JSON, every error gets its code, correlation ID and `retryable`, and errors that no
 * operation has logged are logged here, in one line.
 */
import type { GraphQLError } from 'graphql';
import { type Plugin, processRegularResult } from 'graphql-yoga';
import { writeLog } from '../log/log.ts';
import { type Metrics, measureOperation } from '../log/metrics.ts';
import { stackOf } from '../log/stack.ts';
import { finishError, isErrorCode, MAX_ERRORS } from '../schema/errors.ts';

export function finishErrors(correlationIdOf: (request: Request) => string, metrics?: Metrics): Plugin {
  return {
    onResultProcess: ({ request, result, setResult, resultProcessor, setResultProcessor }) => {
      // Yoga would answer as event stream or multipart where only that is accepted, or with an empty 406 after a mutation.
      if (resultProcessor !== processRegularResult)
        setResultProcessor(processRegularResult, 'application/json');
      if (!('errors' in result) || !result.errors) return;
      const correlationId = correlationIdOf(request);
      const isExecuted = 'data' in result;
      const given = (isExecuted ? result.errors : result.errors.slice(0, MAX_ERRORS)) as GraphQLError[];
      const errors = given.map((error) => finishError(error, correlationId));
      logErrors(given, errors, { correlationId, metrics });
      setResult({ ...result, errors });
    },
  };
}

/**
 * An operation logs its own error. An error without a path ended the request before any operation; an error further down is a
 * defect that occurred after the operation had logged its success.
 */
function logErrors(
  given: readonly GraphQLError[],
  errors: readonly GraphQLError[],
  { correlationId, metrics }: { readonly correlationId: string; readonly metrics?: Metrics | undefined },
): void {
  const unlogged = errors.filter(({ path }) => path === undefined || path.length > 1);
  const [first] = unlogged;
  if (first === undefined) return;
  const thrown = given[errors.indexOf(first)] as GraphQLError;
  const code = String(first.extensions.code);
  const line = {
    operation: 'request',
    success: false,
    code,
    error: loggedMessage(thrown, first),
    errors: unlogged.length > 1 ? unlogged.length : null,
    stack: code === 'INTERNAL' ? stackOf(thrown.originalError ?? null) : null,
  };
  writeLog(line, correlationId);
  // A defect further down belongs to an operation that is counted.
  if (first.path === undefined) measureOperation(metrics, line);
}

/** Messages of graphql-js may quote the input, which may be a ticket in the wrong field: only the place is logged. */
function loggedMessage(given: GraphQLError, { message, extensions: { field } }: GraphQLError): string {
  if (isErrorCode(given.extensions.code)) return message;
  return field === undefined ? 'not valid GraphQL' : `not valid GraphQL: ${field}`;
}
