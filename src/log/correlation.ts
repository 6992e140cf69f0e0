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
  /** Of the caller's trace (W3C Trace Context), for the log; null: none was sent. */
  readonly traceId: string | null;
}

const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/;
const isNone = (traceId: string) => /^0+$/.test(traceId);

function traceIdOf(request: Request): string | null {
  const traceId = TRACEPARENT.exec(request.headers.get('traceparent') ?? '')?.[1];
  return traceId === undefined || isNone(traceId) ? null : traceId;
}

/** The caller's ID is used if it has the right shape: one that could forge a log line never is. */
export function correlationOf(request: Request): Correlation {
  const requestId = uuidV7(Date.now());
  const given = request.headers.get(CORRELATION_HEADER);
  const accepted = given !== null && PATTERNS.correlationId.expression.test(given);
  return { requestId, correlationId: accepted ? given : requestId, traceId: traceIdOf(request) };
}

/** A UUID of version 7: the time in milliseconds, then the random bits of a UUID of version 4, which has the same variant. */
export function uuidV7(milliseconds: number): string {
  const time = milliseconds.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${crypto.randomUUID().slice(15)}`;
}
