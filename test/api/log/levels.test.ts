/** The level of a log line, the stack of an internal error, and the data point of each operation. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Metrics } from '../../../src/log/metrics.ts';
import { serveExample } from '../../support/worker/balance.ts';
import { asPlayer, faultOf, receiptOf, rejectionOf } from '../../support/worker/client.ts';
import { coldWorker, doorTo } from '../../support/worker/cold-worker.ts';
import { catchLines, lineOf, rawLines } from '../../support/worker/log-lines.ts';
import { breakRequests } from '../../support/worker/neon-control.ts';
import { seasonedPlayer } from '../../support/worker/scenes.ts';
import { type Door, freshKey, post } from '../../support/worker/service.ts';
import { spending } from '../../support/worker/stat-points.ts';

type Point = Parameters<Metrics['writeDataPoint']>[0];
const points: Point[] = [];
const METRICS = { writeDataPoint: (point: Point) => void points.push(point) } as AnalyticsEngineDataset;

let playerId: string;
let door: Door;
beforeAll(async () => {
  await serveExample();
  playerId = await seasonedPlayer();
  door = doorTo(await coldWorker(), { METRICS });
  catchLines();
});

const spend = (energy: number, key = freshKey()) =>
  asPlayer(playerId).spendStatPoints({ ...spending({ energy }), idempotencyKey: key }, { door });
/** The only data point of the requests that `run` sends. */
async function pointOf<T>(run: () => Promise<T>): Promise<readonly [T, Point | undefined]> {
  points.length = 0;
  const answer = await run();
  expect(points).toHaveLength(1);
  return [answer, points[0]];
}

describe('an operation', () => {
  it('that is granted is info, one that is rejected is warn, and each is one data point', async () => {
    const key = freshKey();
    const [granted, first] = await pointOf(() => spend(1, key));
    receiptOf(granted);
    expect(lineOf(granted)).toMatchObject({ level: 'info', code: 'RECEIPT' });
    expect(first?.blobs).toEqual(['operation', 'spendStatPoints', 'ok', 'RECEIPT', 'player', 'false', '']);
    expect(first?.doubles[4]).toBeGreaterThan(0);
    const [, replay] = await pointOf(() => spend(1, key));
    expect(replay?.blobs[5]).toBe('true');
    const [rejected, second] = await pointOf(() => spend(1_000));
    rejectionOf(rejected, 'InsufficientBalance');
    expect(lineOf(rejected)).toMatchObject({ level: 'warn' });
    expect(second?.blobs.slice(1, 4)).toEqual(['spendStatPoints', 'rejected', 'INSUFFICIENT_BALANCE']);
  });

  it('that the database cannot answer is warn, with the class of the failure', async () => {
    const key = freshKey();
    await breakRequests({ match: key, kind: 'error', errorCode: '08006' });
    const [answer, point] = await pointOf(() => spend(1, key));
    expect(faultOf(answer).code).toBe('UNAVAILABLE');
    expect(lineOf(answer)).toMatchObject({ level: 'warn', failure: 'connection' });
    expect(lineOf(answer)).not.toHaveProperty('stack');
    expect(point?.blobs.slice(2)).toEqual(['failed', 'UNAVAILABLE', 'player', 'false', 'connection']);
  });

  it('that fails because of a defect is error, with places of our code and nothing of what the database said', async () => {
    const key = freshKey();
    await breakRequests({ match: key, kind: 'error', errorCode: '23514' });
    const [answer, point] = await pointOf(() => spend(1, key));
    expect(faultOf(answer).code).toBe('INTERNAL');
    const line = lineOf(answer);
    expect(line).toMatchObject({
      level: 'error',
      code: 'INTERNAL',
      stack: expect.stringMatching(/\.ts:\d+:\d+/),
    });
    expect(line.stack).not.toMatch(/node_modules|\/|SELECT|onceward/);
    expect(point?.blobs.slice(2, 4)).toEqual(['failed', 'INTERNAL']);
  });

  it('that was never reached is counted as a request', async () => {
    const [response, point] = await pointOf(() => post('{"query": "{ nothing }"}', {}, door));
    const { code } = lineOf(response);
    expect(code).toBe('BAD_USER_INPUT');
    expect(point?.blobs.slice(0, 4)).toEqual(['operation', 'request', 'failed', code]);
  });
});

it('a secret in the error of a binding is in no line: its class and the place are', async () => {
  const secret = 'postgres://somebody:hunter2@host/db';
  const broken = doorTo(await coldWorker(), {
    get DATABASE_URL(): string {
      throw new TypeError(`${secret}\n    at hunter2 (hunter2.ts:1:2)`);
    },
  });
  const response = await post('{"query": "{ __typename }"}', {}, broken);
  expect(response.status).toBe(500);
  expect(lineOf(response)).toMatchObject({ level: 'error', code: 'INTERNAL', error: 'TypeError' });
  expect(rawLines().join()).not.toContain('hunter2');
});
