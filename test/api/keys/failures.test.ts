/** Infrastructure failures before the commit, and replies that are lost after it. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { NeonFailureName } from '../../../dev/neon/failures.ts';
import type { FaultRule } from '../../../dev/neon/faults.ts';
import { serveExample } from '../../support/worker/balance.ts';
import { faultOf, receiptOf } from '../../support/worker/client.ts';
import { ledgerFaults, ledgerState } from '../../support/worker/ledger-state.ts';
import { breakRequests } from '../../support/worker/neon-control.ts';
import { sampleOf } from '../../support/worker/sample.ts';
import { SCENES } from '../../support/worker/scenes.ts';
import { writingNothing } from '../../support/worker/stillness.ts';

beforeAll(serveExample);

interface Failure {
  readonly failure: string;
  readonly rule: Omit<FaultRule, 'match'>;
}
const errorCode = (code: string, failure: string): Failure => ({
  failure: `${failure}${code && ` (${code})`}`,
  rule: { kind: 'error', errorCode: code },
});
const httpStatus = (status: number): Failure => ({
  failure: `HTTP ${status} from Neon`,
  rule: { kind: 'error', status },
});

const BEFORE_COMMIT: readonly Failure[] = [
  { failure: 'a connection that breaks before the request arrives', rule: { kind: 'drop_before' } },
  errorCode('40001', 'a serialization failure'),
  errorCode('40P01', 'a deadlock'),
  errorCode('55P03', 'a lock time-out'),
  errorCode('57014', 'a statement time-out'),
  errorCode('57P01', 'a shutdown'),
  errorCode('57P03', 'a start-up'),
  errorCode('53300', 'too many connections'),
  errorCode('08006', 'a lost connection'),
  errorCode('', "Neon's own lost connection"),
  httpStatus(500),
  httpStatus(503),
  httpStatus(429),
  { failure: "Neon's rate limit", rule: { kind: 'neon', failure: 'rate_limited' } },
];

const AFTER_COMMIT: readonly Failure[] = [
  { failure: 'whole', rule: { kind: 'drop_after_commit' } },
  { failure: 'halfway', rule: { kind: 'reset_mid_body' } },
];

/** Each failure with some scenes, and each scene with some failures. */
const forScenes = (failures: readonly Failure[], every: number) =>
  failures.flatMap((failure, shift) =>
    sampleOf(SCENES, every, shift).map((scene) => ({ ...scene, ...failure })),
  );

describe('an infrastructure failure before the commit', () => {
  it.each(forScenes(BEFORE_COMMIT, 8))('$name: records nothing and grants the retry after $failure', async ({
    prepare,
    rule,
  }) => {
    const { playerId, idempotencyKey, version, granted, send } = await prepare();
    await breakRequests({ match: idempotencyKey, ...rule });
    const answer = await writingNothing(playerId, () => send());
    expect(faultOf(answer)).toEqual({ code: 'UNAVAILABLE', retryable: true });
    expect(answer.errors?.[0]?.extensions.correlationId).toBe(answer.headers.get('x-correlation-id'));

    const retried = await send();
    expect(receiptOf(retried)).toMatchObject({
      replayed: false,
      claim: { playerVersion: version },
      correlationId: retried.headers.get('x-correlation-id'),
    });
    expect(await ledgerState(playerId)).toMatchObject({ version, granted, rejected: 0 });
    expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it.each(
    sampleOf(SCENES, 4),
  )('$name: answers INTERNAL to a missing privilege (42501) and leaves the key free', async ({ prepare }) => {
    const { playerId, idempotencyKey, send } = await prepare();
    await breakRequests({ match: idempotencyKey, kind: 'error', errorCode: '42501' });
    const answer = await writingNothing(playerId, () => send());
    expect(faultOf(answer)).toEqual({ code: 'INTERNAL', retryable: true });
    expect(receiptOf(await send()).replayed).toBe(false);
  });
});

describe('a client that should back off', () => {
  it.each<[NeonFailureName, number, string | null]>([
    ['rate_limited', 503, '1'],
    ['too_many_connections', 503, '1'],
    ['compute_time_quota', 200, null],
    ['connection_closed', 200, null],
  ])('after %s gets status %i and retry-after %s, and nothing moved', async (failure, status, retryAfter) => {
    const { playerId, idempotencyKey, send } = await (SCENES[0] as (typeof SCENES)[0]).prepare();
    await breakRequests({ match: idempotencyKey, kind: 'neon', failure });
    const answer = await writingNothing(playerId, () => send());
    expect(faultOf(answer)).toEqual({ code: 'UNAVAILABLE', retryable: true });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('retry-after')).toBe(retryAfter);
    expect(receiptOf(await send()).replayed).toBe(false);
  });
});

describe('a reply lost after the commit', () => {
  it.each(
    forScenes(AFTER_COMMIT, 1),
  )('$name: replays the one grant when the reply was lost $failure', async ({ prepare, rule }) => {
    const { playerId, idempotencyKey, version, granted, send } = await prepare();
    await breakRequests({ match: idempotencyKey, ...rule });
    const lost = await send();
    expect(faultOf(lost)).toEqual({ code: 'UNAVAILABLE', retryable: true });

    expect(receiptOf(await writingNothing(playerId, () => send()))).toMatchObject({
      replayed: true,
      claim: { playerVersion: version, idempotencyKey },
      // Of the attempt that was committed, although its reply was lost.
      correlationId: lost.headers.get('x-correlation-id'),
    });
    expect(await ledgerState(playerId)).toMatchObject({ version, granted, rejected: 0 });
    expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it.each(sampleOf(SCENES, 3))('$name: grants once when the replies of three attempts are lost', async ({
    prepare,
  }) => {
    const { playerId, idempotencyKey, version, granted, send } = await prepare();
    await breakRequests({ match: idempotencyKey, kind: 'drop_after_commit', times: 3 });
    for (let attempt = 1; attempt <= 3; attempt++) expect(faultOf(await send()).code).toBe('UNAVAILABLE');
    expect(receiptOf(await send())).toMatchObject({ replayed: true, claim: { playerVersion: version } });
    expect(await ledgerState(playerId)).toMatchObject({ version, granted });
  });
});
