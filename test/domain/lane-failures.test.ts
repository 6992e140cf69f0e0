// What a lane does with requests that fail, and with more operations than it can hold.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { LedgerDefect, LedgerUnavailable } from '../../src/ledger/failures.ts';
import { LANE_LIMITS } from '../../src/ledger/lane-queue.ts';
import { BUSY, only, openLane, outcomeOf, requestOf, UNKNOWN } from '../support/lane.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const POISONED = new LedgerDefect('23514', 'key_is_well_formed');

describe('a request that fails', () => {
  test.each([
    ['a defect', POISONED, { kind: 'defect', sqlState: '23514', constraint: 'key_is_well_formed' }],
    ['a lock time-out', new LedgerUnavailable('55P03'), { kind: 'unavailable', why: '55P03' }],
    ['a statement time-out', new LedgerUnavailable('57014'), { kind: 'unavailable', why: '57014' }],
    ['a conflict', new LedgerUnavailable('40001'), { kind: 'unavailable', why: '40001' }],
    [
      'an answer that is too large',
      new LedgerUnavailable('an answer too large for Neon'),
      { kind: 'unavailable', why: 'an answer too large for Neon' },
    ],
    ['an internal error', new LedgerUnavailable('XX000'), { kind: 'unavailable', why: 'XX000' }],
  ])('with %s is sent again in halves, until the operation that fails is alone', async (_, error, reply) => {
    const lane = openLane();
    lane.addAll('z1', 'a1', 'b1', 'c1', 'd1', 'e1');
    await only(lane).answer();
    await only(lane).fail(error);
    expect(lane.sent().slice(2)).toEqual([
      ['a1', 'b1'],
      ['c1', 'd1', 'e1'],
    ]);
    lane.add('f1');
    expect(lane.sent().at(-1)).toEqual(['f1']);
    await requestOf(lane, 'a1').answer();
    await requestOf(lane, 'd1').fail(error);
    await requestOf(lane, 'c1').answer();
    await requestOf(lane, 'd1').fail(error);
    await requestOf(lane, 'e1').fail(error);
    await requestOf(lane, 'd1').fail(error);
    for (const each of ['a1', 'b1', 'c1']) expect(outcomeOf(lane.replies.get(each))).toEqual(UNKNOWN);
    for (const each of ['d1', 'e1']) expect(lane.replies.get(each)).toEqual(reply);
  });

  test.each([
    ['without an answer', 'connection'],
    ['without an answer in time', 'timeout'],
    ['because Neon refuses the role', '28P01'],
    ['because Neon refuses the password or the address', 'refused'],
    ['because a quota is used up', 'quota'],
    ['because the endpoint is suspended', 'suspended'],
    ['because Neon limits the rate', 'rate_limited'],
    ['because Neon answers HTTP 500', 'http_500'],
    ['because the server shuts down', '57P01'],
    ['because there are too many connections', '53300'],
    ['because the connection was lost', '08006'],
    ['because nobody knows whether it was completed', '40003'],
  ])('%s is not sent again: all of its callers learn that the outcome is unknown', async (_, why) => {
    const lane = openLane();
    lane.addAll('z1', 'a1', 'b1', 'c1');
    await only(lane).answer();
    await only(lane).fail(new LedgerUnavailable(why));
    expect(lane.sent()).toHaveLength(2);
    for (const each of ['a1', 'b1', 'c1'])
      expect(lane.replies.get(each)).toEqual({ kind: 'unavailable', why });
  });

  test('with a statement time-out has its halves sent again, after all the time that it took', async () => {
    const lane = openLane();
    lane.addAll('x1', 'y1', 'z1');
    await only(lane).answer();
    lane.addAll('a1', 'b1');
    await vi.advanceTimersByTimeAsync(LANE_LIMITS.waitMs);
    await only(lane).answer();
    await vi.advanceTimersByTimeAsync(5_000);
    await only(lane).fail(new LedgerUnavailable('57014'));
    expect(lane.sent().slice(3)).toEqual([['a1'], ['b1']]);
    await requestOf(lane, 'a1').answer();
    await requestOf(lane, 'b1').fail(new LedgerUnavailable('57014'));
    expect(outcomeOf(lane.replies.get('a1'))).toEqual(UNKNOWN);
    expect(lane.replies.get('b1')).toEqual({ kind: 'unavailable', why: '57014' });
  });

  test.each([
    ['40001', new LedgerUnavailable('40001')],
    // Perhaps that of one operation alone: for the others the outcome is unknown.
    ['23514', POISONED],
  ])('with %s is not sent again when that is too late: its callers get that failure as unavailable', async (why, error) => {
    const lane = openLane();
    lane.addAll('z1', 'a1', 'b1', 'c1', 'd1');
    await only(lane).answer();
    await vi.advanceTimersByTimeAsync(LANE_LIMITS.againMs + 1);
    await only(lane).fail(error);
    expect(lane.sent()).toHaveLength(2);
    for (const each of ['a1', 'b1', 'c1', 'd1'])
      expect(lane.replies.get(each)).toEqual({ kind: 'unavailable', why });
  });

  test('that its operations all share is sent again in a few parts, and not for each operation', async () => {
    const lane = openLane();
    lane.add('z1');
    for (let index = 0; index < 100; index += 1) lane.add(`${index}`.padStart(3, '0'));
    await only(lane).answer();
    while (lane.open.size > 0) await [...lane.open][0]?.fail(new LedgerUnavailable('XX000'));
    expect(lane.sent().length).toBeLessThanOrEqual(1 + LANE_LIMITS.sharedFailures + LANE_LIMITS.beside);
    expect(lane.replies.size).toBe(101);
    expect(lane.replies.get('042')).toEqual({ kind: 'unavailable', why: 'XX000' });
  });

  test('that many operations share is no defect of the others in their requests', async () => {
    const lane = openLane();
    const names = Array.from({ length: 64 }, (_, index) => `${index}`.padStart(3, '0'));
    const innocent = '010';
    lane.addAll('z1', ...names);
    await only(lane).answer();
    for (let request = [...lane.open][0]; request; request = [...lane.open][0])
      await (request.operations.join() === innocent ? request.answer() : request.fail(POISONED));
    expect(lane.replies.size).toBe(65);
    expect(lane.replies.get(innocent)).toEqual({ kind: 'unavailable', why: '23514' });
  });

  test('that many operations share is no defect of those that are not sent again', async () => {
    const lane = openLane();
    const names = Array.from({ length: 64 }, (_, index) => `${index}`.padStart(3, '0'));
    lane.addAll('z1', ...names);
    await only(lane).answer();
    const failed: string[] = [];
    for (let request = [...lane.open][0]; request; request = [...lane.open][0]) {
      const { operations } = request;
      if (operations.length === 1) failed.push(...operations);
      await request.fail(POISONED);
    }
    expect(failed).toEqual([]);
    for (const name of names) expect(lane.replies.get(name)).toEqual({ kind: 'unavailable', why: '23514' });
  });

  test('because of a few operations, each in another way, has outcomes for all others', async () => {
    const lane = openLane();
    const poisons = ['a1', 'c1', 'e1', 'g1'];
    lane.addAll('z1', 'a1', 'b1', 'c1', 'd1', 'e1', 'f1', 'g1', 'h1');
    await only(lane).answer();
    for (let request = [...lane.open][0]; request; request = [...lane.open][0]) {
      const poison = request.operations.find((each) => poisons.includes(each));
      await (poison ? request.fail(new LedgerDefect('23514', poison)) : request.answer());
    }
    const defects = [...lane.replies].filter(([, { kind }]) => kind === 'defect');
    expect(defects.map(([operation]) => operation).toSorted()).toEqual(poisons);
  });

  test('of one operation among 100 is found, and the others have their outcomes', async () => {
    const lane = openLane();
    lane.add('z1');
    for (let index = 0; index < 100; index += 1) lane.add(`${index}`.padStart(3, '0'));
    await only(lane).answer();
    for (let request = [...lane.open][0]; request; request = [...lane.open][0])
      await (request.operations.includes('042') ? request.fail(POISONED) : request.answer());
    expect(lane.sent().length).toBeLessThanOrEqual(2 + 2 * 7);
    const kinds = [...lane.replies.values()].map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'answered')).toHaveLength(100);
    expect(lane.replies.get('042')).toMatchObject({ kind: 'defect' });
  });

  test.each([
    ['is null', null, { kind: 'failed', error: 'TypeError' }],
    ['has no outcomes', {}, { kind: 'failed', error: 'TypeError' }],
    ['has too few outcomes', { outcomes: [UNKNOWN] }, { kind: 'unavailable', why: 'an incomplete answer' }],
    ['has an outcome of null', { outcomes: [UNKNOWN, null] }, { kind: 'failed', error: 'TypeError' }],
    [
      'has null configs',
      { outcomes: [UNKNOWN, { kind: 'stale_config' }], configs: null },
      { kind: 'failed', error: 'TypeError' },
    ],
  ])('because its answer %s gives each of its callers one reply, and leaves the lane empty', async (_, answer, reply) => {
    const lane = openLane({ ...LANE_LIMITS, operations: 3 });
    lane.addAll('z1', 'a1', 'b1');
    await only(lane).answer();
    await only(lane).answerWith(answer);
    for (const each of ['a1', 'b1']) expect(lane.replies.get(each)).toEqual(reply);
    expect(lane.open.size).toBe(0);
    lane.addAll('c1', 'd1', 'e1', 'f1');
    await vi.advanceTimersByTimeAsync(0);
    expect(lane.replies.get('f1')).toEqual({ kind: 'not_sent' });
    expect(lane.replies.has('e1')).toBe(false);
  });

  test('with an error of ours answers its callers with the class alone, and the lane goes on', async () => {
    const lane = openLane();
    lane.addAll('a1', 'b1');
    await only(lane).fail(new TypeError('secret'));
    expect(lane.replies.get('a1')).toEqual({ kind: 'failed', error: 'TypeError' });
    await only(lane).answer();
    expect(outcomeOf(lane.replies.get('b1'))).toEqual(UNKNOWN);
  });
});

