/**
 * Runs one operation and tells the log how it went: one line on success, one on failure. Errors leave here as the
 * GraphQL errors that the caller may see; what really happened stays in the log.
 */
import { GraphQLError } from 'graphql';
import type { Fault } from '../domain/fault.ts';
import { LedgerDefect, LedgerUnavailable } from '../ledger/failures.ts';
import { graphqlErrors } from '../telemetry/graphql-errors.ts';
import { type OperationLine, writeLog } from '../telemetry/log.ts';
import type { RequestContext } from './context.ts';

/** Thrown where an operation can't be carried out; carries the fault that the caller is told. */
export class FaultError extends Error {
  readonly fault: Fault;
  constructor(fault: Fault) {
    super(fault.message);
    this.fault = fault;
  }
}

export interface Observation {
  /** Adds to the line that will be logged. */
  note(details: Partial<OperationLine>): void;
  /** Measures the time spent waiting for the database. */
  timeDatabase<T>(ask: () => Promise<T>): Promise<T>;
}

export async function observe<T>(
  { actor }: RequestContext,
  operation: string,
  run: (observation: Observation) => Promise<T>,
): Promise<T> {
  const began = Date.now();
  let line: OperationLine = {
    operation,
    success: true,
    code: 'OK',
    actor: actor && `${actor.kind}:${actor.id}`,
  };
  let databaseMs = 0;
  const observation: Observation = {
    note: (details) => {
      line = { ...line, ...details };
    },
    timeDatabase: async (ask) => {
      const asked = Date.now();
      try {
        return await ask();
      } finally {
        databaseMs += Date.now() - asked;
      }
    },
  };
  try {
    return await run(observation);
  } catch (error) {
    const shown = shownError(error);
    line = { ...line, success: false, code: String(shown.extensions.code), error: loggedError(error) };
    throw shown;
  } finally {
    writeLog({ ...line, durationMs: Date.now() - began, databaseMs });
  }
}

/** What the caller sees of an error. */
function shownError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error;
  if (error instanceof FaultError) return graphqlErrors.fault(error.fault);
  if (error instanceof LedgerUnavailable) return graphqlErrors.unavailable();
  return graphqlErrors.internal();
}

/** What the log keeps of it: our own words; of a foreign error its kind alone, since its message may hold data. */
function loggedError(error: unknown): string {
  if (error instanceof FaultError) return error.fault.detail ?? error.message;
  const ours =
    error instanceof GraphQLError || error instanceof LedgerUnavailable || error instanceof LedgerDefect;
  if (ours) return (error as Error).message;
  return error instanceof Error ? error.name : typeof error;
}
