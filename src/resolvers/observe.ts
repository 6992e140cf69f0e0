/**
 * Runs one operation and writes its log line, on success and on failure. Errors leave here as the GraphQL errors that the
 * caller may see; details stay in the log.
 */
import { GraphQLError } from 'graphql';
import type { Fault } from '../domain/fault.ts';
import { LaneFailed, LedgerDefect, LedgerUnavailable, NO_ARCHIVE, NotSent } from '../ledger/failures.ts';
import { type OperationLine, writeLog } from '../log/log.ts';
import { measureOperation } from '../log/metrics.ts';
import type { Span } from '../log/spans.ts';
import { stackOf } from '../log/stack.ts';
import type { RequestContext } from '../schema/builder.ts';
import { graphqlErrors } from '../schema/errors.ts';

/** Ends an operation with a fault. */
export class FaultError extends Error {
  readonly fault: Fault;
  constructor(fault: Fault) {
    super(fault.message);
    this.fault = fault;
  }
}

export function throwIfFault(fault: Fault | null | undefined): void {
  if (fault) throw new FaultError(fault);
}

export interface Observation {
  /** Adds members to the log line. */
  note(details: Partial<OperationLine>): void;
  /** Measures the time spent waiting for the database. */
  timeDatabase<T>(call: () => Promise<T>): Promise<T>;
}

/** The codes of operations that may have granted something, of which there is an event. */
const GRANTING: readonly string[] = ['RECEIPT', 'ITEMS'];

export function observe<T>(
  context: RequestContext,
  operation: string,
  run: (observation: Observation) => Promise<T>,
): Promise<T> {
  const { inSpan } = context.services;
  return inSpan
    ? inSpan(operation, (span) => observeIn(span, context, { operation, run }))
    : observeIn(null, context, { operation, run });
}

async function observeIn<T>(
  span: Span | null,
  { actor, correlationId, requestId, traceId, services, waitUntil }: RequestContext,
  { operation, run }: { readonly operation: string; readonly run: (observation: Observation) => Promise<T> },
): Promise<T> {
  const began = Date.now();
  const line: OperationLine = {
    operation,
    success: true,
    code: 'OK',
    actor: actor && `${actor.kind}:${actor.id}`,
    requestId: actor?.kind === 'player' && correlationId !== requestId ? requestId : null,
    traceId,
  };
  let databaseMs = 0;
  const observation: Observation = {
    note: (details) => {
      Object.assign(line, details);
    },
    timeDatabase: async (call) => {
      const from = Date.now();
      try {
        return await (services.inSpan ? services.inSpan('database', call) : call());
      } finally {
        databaseMs += Date.now() - from;
      }
    },
  };
  try {
    const answer = await run(observation);
    if (GRANTING.includes(line.code) && !line.replayed && services.wakeSender)
      waitUntil(services.wakeSender());
    return answer;
  } catch (error) {
    const shown = shownError(error);
    const failure = error instanceof LedgerUnavailable ? error.failure : null;
    Object.assign(line, {
      success: false,
      code: String(shown.extensions.code),
      error: loggedError(error),
      failure,
      stack: shown.extensions.code === 'INTERNAL' ? stackOf(error) : null,
    });
    throw shown;
  } finally {
    const whole = { ...line, durationMs: Date.now() - began, databaseMs };
    writeLog(whole, correlationId);
    measureOperation(services.metrics, whole);
    span?.setAttributes({ code: whole.code, correlationId, replayed: whole.replayed ?? undefined });
  }
}

/** The error that the caller sees. */
export function shownError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error;
  if (error instanceof FaultError) return graphqlErrors.fault(error.fault);
  if (error instanceof LedgerUnavailable) return unavailable(error);
  if (error instanceof NotSent) return graphqlErrors.overloaded();
  return graphqlErrors.internal();
}

function unavailable({ failure, why }: LedgerUnavailable): GraphQLError {
  if (failure === 'archive')
    return why === NO_ARCHIVE ? graphqlErrors.archiveNotBound() : graphqlErrors.archiveUnreadable();
  return failure === 'rate_limited' ? graphqlErrors.ledgerBusy() : graphqlErrors.unavailable();
}

/** The error that the log keeps: our own messages. Of a foreign error only its class, because its message may hold data. */
export function loggedError(error: unknown): string {
  if (error instanceof FaultError) return error.fault.detail ?? error.message;
  const ours = [GraphQLError, LedgerUnavailable, LedgerDefect, LaneFailed, NotSent].some(
    (type) => error instanceof type,
  );
  if (ours) return (error as Error).message;
  return error instanceof Error ? error.name : typeof error;
}
