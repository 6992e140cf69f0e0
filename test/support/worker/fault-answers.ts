/** What every fault must have: a code, a correlation ID, whether a retry can help, and no internal detail. */
import { expect } from 'vitest';
import { countRequests } from './neon-control.ts';
import type { GraphqlError } from './service.ts';
import { writingNothing } from './stillness.ts';

const RETRYABLE = ['RATE_LIMITED', 'CONFIG_UNAVAILABLE', 'UNAVAILABLE', 'INTERNAL'];
const EXTENSIONS = ['code', 'correlationId', 'retryable', 'field'];
/** Words that only a stack trace, SQL or a driver has. */
const INTERNAL =
  /\bat \S+\.m?[jt]s:\d+|node_modules|\.ts\b|\bSELECT\b|\bINSERT\b|onceward\.|NeonDbError|postgres(ql)?:|TypeError/;

/** An answer of any kind. */
interface Faulty {
  readonly status?: number;
  readonly data?: unknown;
  readonly headers: Headers;
  readonly errors?: readonly GraphqlError[];
}

/** The errors of an answer, after checking what every error must have. */
export function soundErrors({ headers, errors = [] }: Faulty): readonly GraphqlError[] {
  expect(errors.length).toBeGreaterThan(0);
  for (const { message, extensions } of errors) {
    expect(message).not.toMatch(INTERNAL);
    expect(message).not.toContain('Did you mean');
    expect(extensions.correlationId).toBe(headers.get('x-correlation-id'));
    // Also retryable: what is refused only because it is too early.
    expect(extensions.retryable).toBe(RETRYABLE.includes(extensions.code) || headers.has('retry-after'));
    expect(Object.keys(extensions).filter((name) => !EXTENSIONS.includes(name))).toEqual([]);
  }
  return errors;
}

/** The one error of an answer. */
export function onlyError(answer: Faulty): GraphqlError {
  const errors = soundErrors(answer);
  expect(errors).toHaveLength(1);
  return errors[0] as GraphqlError;
}

/** Runs requests that must be refused before the database: no request names the player, and no row changes. */
export function withoutDatabase<T>(playerId: string, run: () => Promise<T>): Promise<T> {
  return withRequests(0, playerId, run);
}

/** Runs a request that is refused by the rules of the config: one request asks whether they are current, and no row changes. */
export function withOneRead<T>(playerId: string, run: () => Promise<T>): Promise<T> {
  return withRequests(1, playerId, run);
}

async function withRequests<T>(expected: number, playerId: string, run: () => Promise<T>): Promise<T> {
  let result: T | undefined;
  await writingNothing(playerId, async () => {
    const requests = await countRequests(playerId, async () => {
      result = await run();
    });
    expect(requests).toBe(expected);
  });
  return result as T;
}
