/** The same idempotency key with the same input, sent again while the first request is in flight. */
import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import { serveExample } from '../../support/worker/balance.ts';
import { faultOf, receiptOf, resultOf, withoutReplayed } from '../../support/worker/client.ts';
import { ledgerFaults, ledgerState } from '../../support/worker/ledger-state.ts';
import { holdPlayer } from '../../support/worker/locks.ts';
import { breakRequests } from '../../support/worker/neon-control.ts';
import { sampleOf } from '../../support/worker/sample.ts';
import { SCENES } from '../../support/worker/scenes.ts';
import { writingNothing } from '../../support/worker/stillness.ts';

beforeAll(serveExample);

const isOnLanes = env.COMMIT_THROUGH === 'lanes';

// Concurrent, because the tests mostly wait.
describe.concurrent('the same key with the same input while the first request is in flight', () => {
  it.each(
    sampleOf(SCENES, 2),
  )('$name: has one effect when three requests wait for the lock of the player', async ({ prepare }) => {
    const { playerId, version, granted, send } = await prepare();
    const { waitedFor, letGo } = await holdPlayer(playerId, 60);
    const sent = Promise.all([send(), send(), send()]);
    await waitedFor();
    await letGo();
    const receipts = (await sent).map(receiptOf);
    expect(receipts.map(({ replayed }) => replayed).toSorted()).toEqual([false, true, true]);
    const [first, ...others] = receipts.map(withoutReplayed);
    for (const other of others) expect(other).toEqual(first);
    expect(await ledgerState(playerId)).toMatchObject({ version, granted, rejected: 0 });
    expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it.each(
    sampleOf(SCENES, 2, 1),
  )('$name: replays the retry to a first request that arrives after it', async ({ prepare }) => {
    const { playerId, idempotencyKey, version, granted, send } = await prepare();
    // Behind a lane the retry waits for the request with the first, which another test's rule may delay.
    const delayMs = isOnLanes ? 400 : 60_000;
    const fault = await breakRequests({ match: idempotencyKey, kind: 'delay', delayMs });
    const first = send();
    await (isOnLanes ? new Promise((resolve) => setTimeout(resolve, 100)) : fault.taken());
    const retry = receiptOf(await send());
    if (!isOnLanes) await fault.lift();
    const late = receiptOf(await first);
    // Behind a lane the retry may wait for the batch that holds the first request, and be the one that replays.
    const replayed = [retry.replayed, late.replayed];
    expect(isOnLanes ? replayed.toSorted() : replayed).toEqual([false, true]);
    expect(withoutReplayed(late)).toEqual(withoutReplayed(retry));
    expect(await ledgerState(playerId)).toMatchObject({ version, granted, rejected: 0 });
    expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it.each(
    sampleOf(SCENES, 6),
  )('$name: fails with UNAVAILABLE after the lock time-out and leaves the key free', async ({ prepare }) => {
    const { playerId, version, granted, send } = await prepare();
    const { letGo } = await holdPlayer(playerId, 20);
    const answer = await writingNothing(playerId, () => send());
    expect(faultOf(answer)).toEqual({ code: 'UNAVAILABLE', retryable: true });
    await letGo();

    const receipt = receiptOf(await send());
    expect(receipt.replayed).toBe(false);
    expect(resultOf(await send())).toEqual({ ...receipt, replayed: true });
    expect(await ledgerState(playerId)).toMatchObject({ version, granted, rejected: 0 });
    expect(await ledgerFaults(playerId)).toEqual([]);
  });
});

// One after the other: in a lane, operations of other tests would be in the request that arrives twice.
describe('the same request in flight twice', () => {
  it.each(sampleOf(SCENES, 2))('$name: has one effect when its request reaches the database twice', async ({
    prepare,
  }) => {
    const { playerId, idempotencyKey, version, granted, send } = await prepare();
    await breakRequests({ match: idempotencyKey, kind: 'duplicate' });
    const receipt = receiptOf(await send());
    expect(receipt).toMatchObject({ replayed: true, claim: { playerVersion: version } });
    expect(await ledgerState(playerId)).toMatchObject({ version, granted, rejected: 0 });
    expect(resultOf(await writingNothing(playerId, () => send()))).toEqual(receipt);
  });
});
