/** Rows: infrastructure failure before commit; reply lost after commit. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { FaultRule } from '../../../dev/neon/faults.ts';
import { serveExample } from '../../support/worker/balance.ts';
import { ledgerFaults, ledgerState } from '../../support/worker/ledger-state.ts';
import { faultOf, resultOf } from '../../support/worker/mutations.ts';
import { breakRequests } from '../../support/worker/neon-control.ts';
import { SCENES } from '../../support/worker/scenes.ts';
import { writingNothing } from '../../support/worker/stillness.ts';

beforeAll(serveExample);

type Failure = Pick<FaultRule, 'kind' | 'errorCode' | 'status'> & { readonly what: string };
const error = (errorCode: string, what: string): Failure => ({ kind: 'error', errorCode, what });

const BEFORE_COMMIT: readonly Failure[] = [
  { kind: 'drop_before', what: 'the connection breaks before the database hears of it' },
  error('40001', 'serialisation failure'),
  error('40P01', 'deadlock'),
  error('55P03', 'lock time-out'),
  error('57014', 'statement time-out'),
  error('57P01', 'shutdown'),
  error('57P03', 'start-up'),
  error('53300', 'too many connections'),
  error('08006', 'lost connection'),
  error('', 'Neon lost its connection'),
  { kind: 'error', status: 500, what: 'Neon answers 500' },
  { kind: 'error', status: 503, what: 'Neon answers 503' },
  { kind: 'error', status: 429, what: 'Neon answers 429' },
];

const AFTER_COMMIT: readonly Failure[] = [
  { kind: 'drop_after_commit', what: 'not a byte of the reply arrives' },
  { kind: 'reset_mid_body', what: 'half of the reply arrives' },
];

const onEachMutation = (failures: readonly Failure[]) =>
  failures.flatMap((failure) => SCENES.map((scene) => ({ ...scene, what: failure.what, failure })));
const ruleOf = ({ what: _, ...rule }: Failure) => rule;

describe('infrastructure failure before commit', () => {
  it.each(
    onEachMutation(BEFORE_COMMIT),
  )('$name: $what: retryable, nothing recorded, the retry works', async ({ prepare, failure }) => {
    const { playerId, idempotencyKey, version, send } = await prepare();
    await breakRequests({ match: idempotencyKey, ...ruleOf(failure) });
    const answer = await writingNothing(playerId, () => send());
    expect(faultOf(answer)).toEqual({ code: 'UNAVAILABLE', retryable: true });
    expect(answer.errors?.[0]?.extensions.correlationId).toBe(answer.headers.get('x-correlation-id'));

    const retried = await send();
    const receipt = resultOf(retried);
    expect(receipt).toMatchObject({
      __typename: 'Receipt',
      replayed: false,
      claim: { playerVersion: version },
    });
    expect(receipt.correlationId).toBe(retried.headers.get('x-correlation-id'));
    expect(await ledgerState(playerId)).toMatchObject({ version, granted: version, rejected: 0 });
    expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it.each(SCENES)('$name: a defect of ours (42501) is INTERNAL, and leaves the key free as well', async ({
    prepare,
  }) => {
    const { playerId, idempotencyKey, send } = await prepare();
    await breakRequests({ match: idempotencyKey, kind: 'error', errorCode: '42501' });
    const answer = await writingNothing(playerId, () => send());
    expect(faultOf(answer)).toEqual({ code: 'INTERNAL', retryable: true });
    expect(resultOf(await send())).toMatchObject({ __typename: 'Receipt', replayed: false });
  });
});

describe('reply lost after commit', () => {
  it.each(onEachMutation(AFTER_COMMIT))('$name: $what: the retry replays the one grant', async ({
    prepare,
    failure,
  }) => {
    const { playerId, idempotencyKey, version, send } = await prepare();
    await breakRequests({ match: idempotencyKey, ...ruleOf(failure) });
    const lost = await send();
    expect(faultOf(lost)).toEqual({ code: 'UNAVAILABLE', retryable: true });

    const receipt = resultOf(await writingNothing(playerId, () => send()));
    expect(receipt).toMatchObject({
      __typename: 'Receipt',
      replayed: true,
      claim: { playerVersion: version, idempotencyKey },
      // Of the attempt that did the work, although its reply never came.
      correlationId: lost.headers.get('x-correlation-id'),
    });
    expect(await ledgerState(playerId)).toMatchObject({ version, granted: version, rejected: 0 });
    expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it.each(SCENES)('$name: the replies of three tries are lost: still one grant', async ({ prepare }) => {
    const { playerId, idempotencyKey, version, send } = await prepare();
    await breakRequests({ match: idempotencyKey, kind: 'drop_after_commit', times: 3 });
    for (let attempt = 1; attempt <= 3; attempt++) expect(faultOf(await send()).code).toBe('UNAVAILABLE');
    expect(resultOf(await send())).toMatchObject({ replayed: true, claim: { playerVersion: version } });
    expect(await ledgerState(playerId)).toMatchObject({ version, granted: version });
  });
});