describe('a full lane', () => {
  const fillTo = (lane: ReturnType<typeof openLane>, count: number) => {
    for (let index = 1; index <= count; index += 1) lane.add(`a${index}`);
  };

  test('answers at once that it is full, and accepts again when it has replied', async () => {
    const lane = openLane();
    fillTo(lane, LANE_LIMITS.operations);
    lane.add('b1');
    await vi.advanceTimersByTimeAsync(0);
    expect([...lane.replies]).toEqual([['b1', { kind: 'not_sent' }]]);
    await only(lane).answer();
    lane.add('b2');
    await vi.advanceTimersByTimeAsync(0);
    expect(lane.replies.has('b2')).toBe(false);
    expect(lane.sent().flat()).not.toContain('b1');
  });

  test('counts the length of its operations', async () => {
    const lane = openLane();
    const long = 'x'.repeat(LANE_LIMITS.units / 4);
    lane.addAll('a', `b${long}`, `c${long}`, `d${long}`, `e${long}`, 'f');
    await vi.advanceTimersByTimeAsync(0);
    expect([...lane.replies.keys()].map((operation) => operation[0])).toEqual(['e']);
  });

  test('does not send what waited longer than its client waits', async () => {
    const lane = openLane();
    lane.addAll('a1', 'b1', 'c1');
    await only(lane).answer();
    lane.add('d1');
    await vi.advanceTimersByTimeAsync(LANE_LIMITS.waitMs);
    lane.add('e1');
    await vi.advanceTimersByTimeAsync(1);
    await only(lane).answer();
    expect(lane.replies.get('d1')).toEqual({ kind: 'not_sent' });
    expect(lane.sent().at(-1)).toEqual(['e1']);
  });

  test('does not say so of an operation that was sent and found its player busy: it is unavailable', async () => {
    const lane = openLane();
    lane.addAll('z1', 'a1', 'a2', 'b1');
    await only(lane).answer();
    await only(lane).answer(() => BUSY);
    await vi.advanceTimersByTimeAsync(LANE_LIMITS.againMs + 1);
    await requestOf(lane, 'a1').answer();
    expect(lane.replies.get('a2')).toEqual({ kind: 'unavailable', why: '55P03' });
    expect(
      lane
        .sent()
        .flat()
        .filter((each) => each === 'a2'),
    ).toHaveLength(1);
  });
});
