// Which requests a lane makes of the operations that arrive, and what it answers.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { LedgerUnavailable } from '../../src/ledger/failures.ts';
import type { KernelOutcome, KernelReplay } from '../../src/ledger/kernel-contract.ts';
import { LANE_LIMITS } from '../../src/ledger/lane-queue.ts';
import { BUSY, only, openLane, outcomeOf, requestOf, UNKNOWN } from '../support/lane.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('batches', () => {
  test('a lone operation is sent at once, as a call of its own', async () => {
    const lane = openLane();
    lane.add('a1', ['sha-1']);
    expect(lane.requests).toMatchObject([{ operations: ['a1'], held: ['sha-1'] }]);
    await only(lane).answer();
    expect(lane.replies.get('a1')).toEqual({
      kind: 'answered',
      answer: { outcomes: [UNKNOWN] },
      batch: 1,
      queuedMs: 0,
    });
  });

  test('what arrives while a request is in flight is the next batch, in the order of arrival', async () => {
    const lane = openLane();
    lane.addAll('a1', 'c1', 'b1', 'a2');
    expect(lane.sent()).toEqual([['a1']]);
    await only(lane).answer();
    lane.addAll('d1', 'e1');
    expect(lane.sent()).toEqual([['a1'], ['c1', 'b1', 'a2']]);
    await only(lane).answer();
    expect(lane.sent()).toEqual([['a1'], ['c1', 'b1', 'a2'], ['d1', 'e1']]);
  });

  test('each caller gets the outcome of its own operation, and learns the size of the batch and the wait', async () => {
    const lane = openLane();
    lane.addAll('a1', 'b1', 'c1');
    await vi.advanceTimersByTimeAsync(12);
    await only(lane).answer();
    await only(lane).answer((operation) =>
      operation === 'b1' ? { kind: 'forbidden', why: 'role' } : { kind: 'stale_time', at: 7 },
    );
    expect(outcomeOf(lane.replies.get('b1'))).toEqual({ kind: 'forbidden', why: 'role' });
    expect(outcomeOf(lane.replies.get('c1'))).toEqual({ kind: 'stale_time', at: 7 });
    expect(lane.replies.get('b1')).toMatchObject({ batch: 2, queuedMs: 12 });
  });

  test('a batch has at most 100 operations', async () => {
    const lane = openLane();
    lane.add('a1');
    for (let index = 0; index < 150; index += 1) lane.add(`b${index}`);
    await only(lane).answer();
    await only(lane).answer();
    await only(lane).answer();
    expect(lane.sent().map(({ length }) => length)).toEqual([1, 100, 50]);
    expect(lane.replies.size).toBe(151);
  });

  test('a batch ends before the operation that would exceed its length, and a longer one is sent alone', async () => {
    const lane = openLane();
    const sized = (name: string, share: number) => name.padEnd(LANE_LIMITS.batchUnits * share, '.');
    lane.addAll('a1', sized('b1', 0.5), sized('c1', 0.5), sized('d1', 0.1), sized('e1', 1.5), 'f1');
    for (let request = 0; request < 5; request += 1) await only(lane).answer();
    expect(lane.sent().map((operations) => operations.map((each) => each.slice(0, 2)))).toEqual([
      ...[['a1'], ['b1', 'c1'], ['d1'], ['e1'], ['f1']],
    ]);
  });
});

describe('config documents', () => {
  const config = (version: number, document: unknown = { version }) =>
    ({ version, sha256: `sha-${version}`, document }) as const;
  const replayOf = (configVersion: number) =>
    ({ kind: 'granted', replayed: true, claim: { configVersion } }) as KernelReplay;

  test('a batch holds what all of its callers hold', async () => {
    const lane = openLane();
    lane.add('a1');
    lane.add('b1', ['sha-1', 'sha-2', 'sha-3']);
    lane.add('c1', ['sha-3', 'sha-1']);
    lane.add('d1', ['sha-1', 'sha-3', 'sha-4']);
    await only(lane).answer();
    expect(only(lane).held).toEqual(['sha-1', 'sha-3']);
  });

  test('each caller gets the configs that its outcome refers to, with the document that it lacks', async () => {
    const lane = openLane();
    lane.add('a1');
    lane.add('b1', ['sha-2']);
    lane.add('c1', ['sha-1']);
    lane.add('d1', ['sha-1', 'sha-2']);
    lane.add('e1', []);
    await only(lane).answer();
    const configs = { current: { version: 2, sha256: 'sha-2' }, configs: [config(1), config(2)] };
    const outcomes: Record<string, KernelOutcome> = {
      b1: replayOf(1),
      c1: { kind: 'stale_config' },
      d1: { kind: 'stale_config' },
      e1: UNKNOWN,
    };
    await only(lane).answer((operation) => outcomes[operation] as KernelOutcome, configs);
    const configsOf = (operation: string) => {
      const reply = lane.replies.get(operation);
      const { outcomes: _, ...rest } = reply?.kind === 'answered' ? reply.answer : { outcomes: [] };
      return rest;
    };
    expect(configsOf('b1')).toEqual({ current: configs.current, configs: [config(1)] });
    expect(configsOf('c1')).toEqual({ current: configs.current, configs: [config(2)] });
    expect(configsOf('d1')).toEqual({ current: configs.current, configs: [config(2, null)] });
    expect(configsOf('e1')).toEqual({});
  });
});

