/** Collects what the Worker logs in the same isolate. Every line must be one JSON object on one line. */
import { expect, vi } from 'vitest';
import type { OperationLine } from '../../../src/log/log.ts';

export type Line = Partial<OperationLine> & {
  readonly level: string;
  readonly correlationId: string;
  readonly event?: string;
};

const caught: string[] = [];

/** Keeps all further lines of this test file, and prints none. */
export function catchLines(): void {
  caught.length = 0;
  checked.length = 0;
  for (const method of ['log', 'warn', 'error', 'info', 'debug'] as const) {
    vi.spyOn(console, method).mockImplementation((...values: unknown[]) => {
      caught.push(values.map(String).join(' '));
    });
  }
}

/** Characters that some readers take for the end of a line, a terminal command or a change of direction. */
export const MISLEADING = /[\p{Cc}\u2028-\u202e\u2066-\u2069]/u;

/** Every line so far, as it was written. */
export const rawLines = (): readonly string[] => caught;

/** Of `caught`, those that were checked. */
const checked: Line[] = [];

export function linesOf(correlationId: string): Line[] {
  for (const raw of caught.slice(checked.length)) {
    expect(raw).not.toMatch(MISLEADING);
    checked.push(JSON.parse(raw) as Line);
  }
  return checked.filter((line) => line.correlationId === correlationId);
}

/** The only line of the request that this answer belongs to. */
export function lineOf({ headers }: { readonly headers: Headers }): Line {
  const lines = linesOf(String(headers.get('x-correlation-id')));
  expect(lines).toHaveLength(1);
  return lines[0] as Line;
}
