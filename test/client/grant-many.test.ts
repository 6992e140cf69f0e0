/** Grants to many players: chunks, their keys, and what is sent again. How it survives a kill is tested with the real service. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Attempt, Client } from '../../packages/client/src/client.ts';
import type { GrantItemInput, GrantManyInput } from '../../packages/client/src/generated.ts';
import { type GrantManyOptions, grantMany } from '../../packages/server/src/grant-many.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

const gift = (playerId: string, amount = 5): GrantItemInput => ({
  playerId,
  item: 'apology',
  gives: [{ resource: 'lumees', amount }],
});
const gifts = (count: number) => Array.from({ length: count }, (_, index) => gift(`p${index}`));

type Kind = 'Receipt' | 'AlreadyClaimed' | 'UnknownPlayer' | 'busy' | 'broken';
const RESULTS: Record<Kind, object> = {
  Receipt: { __typename: 'Receipt' },
  AlreadyClaimed: { __typename: 'AlreadyClaimed' },
  UnknownPlayer: { __typename: 'UnknownPlayer' },
  busy: { __typename: 'ItemFailed', errorCode: 'UNAVAILABLE', retryable: true },
  broken: { __typename: 'ItemFailed', errorCode: 'INTERNAL', retryable: false },
};

type Reply = Attempt<unknown> | ((input: GrantManyInput) => Kind[]);
const granted: Reply = ({ items }) => items.map(() => 'Receipt');
const fault = (code: string, retryable: boolean, retryAfterMs: number | null = null): Attempt<unknown> => ({
  kind: 'fault',
  code,
  message: code,
  field: null,
  retryable,
  retryAfterMs,
  correlationId: 'c-2',
});

/** Runs with these replies in turn, then receipts for everything. */
async function run(
  items: GrantManyOptions['items'],
  replies: Reply[] = [],
  options: Partial<GrantManyOptions> = {},
) {
  const calls: { readonly key: string; readonly players: string[]; readonly at: number }[] = [];
  const client = {
    send: async (_: unknown, input: GrantManyInput): Promise<Attempt<unknown>> => {
      calls.push({
        key: input.idempotencyKey,
        players: input.items.map(({ playerId }) => playerId),
        at: Math.round(performance.now() - began),
      });
      const reply = replies.shift() ?? granted;
      if (typeof reply !== 'function') return reply;
      const kinds = reply(input);
      const answered = input.items.map(({ playerId, item }, index) => ({
        playerId,
        item,
        result: RESULTS[kinds[index] as Kind],
      }));
      return {
        kind: 'answer',
        result: { __typename: 'GrantManyReceipt', items: answered },
        correlationId: 'c-1',
      };
    },
  } as unknown as Client;
  const began = performance.now();
  let isRunning = true;
  const running = grantMany(client, { campaign: 'outage', reason: 'two hours', items, ...options }).finally(
    () => {
      isRunning = false;
    },
  );
  // Keys are hashed outside of the faked timers.
  while (isRunning) {
    await new Promise((resolve) => setImmediate(resolve));
    await vi.advanceTimersToNextTimerAsync();
  }
  return { outcome: await running, calls };
}

describe('a list', () => {
  it('is sent in chunks of 500, and each item has its result', async () => {
    const done: number[] = [];
    const { outcome, calls } = await run(gifts(1_001), [], {
      onProgress: (progress) => void done.push(progress.done),
    });
    expect(calls.map(({ players }) => players.length)).toEqual([500, 500, 1]);
    expect(done).toEqual([500, 1_000, 1_001]);
    expect(outcome).toMatchObject({
      stopped: null,
      granted: 1_001,
      alreadyGranted: 0,
      rejected: 0,
      failed: 0,
    });
    expect(outcome.items.map(({ playerId }) => playerId)).toEqual(
      gifts(1_001).map(({ playerId }) => playerId),
    );
  });

  it('may be streamed, and an empty one sends nothing', async () => {
    async function* streamed() {
      yield* gifts(3);
    }
    expect((await run(streamed(), [], { chunkSize: 2 })).calls.map(({ players }) => players)).toEqual([
      ['p0', 'p1'],
      ['p2'],
    ]);
    expect((await run([])).calls).toEqual([]);
  });

  it.each([0, 501, 1.5])('is not sent in chunks of %d', async (chunkSize) => {
    const client = {} as Client;
    const options = { campaign: 'c', reason: 'r', items: gifts(1), chunkSize };
    await expect(grantMany(client, options)).rejects.toThrow(RangeError);
  });
});

