/** The last look at a GraphQL answer: every error finished, and those that no operation has logged are logged here. */
import type { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { currentCorrelationId } from '../telemetry/correlation.ts';
import { finishError, isErrorCode } from '../telemetry/graphql-errors.ts';
import { writeLog } from '../telemetry/log.ts';

/** GraphQL's own messages quote what the client sent, which may be a ticket in the wrong field: only the place is logged. */
function loggedMessage(error: GraphQLError): string {
  if (isErrorCode(error.extensions.code)) return error.message;
  const place = / at "([\w.[\]]+)"/.exec(error.message)?.[1];
  return place ? `not valid GraphQL: ${place}` : 'not valid GraphQL';
}

export function finishErrors(): Plugin {
  return {
    onResultProcess: ({ result, setResult }) => {
      if (!('errors' in result) || !result.errors) return;
      const errors = result.errors.map((given) => {
        const error = finishError(given as GraphQLError, currentCorrelationId());
        // A field's error was logged by its operation; one without a path stopped the request before any operation.
        if (error.path === undefined) {
          writeLog({
            operation: 'request',
            success: false,
            code: String(error.extensions.code),
            error: loggedMessage(given as GraphQLError),
          });
        }
        return error;
      });
      setResult({ ...result, errors });
    },
  };
}
