/** Row: the client is gone, or the Worker is evicted, before the answer. */
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { serveExample } from '../../support/worker/balance.ts';
import { startIsolate } from '../../support/worker/isolate.ts';
import { ledgerFaults, ledgerState } from '../../support/worker/ledger-state.ts';
import { resultOf } from '../../support/worker/mutations.ts';
import { breakRequests } from '../../support/worker/neon-control.ts';
import { SCENES } from '../../support/worker/scenes.ts';
import { type Door, worker } from '../../support/worker/service.ts';
import { writingNothing } from '../../support/worker/stillness.ts';

beforeAll(serveExample);

/** A client that hangs up after so many milliseconds. */
const impatient =
  (patienceMs: number): Door =>
  (url, init) =>
    worker(url, { ...init, signal: AbortSignal.timeout(patienceMs) });

const committed = (playerId: string, version: number) =>
  vi.waitFor(async () => expect(await ledgerState(playerId)).toMatchObject({ version }), {
    timeout: 10_000,
    interval: 50,
  });

describe.concurrent('client gone', () => {
  it.each(SCENES)('$name: hung up while the database is slow: it commits, and the retry replays', async ({
    prepare,
  }) => {
    const { playerId, idempotencyKey, version, send } = await prepare();
    await breakRequests({ match: idempotencyKey, kind: 'delay', delayMs: 1_500 });
    await expect(send({}, { door: impatient(100) })).rejects.toThrow();
    expect(await ledgerState(playerId)).toMatchObject({ version: version - 1 });

    await committed(playerId, version);
    const receipt = resultOf(await writingNothing(playerId, () => send()));
    expect(receipt).toMatchObject({
      __typename: 'Receipt',
      replayed: true,
      claim: { playerVersion: version },
    });
    expect(await ledgerState(playerId)).toMatchObject({ version, granted: version, rejected: 0 });
    expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it.each(SCENES)('$name: hung up at once, and again, and again: one effect', async ({ prepare }) => {
    const { playerId, version, send } = await prepare();
    for (const patienceMs of [0, 1, 2, 5, 10, 20]) {
      await send({}, { door: impatient(patienceMs) }).catch(() => {});
    }
    const receipt = resultOf(await send());
    expect(receipt).toMatchObject({ __typename: 'Receipt', claim: { playerVersion: version } });
    expect(await ledgerState(playerId)).toMatchObject({ version, granted: version, rejected: 0 });
    expect(await ledgerFaults(playerId)).toEqual([]);
  });
});

describe('Worker evicted', () => {
  it.each(SCENES)('$name: another isolate, with nothing in memory, replays the same receipt', async ({
    prepare,
  }) => {
    const { playerId, send } = await prepare();
    const receipt = resultOf(await send());
    const retry = () => send({}, { door: startIsolate() });
    expect(resultOf(await writingNothing(playerId, retry))).toEqual({ ...receipt, replayed: true });
  });
});
