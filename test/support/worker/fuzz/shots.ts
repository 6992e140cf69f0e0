/** Sends fuzzed requests, and checks answers, log lines and rows. */
import { expect } from 'vitest';
import { soundErrors } from '../fault-answers.ts';
import type { FieldWithInputs } from '../inputs.ts';
import { ledgerFaults, owner } from '../ledger-state.ts';
import { type Line, MISLEADING, rawLines } from '../log-lines.ts';
import { fresh, type GraphqlError, post } from '../service.ts';

export interface Shot {
  readonly correlationId: string;
  readonly operation: string;
  readonly data: Record<string, unknown> | null | undefined;
  readonly errors: readonly GraphqlError[];
}

/** Sends one body. The answer must have the form that GraphQL prescribes, and its errors must be faults of the caller. */
export async function shoot({ operation }: FieldWithInputs, body: string, token: string): Promise<Shot> {
  const correlationId = fresh('fuzz');
  const response = await post(body, { authorization: `Bearer ${token}`, 'x-correlation-id': correlationId });
  const { status, headers } = response;
  expect([200, 400, 413]).toContain(status);
  expect(headers.get('content-type')).toMatch(/^application\/json/);
  const { data, errors, ...more } = (await response.json()) as Partial<Shot>;
  expect(more).toEqual({});
  expect(headers.get('x-correlation-id')).toBe(correlationId);
  if (errors) {
    for (const { extensions } of soundErrors({ headers, errors }))
      expect(['BAD_USER_INPUT', 'FORBIDDEN']).toContain(extensions.code);
  } else {
    expect(status).toBe(200);
    expect(Object.keys(data ?? {})).toEqual([operation]);
  }
  return { correlationId, operation, data, errors: errors ?? [] };
}

/** The members that a log line may have. Another one is forged, or new and missing here. */
const KNOWN = new Set(
  'level correlationId requestId operation success actor player claimType claimKey requested amounts reason replayed configVersion code error errors items granted pending rejected failed durationMs databaseMs'.split(
    ' ',
  ),
);

/** Of the bulks in the examples. */
const ITEMS = 2;

/** One line for each request: of the operation that ran, or of its errors. No other line, but for items of bulks. */
export function checkLines(shots: readonly Shot[], from: number): void {
  const lines = rawLines()
    .slice(from)
    .map((raw) => {
      expect(raw).not.toMatch(MISLEADING);
      expect(raw.length).toBeLessThan(4_000);
      return JSON.parse(raw) as Line;
    })
    .filter(({ item }) => item === undefined);
  const byRequest = Map.groupBy(lines, ({ correlationId }) => correlationId);
  let expected = 0;
  for (const { correlationId, operation, data, errors } of shots) {
    const own = byRequest.get(correlationId) ?? [];
    const ran = errors.length === 0 || errors.some(({ path }) => path !== undefined);
    expect(own.map((line) => line.operation)).toEqual([ran ? operation : 'request']);
    expected += 1;
    for (const line of own) {
      expect(Object.keys(line).filter((name) => !KNOWN.has(name))).toEqual([]);
      const outcome = (data?.[operation] as { __typename?: string } | null | undefined)?.__typename;
      const isRefused = errors.length > 0 || (line.code !== 'OK' && !outcome?.endsWith('Receipt'));
      expect([line.success, line.level]).toEqual(isRefused ? [false, 'warn'] : [true, 'info']);
      if (errors.length > 0) expect(errors.map(({ extensions }) => extensions.code)).toContain(line.code);
    }
  }
  expect(lines).toHaveLength(expected);
}

/** An error wrote nothing, a receipt one claim, any other answer at most one for each of its items; the ledger is sound. */
export async function checkRows(shots: readonly Shot[], playerId: string): Promise<void> {
  const ids = shots.map(({ correlationId }) => correlationId);
  // Their own IDs are stored with the number of a player who sends them. By an index: other tests have made many claims.
  const rows = await owner`
    WITH sent AS (
      SELECT given, given AS stored FROM unnest(${ids}::text[]) AS given
      UNION ALL
      SELECT given, a.no || '/' || given FROM unnest(${ids}::text[]) AS given, onceward.actors a
       WHERE (a.kind, a.id) = (1, ${playerId}))
    SELECT given AS id, sum(claims)::int AS claims FROM (
      SELECT given, 1 AS claims FROM sent JOIN onceward.reward_claims c ON c.client_correlation_id = stored
      UNION ALL
      SELECT given, 1 FROM sent JOIN onceward.refusals r ON r.client_correlation_id = stored
      UNION ALL
      SELECT given, 0 FROM sent JOIN onceward.audit_events e ON e.client_correlation_id = stored) AS written
     GROUP BY given`;
  const written = Map.groupBy(rows, ({ id }) => id as string);
  for (const { correlationId, operation, data, errors } of shots) {
    const own = written.get(correlationId) ?? [];
    if (errors.length > 0) expect(own).toEqual([]);
    const { __typename, replayed } = (data?.[operation] ?? {}) as { __typename?: string; replayed?: boolean };
    const claims = own.reduce((sum, row) => sum + Number(row.claims), 0);
    if (__typename === 'Receipt' && replayed === false) expect(claims).toBe(1);
    else expect(claims).toBeLessThanOrEqual(__typename?.endsWith('Receipt') ? ITEMS : 1);
  }
  expect(await ledgerFaults(playerId)).toEqual([]);
}
