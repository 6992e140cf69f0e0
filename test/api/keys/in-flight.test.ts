/** Row: the same key with the same input, while the first is in flight. */
import { beforeAll, describe, expect, it } from 'vitest';
import { serveExample } from '../../support/worker/balance.ts';
import { ledgerFaults, ledgerState } from '../../support/worker/ledger-state.ts';
import { holdPlayer } from '../../support/worker/locks.ts';
import { faultOf, original, resultOf } from '../../support/worker/mutations.ts';
import { breakRequests } from '../../support/worker/neon-control.ts';
import { SCENES } from '../../support/worker/scenes.ts';
import { writingNothing } from '../../support/worker/stillness.ts';

beforeAll(serveExample);

// Side by side, since they mostly wait.
describe.concurrent('same key, same input, while the first is in flight', () => {
  it.each(SCENES)('$name: waits for the lock and then replays: one effect', async ({ prepare }) => {
    const { playerId, version, send } = await prepare();
    const { released } = await holdPlayer(playerId, 0.6);
    const results = (await Promise.all([send(), send(), send()])).map(resultOf);
    await released;
    expect(results.map(({ replayed }) => replayed).toSorted()).toEqual([false, true, true]);
    for (const result of results) expect(original(result)).toEqual(original(results[0]));
    expect(await ledgerState(playerId)).toMatchObject({ version, granted: version, rejected: 0 });
    expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it.each(SCENES)('$name: a first try that is overtaken by its retry replays it', async ({ prepare }) => {
    const { playerId, idempotencyKey, version, send } = await prepare();
    await breakRequests({ match: idempotencyKey, kind: 'delay', delayMs: 400 });
    const first = send();
    await new Promise((resolve) => setTimeout(resolve, 100));
    const retry = resultOf(await send());
    const late = resultOf(await first);
    expect([retry.replayed, late.replayed]).toEqual([false, true]);
    expect(original(late)).toEqual(original(retry));
    expect(await ledgerState(playerId)).toMatchObject({ version, granted: version, rejected: 0 });
    expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it.each(SCENES)('$name: past the lock time-out it is UNAVAILABLE, retryable, and the key is free', async ({
    prepare,
  }) => {
    const { playerId, version, send } = await prepare();
    const { released } = await holdPlayer(playerId, 3);
    const answer = await writingNothing(playerId, () => send());
    expect(faultOf(answer)).toEqual({ code: 'UNAVAILABLE', retryable: true });
    await released;

    const receipt = resultOf(await send());
    expect(receipt).toMatchObject({ __typename: 'Receipt', replayed: false });
    expect(resultOf(await send())).toEqual({ ...receipt, replayed: true });
    expect(await ledgerState(playerId)).toMatchObject({ version, granted: version, rejected: 0 });
    expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it.each(SCENES)('$name: a request that reaches the database twice has one effect', async ({ prepare }) => {
    const { playerId, idempotencyKey, version, send } = await prepare();
    await breakRequests({ match: idempotencyKey, kind: 'duplicate' });
    const receipt = resultOf(await send());
    expect(receipt).toMatchObject({
      __typename: 'Receipt',
      replayed: true,
      claim: { playerVersion: version },
    });
    expect(await ledgerState(playerId)).toMatchObject({ version, granted: version, rejected: 0 });
    expect(resultOf(await writingNothing(playerId, () => send()))).toEqual(receipt);
  });
});
