/** The client disconnects, or the Worker is evicted, before the answer arrives. */
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { serveExample } from '../../support/worker/balance.ts';
import { receiptOf, resultOf } from '../../support/worker/client.ts';
import { startIsolate } from '../../support/worker/isolate.ts';
import { ledgerFaults, ledgerState } from '../../support/worker/ledger-state.ts';
import { breakRequests } from '../../support/worker/neon-control.ts';
import { sampleOf } from '../../support/worker/sample.ts';
import { SCENES } from '../../support/worker/scenes.ts';
import { type Door, worker } from '../../support/worker/service.ts';
import { writingNothing } from '../../support/worker/stillness.ts';

beforeAll(serveExample);

/** A client that disconnects after a time-out. */
const disconnectingAfter =
  (timeoutMs: number): Door =>
  (url, init) =>
    worker(url, { ...init, signal: AbortSignal.timeout(timeoutMs) });

const untilCommitted = (playerId: string, granted: number) =>
  vi.waitFor(async () => expect(await ledgerState(playerId)).toMatchObject({ granted }), {
    timeout: 10_000,
    interval: 50,
  });

describe.concurrent('a client that disconnects', () => {
  it.each(
    sampleOf(SCENES, 3),
  )('$name: commits after the client left a slow database, and the retry replays', async ({ prepare }) => {
    const { playerId, idempotencyKey, version, granted, send } = await prepare();
    await breakRequests({ match: idempotencyKey, kind: 'delay', delayMs: 1_500 });
    await expect(send({}, { door: disconnectingAfter(100) })).rejects.toThrow();
    expect(await ledgerState(playerId)).toMatchObject({ granted: granted - 1 });

    await untilCommitted(playerId, granted);
    const receipt = receiptOf(await writingNothing(playerId, () => send()));
    expect(receipt).toMatchObject({ replayed: true, claim: { playerVersion: version } });
    expect(await ledgerState(playerId)).toMatchObject({ version, granted, rejected: 0 });
    expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it.each(
    sampleOf(SCENES, 3, 1),
  )('$name: has one effect when the client disconnects early several times', async ({ prepare }) => {
    const { playerId, version, granted, send } = await prepare();
    for (const timeoutMs of [0, 1, 2, 5, 10, 20]) {
      await send({}, { door: disconnectingAfter(timeoutMs) }).catch(() => {});
    }
    expect(receiptOf(await send()).claim.playerVersion).toBe(version);
    expect(await ledgerState(playerId)).toMatchObject({ version, granted, rejected: 0 });
    expect(await ledgerFaults(playerId)).toEqual([]);
  });
});

describe('an evicted Worker', () => {
  it.each(sampleOf(SCENES, 3, 2))('$name: replays the same receipt in an isolate with empty memory', async ({
    prepare,
  }) => {
    const { playerId, send } = await prepare();
    const receipt = receiptOf(await send());
    const retry = () => send({}, { door: startIsolate() });
    expect(resultOf(await writingNothing(playerId, retry))).toEqual({ ...receipt, replayed: true });
  });
});
