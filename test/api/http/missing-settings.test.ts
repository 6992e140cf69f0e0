import { beforeAll, describe, expect, it } from 'vitest';
import type { Env } from '../../../src/env.ts';
import { coldWorker, doorTo } from '../../support/worker/cold-worker.ts';
import { onlyError } from '../../support/worker/fault-answers.ts';
import { catchLines, lineOf, rawLines } from '../../support/worker/log-lines.ts';
import { type Door, send } from '../../support/worker/service.ts';

beforeAll(catchLines);

/** As on a fresh clone. */
const NO_SETTINGS: Partial<Env> = {
  DATABASE_URL: '',
  TOKEN_ISSUER: '',
  TOKEN_AUDIENCE: '',
  JWKS: '',
  JWKS_URL: '',
};
const ALL_MISSING = ['DATABASE_URL', 'TOKEN_ISSUER', 'TOKEN_AUDIENCE', 'JWKS or JWKS_URL'];

async function healthOf(door: Door): Promise<unknown> {
  const response = await door('http://onceward.test/health', { method: 'GET' });
  expect(response.status).toBe(200);
  return response.json();
}

/** How many lines have reported missing settings in this file so far. */
const reports = () => rawLines().filter((line) => JSON.parse(line).event === 'settings_missing').length;

describe('a Worker without settings', () => {
  it('names the missing settings at /health', async () => {
    const door = doorTo(await coldWorker(), NO_SETTINGS);
    expect(await healthOf(door)).toEqual({ status: 'ok', missing: ALL_MISSING });
  });

  it('logs the missing settings once per isolate', async () => {
    for (const isolate of [1, 2]) {
      const before = reports();
      const door = doorTo(await coldWorker(), NO_SETTINGS);
      for (let request = 0; request < 3; request += 1) await healthOf(door);
      expect([isolate, reports() - before]).toEqual([isolate, 1]);
    }
    const line = rawLines().find((each) => each.includes('settings_missing'));
    expect(JSON.parse(String(line))).toMatchObject({
      event: 'settings_missing',
      missing: ALL_MISSING.join(', '),
    });
  });

  it('answers GraphQL with 503 UNAVAILABLE, and names the settings only in its log', async () => {
    const answer = await send('{ __typename }', {}, { door: doorTo(await coldWorker(), NO_SETTINGS) });
    expect(answer.status).toBe(503);
    expect(answer.data).toBeUndefined();
    const error = onlyError(answer);
    expect(error.extensions).toMatchObject({ code: 'UNAVAILABLE', retryable: true });
    expect(error.message).toMatch(/not configured/);
    for (const name of ALL_MISSING) expect(error.message).not.toContain(name);
    expect(lineOf(answer)).toMatchObject({
      operation: 'request',
      success: false,
      code: 'UNAVAILABLE',
      error: `settings missing: ${ALL_MISSING.join(', ')}`,
    });
  });

  it('answers GraphQL once the settings are there, in the same isolate', async () => {
    const worker = await coldWorker();
    expect((await send('{ __typename }', {}, { door: doorTo(worker, NO_SETTINGS) })).status).toBe(503);
    expect((await send('{ __typename }', {}, { door: doorTo(worker, {}) })).data).toEqual({
      __typename: 'Query',
    });
  });
});

describe('the answer of /health', () => {
  it.each<[string, Partial<Env>, object]>([
    ['nothing with all settings', {}, {}],
    ['a missing connection string', { DATABASE_URL: '' }, { missing: ['DATABASE_URL'] }],
    ['a missing issuer', { TOKEN_ISSUER: '' }, { missing: ['TOKEN_ISSUER'] }],
    ['missing keys', { JWKS: '', JWKS_URL: '' }, { missing: ['JWKS or JWKS_URL'] }],
    [
      'an unknown path to the kernel',
      { COMMIT_THROUGH: 'lane' },
      { missing: ['COMMIT_THROUGH (direct or lanes)'] },
    ],
    [
      'lanes without their binding',
      { COMMIT_THROUGH: 'lanes', LANE: undefined },
      { missing: ['LANE (the binding of lanes)'] },
    ],
    ['a wrong number of lanes', { COMMIT_THROUGH: 'lanes', LANES: '0' }, { missing: ['LANES (1 to 256)'] }],
    [
      'an unknown location of lanes',
      { COMMIT_THROUGH: 'lanes', LANE_LOCATION_HINT: 'mars' },
      { missing: [expect.stringContaining('LANE_LOCATION_HINT (wnam, ')] },
    ],
    ['nothing with lanes', { COMMIT_THROUGH: 'lanes', LANES: '8', LANE_LOCATION_HINT: 'weur' }, {}],
    ['nothing without the binding of lanes', { COMMIT_THROUGH: '', LANE: undefined, LANES: '0' }, {}],
    ['nothing with the URL of the keys', { JWKS: '', JWKS_URL: 'https://keys.example/jwks' }, {}],
  ])('reports %s', async (_, bindings, expected) => {
    const door = doorTo(await coldWorker(), bindings);
    expect(await healthOf(door)).toEqual({ status: 'ok', ...expected });
  });
});
