/**
 * The correlation IDs of a request. Each request has one of ours, ordered by time, under which the ledger files it, and perhaps
 * the caller's own text. The caller's, where one was sent, is in the response header and in every log line. It is passed on as an
 * argument: AsyncLocalStorage would make every continuation of a request cost more.
 */
import { PATTERNS } from '../domain/values.ts';

export const CORRELATION_HEADER = 'x-correlation-id';

export interface Correlation {
  /** Ours: a UUID of version 7. */
  readonly requestId: string;
  /** What answers and log lines show: the caller's, or ours where the caller sent none. */
  readonly correlationId: string;
}

/** The caller's ID is used if it has the right shape: one that could forge a log line never is. */
export function correlationOf(request: Request): Correlation {
  const requestId = uuidV7(Date.now());
  const given = request.headers.get(CORRELATION_HEADER);
  const accepted = given !== null && PATTERNS.correlationId.expression.test(given);
  return { requestId, correlationId: accepted ? given : requestId };
}

/** A UUID of version 7: the time in milliseconds, then the random bits of a UUID of version 4, which has the same variant. */
export function uuidV7(milliseconds: number): string {
  const time = milliseconds.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${crypto.randomUUID().slice(15)}`;
}
