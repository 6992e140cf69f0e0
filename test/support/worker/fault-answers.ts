/** What every refusal owes its caller: a code, a correlation ID, whether a retry helps, and not a word about the inside. */
import { expect } from 'vitest';
import { countRequests } from './neon-control.ts';
import type { Answer, GraphqlError } from './service.ts';
import { writingNothing } from './stillness.ts';

const RETRYABLE = ['RATE_LIMITED', 'CONFIG_UNAVAILABLE', 'UNAVAILABLE', 'INTERNAL'];
/** Words that only a stack trace, SQL or a driver would say. */
const INSIDE =
  /\bat \S+\.m?[jt]s:\d+|node_modules|\.ts\b|\bSELECT\b|\bINSERT\b|onceward\.|NeonDbError|postgres(ql)?:|TypeError/;

/** The one error of an answer, after looking at what all errors must have. */
export function onlyError(answer: Answer<unknown>): GraphqlError {
  const errors = soundErrors(answer);
  expect(errors).toHaveLength(1);
  return errors[0] as GraphqlError;
}

export function soundErrors({ headers, errors = [] }: Answer<unknown>): readonly GraphqlError[] {
  expect(errors.length).toBeGreaterThan(0);
  for (const error of errors) {
    expect(error.message).not.toMatch(INSIDE);
    expect(error.message).not.toContain('Did you mean');
    expect(error.extensions.correlationId).toBe(headers.get('x-correlation-id'));
    expect(error.extensions.retryable).toBe(RETRYABLE.includes(error.extensions.code));
    const known = ['code', 'correlationId', 'retryable', 'field'];
    expect(Object.keys(error.extensions).filter((name) => !known.includes(name))).toEqual([]);
  }
  return errors;
}

/** Runs what must be refused before the ledger is asked: no request to the database names the player, no row changes. */
export async function askingNobody<T>(playerId: string, run: () => Promise<T>): Promise<T> {
  let result: T | undefined;
  await writingNothing(playerId, async () => {
    expect(
      await countRequests(playerId, async () => {
        result = await run();
      }),
    ).toBe(0);
  });
  return result as T;
}
