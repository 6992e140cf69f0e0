/** The last look at a GraphQL answer: every error finished, and those that no operation has logged are logged here. */
import type { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { currentCorrelationId } from '../telemetry/correlation.ts';
import { finishError, isErrorCode } from '../telemetry/graphql-errors.ts';
import { writeLog } from '../telemetry/log.ts';

/** GraphQL's own messages quote what the client sent, which may be a ticket in the wrong field: only the place is logged. */
function loggedMessage(given: GraphQLError, { message, extensions: { field } }: GraphQLError): string {
  if (isErrorCode(given.extensions.code)) return message;
  return field === undefined ? 'not valid GraphQL' : `not valid GraphQL: ${field}`;
}

export function finishErrors(): Plugin {
  return {
    onResultProcess: ({ result, setResult }) => {
      if (!('errors' in result) || !result.errors) return;
      const errors = result.errors.map((given) => {
        const error = finishError(given as GraphQLError, currentCorrelationId());
        // An operation has logged its own error. One without a path stopped the request before any operation; one deeper
        // down is a defect that came after the operation had logged its success.
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
