/** The last look at a GraphQL answer: every error finished, and those that no operation has logged are logged here. */
import type { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { currentCorrelationId } from '../telemetry/correlation.ts';
import { finishError } from '../telemetry/graphql-errors.ts';
import { writeLog } from '../telemetry/log.ts';

export function finishErrors(): Plugin {
  return {
    onResultProcess: ({ result, setResult }) => {
      if (!('errors' in result) || !result.errors) return;
      const errors = result.errors.map((error) => finishError(error as GraphQLError, currentCorrelationId()));
      for (const error of errors) {
        // A field's error was logged by its operation; one without a path stopped the request before any operation.
        if (error.path === undefined) {
          writeLog({ operation: 'request', success: false, code: String(error.extensions.code), error: error.message });
        }
      }
      setResult({ ...result, errors });
    },
  };
}
