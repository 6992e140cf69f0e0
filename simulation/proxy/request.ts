/** Where a request ends, and whose it is. For the simulation's own clients: every request has a length and an ID. */

export interface Request {
  readonly bytes: Buffer;
  readonly correlationId: string;
}

/** Null: there is more to come. */
export function requestIn(received: Buffer): Request | null {
  const headEnd = received.indexOf('\r\n\r\n');
  if (headEnd < 0) return null;
  const head = received.toString('latin1', 0, headEnd);
  const length = Number(/\r\ncontent-length: (\d+)/.exec(head)?.[1] ?? 0);
  const end = headEnd + 4 + length;
  if (received.length < end) return null;
  const correlationId = /\r\nx-correlation-id: (\S+)/.exec(head)?.[1] ?? '';
  return { bytes: received.subarray(0, end), correlationId };
}