describe('a busy player', () => {
  test('is waited for in a call of its own, while the next batch goes on', async () => {
    const lane = openLane();
    lane.addAll('a1', 'b1', 'c1');
    await only(lane).answer();
    await only(lane).answer((operation) => (operation === 'b1' ? BUSY : UNKNOWN));
    expect(lane.replies.has('b1')).toBe(false);
    expect(outcomeOf(lane.replies.get('c1'))).toEqual(UNKNOWN);
    lane.addAll('d1', 'e1');
    expect(lane.sent().slice(2)).toEqual([['b1'], ['d1']]);
    await requestOf(lane, 'd1').answer();
    expect(lane.sent().slice(4)).toEqual([['e1']]);
    await requestOf(lane, 'b1').answer();
    expect(lane.replies.get('b1')).toMatchObject({ kind: 'answered', batch: 1 });
  });

  test('takes one connection: its other operations wait for that call and go into the next batch', async () => {
    const lane = openLane();
    lane.addAll('z1', 'a1', 'a2', 'a3', 'b1');
    await only(lane).answer();
    await only(lane).answer((operation) => (operation === 'b1' ? UNKNOWN : BUSY));
    expect(lane.sent().slice(2)).toEqual([['a1']]);
    lane.addAll('c1', 'a4', 'd1');
    await requestOf(lane, 'c1').answer();
    expect(lane.sent().slice(3)).toEqual([['c1'], ['d1']]);
    await requestOf(lane, 'd1').answer();
    await requestOf(lane, 'a1').answer();
    expect(lane.sent().slice(5)).toEqual([['a2', 'a3', 'a4']]);
  });

  test('takes one connection, however many of its operations arrive alone, and others are sent at once', async () => {
    const lane = openLane();
    for (const operation of ['a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'a7']) {
      lane.add(operation);
      await vi.advanceTimersByTimeAsync(2 * LANE_LIMITS.aloneMs);
    }
    lane.add('b1');
    expect(lane.sent()).toEqual([['a1'], ['b1']]);
    await requestOf(lane, 'b1').answer();
    await requestOf(lane, 'a1').answer();
    expect(lane.sent().slice(2)).toEqual([['a2', 'a3', 'a4', 'a5', 'a6', 'a7']]);
    await only(lane).answer();
    expect(lane.replies.size).toBe(8);
  });

  test('is not waited for twice at once by operations that must be alone: the second follows the first', async () => {
    const lane = openLane();
    lane.addAll('z1', 'a1', 'a2');
    await only(lane).answer();
    await only(lane).fail(new LedgerUnavailable('40001'));
    expect(lane.sent().slice(2)).toEqual([['a1']]);
    lane.add('a3');
    await requestOf(lane, 'a1').answer();
    expect(lane.sent().slice(3)).toEqual([['a2']]);
    await requestOf(lane, 'a2').answer();
    expect(lane.sent().slice(4)).toEqual([['a3']]);
    await only(lane).answer();
    expect(lane.replies.size).toBe(4);
  });

  test('is waited for by at most five calls at once', async () => {
    const lane = openLane();
    const busy = ['a1', 'b1', 'c1', 'd1', 'e1', 'f1', 'g1'];
    lane.addAll('z1', ...busy);
    await only(lane).answer();
    await only(lane).answer(() => BUSY);
    expect(lane.open.size).toBe(5);
    lane.addAll('x1', 'y1');
    expect(lane.open.size).toBe(6);
    await requestOf(lane, 'c1').answer();
    expect(lane.sent().at(-1)).toEqual(['f1']);
    expect(lane.open.size).toBe(6);
  });

  test('does not hold up others when its operation was alone: the next batch overtakes it', async () => {
    const lane = openLane();
    lane.add('a1');
    await vi.advanceTimersByTimeAsync(10_000);
    lane.addAll('b1', 'c1');
    expect(lane.sent()).toEqual([['a1']]);
    await vi.advanceTimersByTimeAsync(LANE_LIMITS.aloneMs);
    expect(lane.sent()).toEqual([['a1'], ['b1', 'c1']]);
    lane.addAll('d1', 'a2');
    await requestOf(lane, 'b1').answer();
    await requestOf(lane, 'd1').answer();
    // It waits for the first call of its player.
    expect(lane.sent().slice(2)).toEqual([['d1']]);
    await requestOf(lane, 'a1').answer();
    expect(lane.sent().at(-1)).toEqual(['a2']);
    await only(lane).answer();
    expect(lane.replies.size).toBe(5);
  });

  test('does not let a batch of several overtake another', async () => {
    const lane = openLane();
    lane.addAll('a1', 'b1', 'c1');
    await only(lane).answer();
    lane.add('d1');
    await vi.advanceTimersByTimeAsync(10 * LANE_LIMITS.aloneMs);
    expect(lane.sent()).toEqual([['a1'], ['b1', 'c1']]);
  });
});
