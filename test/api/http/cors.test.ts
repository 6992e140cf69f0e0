import { describe, expect, it } from 'vitest';
import { coldWorker, doorTo } from '../../support/worker/cold-worker.ts';
import { worker } from '../../support/worker/service.ts';

const URL = 'http://onceward.test/graphql';
const GAME = 'https://game.example';

const cold = await coldWorker();
/** Sends to a Worker with this setting of ALLOWED_ORIGINS. */
const sendTo = (allowedOrigins: string, init: RequestInit) =>
  doorTo(cold, { ALLOWED_ORIGINS: allowedOrigins })(URL, init);

const query = (headers: Record<string, string>): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', ...headers },
  body: '{"query": "{ __typename }"}',
});

describe('CORS', () => {
  it('answers a preflight without a token, and allows POST and the headers that a game sends', async () => {
    const response = await worker(URL, {
      method: 'OPTIONS',
      headers: { origin: GAME, 'access-control-request-method': 'POST' },
    });
    expect(response.status).toBe(204);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': 'authorization, content-type, x-correlation-id',
    });
  });

  const preflightFor = async (requested: string) => {
    const headers = { origin: GAME, 'access-control-request-headers': requested };
    const response = await worker(URL, { method: 'OPTIONS', headers });
    expect(response.headers.get('vary')).toMatch(/access-control-request-headers/);
    return response.headers.get('access-control-allow-headers')?.split(', ');
  };
  const OURS = ['authorization', 'content-type', 'x-correlation-id'];

  it('allows the headers that a preflight asks for, such as those of tracing libraries', async () => {
    const tracing = ['baggage', 'sentry-trace', 'traceparent', 'tracestate', 'x-apollo-operation-name'];
    expect(await preflightFor(['content-type', ...tracing].join(','))).toEqual([...OURS, ...tracing]);
    expect(await preflightFor(' Baggage ,\tX-B3-TraceId')).toEqual([...OURS, 'baggage', 'x-b3-traceid']);
  });

  it('allows a bounded number of headers, and none whose name is malformed', async () => {
    expect(await preflightFor(`a b, é, "x", x:y, ${'x'.repeat(65)}, , good`)).toEqual([...OURS, 'good']);
    const many = await preflightFor(Array.from({ length: 500 }, (_, index) => `x-${index}`).join(','));
    expect(many).toHaveLength(OURS.length + 32);
  });

  it('never allows credentials, because tokens are sent in a header', async () => {
    for (const init of [query({ origin: GAME }), { method: 'OPTIONS', headers: { origin: GAME } }]) {
      for (const allowed of ['*', GAME]) {
        const { headers } = await sendTo(allowed, init);
        expect(headers.has('access-control-allow-credentials')).toBe(false);
      }
    }
  });

  it('exposes the correlation ID and the time to wait to browsers, on success and on failure', async () => {
    for (const init of [
      query({ origin: GAME }),
      { ...query({ origin: GAME }), body: 'x' },
      { method: 'GET', headers: { origin: GAME } },
    ]) {
      const { headers } = await sendTo('*', init);
      expect(headers.get('access-control-allow-origin')).toBe('*');
      expect(headers.get('access-control-expose-headers')).toBe('x-correlation-id, retry-after, etag');
    }
  });

  it.each([
    ['an origin of the list', `https://other.example, ${GAME}`, GAME, GAME],
    ['an origin that is not in the list', 'https://other.example', GAME, null],
    ['an origin that begins like an allowed one', GAME, `${GAME}.evil.test`, null],
    ['another scheme', GAME, GAME.replace('https', 'http'), null],
    ['the origin "null"', GAME, 'null', null],
    ['no origin', GAME, undefined, null],
    ['an empty list', '', GAME, null],
  ])('allows exactly the origins of the list: %s', async (_, allowed, origin, expected) => {
    const headers: Record<string, string> = origin === undefined ? {} : { origin };
    for (const init of [query(headers), { method: 'OPTIONS', headers }]) {
      const response = await sendTo(allowed, init);
      expect(response.headers.get('access-control-allow-origin')).toBe(expected);
      if (expected) expect(response.headers.get('vary')).toMatch(/^origin\b/);
    }
  });
});
