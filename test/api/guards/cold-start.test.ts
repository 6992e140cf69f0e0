import { createExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { expect, it } from 'vitest';
import type { Env } from '../../../src/env.ts';
import worker from '../../../src/worker.ts';

/** The first request of an isolate that was given these bindings. */
function ask(bindings: Partial<Env>): Promise<Response> {
  const headers = { 'content-type': 'application/json', 'x-correlation-id': 'cold-start-1' };
  const init = { method: 'POST', headers, body: '{"query": "{ __typename }"}' };
  const request = new Request('http://onceward.test/graphql', init) as Parameters<typeof worker.fetch>[0];
  const whole = Object.create(env, Object.getOwnPropertyDescriptors(bindings)) as Env;
  return Promise.resolve(worker.fetch(request, whole, createExecutionContext()));
}

// No other test may stand in this file: once an isolate has started, its bindings are no longer read.
it('answers in JSON where an isolate cannot start, says nothing of why, and starts as soon as it can', async () => {
  const broken = {
    get DATABASE_URL(): string {
      throw new Error('postgres://somebody:a-password@host/db');
    },
  };
  const response = await ask(broken);
  const text = await response.text();
  expect(response.status).toBe(500);
  expect(text).not.toMatch(/a-password|postgres/);
  expect(response.headers.get('x-correlation-id')).toBe('cold-start-1');
  expect(JSON.parse(text).errors[0].extensions).toEqual({
    code: 'INTERNAL',
    retryable: true,
    correlationId: 'cold-start-1',
  });
  expect(await (await ask({})).json()).toEqual({ data: { __typename: 'Query' } });
});
