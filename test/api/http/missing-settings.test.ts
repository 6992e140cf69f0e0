import { beforeAll, describe, expect, it } from 'vitest';
import type { Env } from '../../../src/env.ts';
import { asPlayer } from '../../support/worker/client.ts';
import { coldWorker, doorTo } from '../../support/worker/cold-worker.ts';
import { onlyError, withoutDatabase } from '../../support/worker/fault-answers.ts';
import { catchLines, lineOf, rawLines } from '../../support/worker/log-lines.ts';
import { type Door, fresh, send } from '../../support/worker/service.ts';

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

const LEEWAY = { missing: ['CLOCK_LEEWAY_SECONDS (0 to 300)'] };
const HOSTED = {
  issuer: 'https://login.example/',
  audience: 'game',
  jwksUrl: 'https://login.example/jwks.json',
};

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

  it('names a secret that is too short, and none that is missing', async () => {
    const short = doorTo(await coldWorker(), { CODE_SECRET: 'x'.repeat(31) });
    expect(await healthOf(short)).toEqual({
      status: 'ok',
      missing: ['CODE_SECRET (at least 32 characters)'],
    });
    const weak = doorTo(await coldWorker(), { ERASURE_SECRET: 'x' });
    expect(await healthOf(weak)).toMatchObject({ missing: ['ERASURE_SECRET (at least 32 characters)'] });
    const none = doorTo(await coldWorker(), { CODE_SECRET: '', ERASURE_SECRET: '' });
    expect(await healthOf(none)).toEqual({ status: 'ok' });
  });

  it('answers GraphQL with 503 under a wrong setting of tokens, and writes nothing', async () => {
    const playerId = fresh('player');
    const door = doorTo(await coldWorker(), { CLOCK_LEEWAY_SECONDS: '301' });
    const claim = () => asPlayer(playerId).claimReward({ type: 'weekly_chest' }, { door });
    const answer = await withoutDatabase(playerId, claim);
    expect(answer.status).toBe(503);
    expect(onlyError(answer).extensions).toMatchObject({ code: 'UNAVAILABLE', retryable: true });
    expect(lineOf(answer)).toMatchObject({ error: 'settings missing: CLOCK_LEEWAY_SECONDS (0 to 300)' });
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
    ['a leeway below its bound', { CLOCK_LEEWAY_SECONDS: '-1' }, LEEWAY],
    ['a leeway above its bound', { CLOCK_LEEWAY_SECONDS: '301' }, LEEWAY],
    ['a leeway that is not a number', { CLOCK_LEEWAY_SECONDS: 'one minute' }, LEEWAY],
    ['nothing with the largest leeway', { CLOCK_LEEWAY_SECONDS: '300' }, {}],
    [
      'a list of issuers that is not JSON',
      { TOKEN_ISSUERS: '[' },
      { missing: ['TOKEN_ISSUERS (a JSON list of 1 to 16 issuers)'] },
    ],
    [
      'an issuer with a wrong member',
      { TOKEN_ISSUERS: JSON.stringify([{ issuer: 'https://login.example/', audience: 7 }]) },
      { missing: ['TOKEN_ISSUERS[0].audience (a text or a list of texts)'] },
    ],
    [
      'a kind from metadata that users edit',
      { TOKEN_ISSUERS: JSON.stringify([{ ...HOSTED, kind: ['user_metadata', 'kind'] }]) },
      { missing: [expect.stringMatching(/^TOKEN_ISSUERS\[0\]\.kind \(.*none that users can edit\)$/)] },
    ],
    ['nothing with a hosted login', { TOKEN_ISSUERS: JSON.stringify([HOSTED]) }, {}],
    [
      'nothing with a hosted login alone',
      { TOKEN_ISSUERS: JSON.stringify([HOSTED]), TOKEN_ISSUER: '', TOKEN_AUDIENCE: '', JWKS: '' },
      {},
    ],
    ['nothing with lanes', { COMMIT_THROUGH: 'lanes', LANES: '8', LANE_LOCATION_HINT: 'weur' }, {}],
    ['nothing without the binding of lanes', { COMMIT_THROUGH: '', LANE: undefined, LANES: '0' }, {}],
    ['nothing with the URL of the keys', { JWKS: '', JWKS_URL: 'https://keys.example/jwks' }, {}],
  ])('reports %s', async (_, bindings, expected) => {
    const door = doorTo(await coldWorker(), bindings);
    expect(await healthOf(door)).toEqual({ status: 'ok', ...expected });
  });
});
