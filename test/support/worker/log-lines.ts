/** What the Worker logs, caught in the same isolate. Every line must be one JSON object on one line. */
import { expect, vi } from 'vitest';

// biome-ignore lint/suspicious/noExplicitAny: a line has what its operation knows
export type Line = any;

const caught: string[] = [];

/** From now on all lines of this test file are kept, and none is printed. */
export function catchLines(): void {
  caught.length = 0;
  for (const method of ['log', 'warn', 'error', 'info', 'debug'] as const) {
    vi.spyOn(console, method).mockImplementation((...values: unknown[]) => {
      caught.push(values.map(String).join(' '));
    });
  }
}

/** What some reader takes for the end of a line, a command to the terminal or a change of direction. */
export const MISLEADING = /[\p{Cc}\u2028-\u202e\u2066-\u2069]/u;

/** Every line so far, as it was written. */
export const rawLines = (): readonly string[] => caught;

/** The lines of one request. */
export function linesOf(correlationId: string): Line[] {
  for (const raw of caught) expect(raw).not.toMatch(MISLEADING);
  return caught.map((raw) => JSON.parse(raw)).filter((line) => line.correlationId === correlationId);
}

/** The only line of the request that this answer came from. */
export function lineOf({ headers }: { headers: Headers }): Line {
  const lines = linesOf(String(headers.get('x-correlation-id')));
  expect(lines).toHaveLength(1);
  return lines[0];
}
