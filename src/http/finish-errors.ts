/**
 * The last step of a GraphQL answer: every error gets its code, correlation ID and `retryable`, and errors that no operation has
 * logged are logged here.
 */
import type { GraphQLError, GraphQLSchema } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { writeLog } from '../log/log.ts';
import { finishError, isErrorCode } from '../schema/errors.ts';
import { literalFaultFinder } from './input-errors.ts';

export function finishErrors(
  schema: GraphQLSchema,
  correlationIdOf: (request: Request) => string | null,
): Plugin {
  return {
    onResultProcess: ({ request, result, setResult }) => {
      if (!('errors' in result) || !result.errors) return;
      const literalFault = literalFaultFinder(schema);
      const correlationId = correlationIdOf(request);
      const errors = result.errors.map((given) => {
        const error = finishError(given as GraphQLError, correlationId, literalFault(given as GraphQLError));
        // An operation logs its own error. An error without a path ended the request before any operation; an error further
        // down is a defect that occurred after the operation had logged its success.
        if (error.path === undefined || error.path.length > 1) {
          writeLog(
            {
              operation: 'request',
              success: false,
              code: String(error.extensions.code),
              error: loggedMessage(given as GraphQLError, error),
            },
            correlationId,
          );
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
