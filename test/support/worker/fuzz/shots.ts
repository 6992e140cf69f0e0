/** Sends fuzzed requests with tokens that stay below the rate limits, and judges answers, log lines and rows. */
import { expect } from 'vitest';
import { soundErrors } from '../fault-answers.ts';
import { addStaffMember, ledgerFaults, owner } from '../ledger-state.ts';
import { MISLEADING, rawLines } from '../log-lines.ts';
import { fresh, type GraphqlError, playerToken, post, serverToken, staffToken } from '../service.ts';
import type { FuzzedField } from './inputs.ts';

export type ActorKind = 'player' | 'server' | 'staff';

export interface Shot {
  readonly correlationId: string;
  readonly operation: string;
  readonly data: Record<string, unknown> | null | undefined;
  readonly errors: readonly GraphqlError[];
}

/** Staff may send a hundred requests in ten seconds. */
const REQUESTS_OF_ONE_MEMBER = 80;
let [staffSent, staff] = [REQUESTS_OF_ONE_MEMBER, Promise.resolve('')];

function tokenOf(kind: ActorKind, playerId: string): Promise<string> {
  if (kind === 'player') return playerToken(playerId);
  if (kind === 'server') return serverToken();
  staffSent += 1;
  if (staffSent > REQUESTS_OF_ONE_MEMBER) {
    staffSent = 1;
    staff = addStaffMember(fresh('staff'), { role: 'admin' }).then(staffToken);
  }
  return staff;
}

/** Sends one body; the answer must be GraphQL's in form, and its errors ones that a client can act on. */
export async function shoot(
  { operation }: FuzzedField,
  body: string,
  { kind, playerId }: { kind: ActorKind; playerId: string },
): Promise<Shot> {
  const correlationId = fresh('fuzz');
  const token = await tokenOf(kind, playerId);
  const response = await post(body, { authorization: `Bearer ${token}`, 'x-correlation-id': correlationId });
  const { status, headers } = response;
  expect([200, 400, 413]).toContain(status);
  expect(headers.get('content-type')).toMatch(/^application\/json/);
  const { data, errors, ...more } = (await response.json()) as Partial<Shot>;
  expect(more).toEqual({});
  expect(headers.get('x-correlation-id')).toBe(correlationId);
  if (errors) {
    for (const { extensions } of soundErrors({ status, headers, data, errors }))
      expect(['BAD_USER_INPUT', 'FORBIDDEN']).toContain(extensions.code);
  } else {
    expect(status).toBe(200);
    expect(Object.keys(data ?? {})).toEqual([operation]);
  }
  return { correlationId, operation, data, errors: errors ?? [] };
}

/** Members that a line may have: another one was forged, or is new and belongs in here. */
const KNOWN = new Set(
  'level correlationId operation success actor player claimType claimKey requested amounts reason replayed configVersion code error durationMs databaseMs'.split(
    ' ',
  ),
);

/** One line for each operation that ran; for a request that never got so far, one for each error. No other line at all. */
export function judgeLines(shots: readonly Shot[], from: number): void {
  // biome-ignore lint/suspicious/noExplicitAny: a line has what its operation knows
  const lines: any[] = rawLines()
    .slice(from)
    .map((raw) => {
      expect(raw).not.toMatch(MISLEADING);
      expect(raw.length).toBeLessThan(4_000);
      return JSON.parse(raw);
    });
  const byRequest = Map.groupBy(lines, ({ correlationId }) => correlationId as string);
  let expected = 0;
  for (const { correlationId, operation, data, errors } of shots) {
    const own = byRequest.get(correlationId) ?? [];
    const ran = errors.length === 0 || errors.some(({ path }) => path !== undefined);
    const count = ran ? 1 : errors.length;
    expect(own.map((line) => line.operation)).toEqual(Array(count).fill(ran ? operation : 'request'));
    expected += count;
    for (const line of own) {
      expect(Object.keys(line).filter((name) => !KNOWN.has(name))).toEqual([]);
      const told = (data?.[operation] as { __typename?: string } | null | undefined)?.__typename;
      const isRefused = errors.length > 0 || (line.code !== 'OK' && told !== 'Receipt');
      expect([line.success, line.level]).toEqual(isRefused ? [false, 'warn'] : [true, 'info']);
      if (errors.length > 0) expect(errors.map(({ extensions }) => extensions.code)).toContain(line.code);
    }
  }
  expect(lines).toHaveLength(expected);
}

/** What was refused with an error wrote nothing; what was answered wrote one claim, or none; the ledger is sound. */
export async function judgeRows(shots: readonly Shot[], playerId: string): Promise<void> {
  const ids = shots.map(({ correlationId }) => correlationId);
  const rows = await owner`
    SELECT correlation_id AS id, count(*)::int AS claims, 0 AS audits FROM onceward.reward_claims WHERE correlation_id = ANY(${ids}) GROUP BY 1
    UNION ALL
    SELECT correlation_id, 0, count(*)::int FROM onceward.audit_events WHERE correlation_id = ANY(${ids}) GROUP BY 1`;
  const written = Map.groupBy(rows, ({ id }) => id as string);
  for (const { correlationId, operation, data, errors } of shots) {
    const own = written.get(correlationId) ?? [];
    if (errors.length > 0) expect(own).toEqual([]);
    const { __typename, replayed } = (data?.[operation] ?? {}) as { __typename?: string; replayed?: boolean };
    const claims = own.reduce((sum, row) => sum + Number(row.claims), 0);
    if (__typename === 'Receipt' && replayed === false) expect(claims).toBe(1);
    else expect(claims).toBeLessThanOrEqual(1);
  }
  expect(await ledgerFaults(playerId)).toEqual([]);
}
