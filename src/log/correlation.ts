/**
 * The correlation ID of a request: the caller's or a new one. It is in the response header, in every log line, in the claim and in
 * the audit. It is the only value in AsyncLocalStorage, so that every log line has it.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { PATTERNS } from '../domain/values.ts';

export const CORRELATION_HEADER = 'x-correlation-id';

const current = new AsyncLocalStorage<string>();

/** The caller's ID if it has the right shape, otherwise a new one: an ID that could forge a log line is never used. */
export function correlationIdOf(request: Request): string {
  const given = request.headers.get(CORRELATION_HEADER);
  return given !== null && PATTERNS.correlationId.expression.test(given) ? given : crypto.randomUUID();
}

export function withCorrelationId<T>(id: string, run: () => T): T {
  return current.run(id, run);
}

export function currentCorrelationId(): string | null {
  return current.getStore() ?? null;
}
