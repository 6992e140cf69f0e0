/** What a request answers and logs when its lane does not answer as it should. The lanes here are stand-ins that fail as each test says. */
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { CONTRACT_VERSION } from '../../../src/ledger/kernel-contract.ts';
import type { LaneReply } from '../../../src/ledger/lane-reply.ts';
import { serveExample } from '../../support/worker/balance.ts';
import { faultOf } from '../../support/worker/client.ts';
import { coldWorker, doorTo } from '../../support/worker/cold-worker.ts';
import { claim, lane, playersOfLane } from '../../support/worker/lane-players.ts';
import { catchLines, lineOf, rawLines } from '../../support/worker/log-lines.ts';
import { countRequests } from '../../support/worker/neon-control.ts';
import { writingNothing } from '../../support/worker/stillness.ts';

beforeAll(serveExample);
afterEach(() => void vi.useRealTimers());

const SECRET = 'secret of a player';
const failing = (error: Error, members: object = {}) => Promise.reject(Object.assign(error, members));

/** A claim through a lane that does this, call by call. */
async function claimThrough(...calls: readonly (() => Promise<LaneReply>)[]) {
  catchLines();
  const [playerId = ''] = playersOfLane(1);
  const commit = vi.fn();
  for (const call of calls) commit.mockImplementationOnce(call);
  const LANE = { getByName: () => ({ commit }) } as unknown as DurableObjectNamespace;
  const door = doorTo(await coldWorker(), { LANE });
  const answering = writingNothing(playerId, () => claim(playerId, { door }));
  return { answering, commit };
}

const UNAVAILABLE = { code: 'UNAVAILABLE', retryable: true };

describe('a lane', () => {
  it('is another object where the location hint is another, because an object never moves', async () => {
    const [playerId = ''] = playersOfLane(1);
    const placed: unknown[] = [];
    const getByName = (name: string, options?: object) => {
      placed.push([name, options]);
      return lane();
    };
    const LANE = { getByName } as unknown as DurableObjectNamespace;
    for (const LANE_LOCATION_HINT of [undefined, 'weur', 'apac']) {
      const bindings = { LANE, ...(LANE_LOCATION_HINT && { LANE_LOCATION_HINT }) };
      await claim(playerId, { door: doorTo(await coldWorker(), bindings) });
    }
    expect(placed).toEqual([
      ['lane-0', undefined],
      ['lane-weur-0', { locationHint: 'weur' }],
      ['lane-apac-0', { locationHint: 'apac' }],
    ]);
  });
});

describe('a call of a lane', () => {
  it.each([
    ['the lane ended', () => failing(new Error(SECRET), { durableObjectReset: true }), 'Error, reset'],
    [
      'it had too much to do or no memory',
      () => failing(new Error(SECRET), { overloaded: true }),
      'Error, overloaded',
    ],
    ['of a defect in it', () => failing(new TypeError(SECRET), { remote: true }), 'TypeError, remote'],
    ['of something that is no error', () => Promise.reject(SECRET), 'string'],
    ['of an error with a name that is none', () => failing(new Error(SECRET), { name: SECRET }), 'Error'],
  ])('that was rejected because %s has an unknown outcome, and its line names lane and class alone', async (_, call, cause) => {
    const { answering } = await claimThrough(call);
    const answer = await answering;
    expect(faultOf(answer)).toEqual(UNAVAILABLE);
    expect([answer.status, answer.headers.has('retry-after')]).toEqual([200, false]);
    const line = lineOf(answer);
    expect(line).toMatchObject({ lane: 0, error: `the outcome is unknown (no answer of lane 0: ${cause})` });
    expect([line.batch, line.queuedMs]).toEqual([undefined, undefined]);
    expect(rawLines().join()).not.toContain(SECRET);
  });

  it.each<[LaneReply, string, string]>([
    [{ kind: 'unavailable', why: '57014' }, 'UNAVAILABLE', 'the outcome is unknown (57014)'],
    [{ kind: 'not_sent' }, 'UNAVAILABLE', 'the lane did not send it'],
    [{ kind: 'failed', error: 'TypeError' }, 'INTERNAL', 'lane 0 failed (TypeError)'],
    [{ kind: 'defect', sqlState: '23514', constraint: null }, 'INTERNAL', 'the database refused it (23514)'],
  ])('that replies %j has a line with the lane and without a batch', async (reply, code, error) => {
    const { answering } = await claimThrough(async () => reply);
    const answer = await answering;
    expect(faultOf(answer)).toEqual({ code, retryable: true });
    expect([answer.status, answer.headers.get('retry-after')]).toEqual(
      reply.kind === 'not_sent' ? [503, '1'] : [200, null],
    );
    const line = lineOf(answer);
    expect(line).toMatchObject({ lane: 0, code, error });
    expect([line.batch, line.queuedMs]).toEqual([undefined, undefined]);
  });

  it('that fails after one that was stale does not have the batch of that one in its line', async () => {
    const stale = { kind: 'stale_time', at: Date.now() } as const;
    const { answering, commit } = await claimThrough(
      async () => ({ kind: 'answered', answer: { outcomes: [stale] }, batch: 7, queuedMs: 3 }),
      () => failing(new Error(SECRET)),
    );
    const answer = await answering;
    expect(commit).toHaveBeenCalledTimes(2);
    expect(faultOf(answer)).toEqual(UNAVAILABLE);
    const line = lineOf(answer);
    expect([line.lane, line.batch, line.queuedMs]).toEqual([0, undefined, undefined]);
  });

  it('that is never answered is given up after 20 seconds, and no timer of an answered call is left', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { answering, commit } = await claimThrough(() => new Promise(() => {}));
    await vi.waitUntil(() => commit.mock.calls.length > 0, { interval: 1, timeout: 10_000 });
    expect(vi.getTimerCount()).toBe(1);
    await vi.advanceTimersByTimeAsync(20_000);
    const answer = await answering;
    expect(faultOf(answer)).toEqual(UNAVAILABLE);
    expect(lineOf(answer)).toMatchObject({
      error: 'the outcome is unknown (no answer of lane 0: after 20 s)',
    });
    const { answering: refused } = await claimThrough(async () => ({ kind: 'not_sent' }));
    await refused;
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('a lane of another version', () => {
  it('sends nothing and is unavailable', async () => {
    const [playerId = ''] = playersOfLane(1);
    const operation = `{"mode": "commit", "player": "${playerId}"}`;
    const requests = await countRequests(playerId, async () => {
      const reply = await lane().commit(CONTRACT_VERSION + 1, playerId, operation, []);
      expect(reply).toEqual({ kind: 'unavailable', why: `a lane of contract ${CONTRACT_VERSION}` });
    });
    expect(requests).toBe(0);
  });
});