describe('the key of a chunk', () => {
  const keysOf = async (items: GrantItemInput[], options: Partial<GrantManyOptions> = {}) =>
    (await run(items, [], { chunkSize: 2, ...options })).calls.map(({ key }) => key);

  it('is the same in a run that is started again, however its items were written', async () => {
    const keys = await keysOf(gifts(4));
    expect(new Set(keys).size).toBe(2);
    const rewritten = gifts(4).map(({ playerId, item, gives: [given] }) => ({
      item,
      gives: [{ amount: given?.amount ?? 0, resource: given?.resource ?? '' }],
      playerId,
    }));
    expect(await keysOf(rewritten)).toEqual(keys);
  });

  it('differs for another campaign, reason, player or amount', async () => {
    const base = [gift('a'), gift('b')];
    const keys = await Promise.all([
      keysOf(base),
      keysOf(base, { campaign: 'other' }),
      keysOf(base, { reason: 'other' }),
      keysOf([gift('a'), gift('c')]),
      keysOf([gift('a'), gift('b', 6)]),
      keysOf([gift('b'), gift('a')]),
    ]);
    expect(new Set(keys.flat()).size).toBe(6);
  });
});

describe('what has no outcome', () => {
  const lost: Attempt<unknown> = { kind: 'lost', message: 'connection reset' };

  it('is sent again under the same key after a lost reply, an unavailable service and failed items', async () => {
    const { outcome, calls } = await run(gifts(3), [
      lost,
      fault('UNAVAILABLE', true),
      () => ['Receipt', 'busy', 'Receipt'],
    ]);
    expect(calls).toHaveLength(4);
    expect(new Set(calls.map(({ key }) => key)).size).toBe(1);
    expect(outcome).toMatchObject({ stopped: null, granted: 3, failed: 0 });
  });

  it('waits as long as the API asks', async () => {
    const { calls } = await run(gifts(1), [fault('RATE_LIMITED', true, 7_000)]);
    expect(calls.map(({ at }) => at)).toEqual([0, 7_000]);
  });

  it('is failed where no retry helps, and the next chunk is sent', async () => {
    const { outcome, calls } = await run(gifts(4), [() => ['broken', 'Receipt']], { chunkSize: 2 });
    expect(calls).toHaveLength(2);
    expect(outcome).toMatchObject({ stopped: null, granted: 3, failed: 1 });
  });

  it('stops being sent again at the deadline of its chunk', async () => {
    const busy: Reply = () => ['busy'];
    const { outcome, calls } = await run(gifts(1), Array(100).fill(busy), { deadlineMs: 10_000 });
    expect(outcome).toMatchObject({ stopped: null, granted: 0, failed: 1 });
    expect(calls.length).toBeGreaterThan(3);
    expect(calls.at(-1)?.at).toBeLessThan(10_000);
  });
});

describe('a run', () => {
  it('counts what an earlier one granted, and rejections, apart', async () => {
    const { outcome } = await run(gifts(3), [() => ['AlreadyClaimed', 'UnknownPlayer', 'Receipt']]);
    expect(outcome).toMatchObject({ granted: 1, alreadyGranted: 1, rejected: 1, failed: 0 });
  });

  it('stops where the request itself is refused, with what was granted before', async () => {
    const { outcome, calls } = await run(gifts(6), [granted, fault('FORBIDDEN', false)], { chunkSize: 2 });
    expect(calls).toHaveLength(2);
    expect(outcome).toMatchObject({ stopped: { kind: 'fault', code: 'FORBIDDEN' }, granted: 2 });
    expect(outcome.items).toHaveLength(2);
  });

  it('stops as unknown where nothing answers before the deadline', async () => {
    const { outcome } = await run(gifts(2), Array(100).fill({ kind: 'lost', message: 'down' }));
    expect(outcome).toMatchObject({ stopped: { kind: 'unknown', message: 'down' }, granted: 0, items: [] });
  });

  it('ends with the error of its progress callback', async () => {
    const onProgress = () => Promise.reject(new Error('disk full'));
    const client = {
      send: async () => ({ kind: 'answer', result: { __typename: 'GrantManyReceipt', items: [] } }),
    } as unknown as Client;
    const options = { campaign: 'c', reason: 'r', items: gifts(1), onProgress };
    await expect(grantMany(client, options)).rejects.toThrow('disk full');
  });
});
