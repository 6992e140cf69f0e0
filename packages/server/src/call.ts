/**
 * Sends a mutation again and again under one key until it has an outcome. A job of a queue, or a handler that runs again with the
 * same event, is what makes this survive a crash: the key follows from the event (`keyFor`).
 */
import type { Attempt, Client, Fault, MutationOperation } from '@onceward/client';

export interface CallOptions {
  /** From `keyFor`, or stored before the first call. */
  readonly key: string;
  /** Milliseconds after which it gives up; 60,000 unless set. */
  readonly deadlineMs?: number;
}

/** The result, or why there is none. */
export type Called<Result> =
  | { readonly kind: 'result'; readonly result: Result; readonly correlationId: string }
  /** Nothing will change it: the request itself is refused. */
  | Fault
  /** Whether it was executed is unknown. Call again with the same key and input. */
  | { readonly kind: 'unknown'; readonly message: string };

const DEADLINE_MS = 60_000;
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 5_000;

export async function call<Name extends string, Input extends { readonly idempotencyKey: string }, Result>(
  client: Client,
  operation: MutationOperation<Name, Input, Result>,
  input: Omit<Input, 'idempotencyKey'>,
  { key, deadlineMs = DEADLINE_MS }: CallOptions,
): Promise<Called<Result>> {
  const until = performance.now() + deadlineMs;
  for (let count = 0; ; count += 1) {
    const attempt = await client.send(operation, { ...input, idempotencyKey: key } as unknown as Input);
    if (attempt.kind === 'answer')
      return { kind: 'result', result: attempt.result, correlationId: attempt.correlationId };
    if (attempt.kind === 'fault' && !attempt.retryable) return attempt;
    const pause = pauseAfter(count, attempt.kind === 'fault' ? attempt.retryAfterMs : null);
    if (performance.now() + pause >= until) return unknownAfter(attempt);
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

/** Milliseconds before the next attempt, after `count` others: longer each time, in part at random, and what the API asked for. */
export function pauseAfter(count: number, retryAfterMs: number | null): number {
  const growing = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** count) * (0.5 + Math.random() / 2);
  return Math.max(growing, retryAfterMs ?? 0);
}

function unknownAfter(attempt: Exclude<Attempt<unknown>, { kind: 'answer' }>): Called<never> {
  const message = attempt.kind === 'signed_out' ? 'there is no token' : attempt.message;
  return { kind: 'unknown', message };
}
