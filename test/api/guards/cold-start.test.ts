import { expect, it } from 'vitest';
import type { Env } from '../../../src/env.ts';
import { coldWorker, doorTo } from '../../support/worker/cold-worker.ts';

it('answers in JSON where an isolate cannot start, says nothing of why, and starts as soon as it can', async () => {
  const worker = await coldWorker();
  /** The first request of an isolate that was given these bindings. */
  const ask = (bindings: Partial<Env>) =>
    doorTo(worker, bindings)('http://onceward.test/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-correlation-id': 'cold-start-1' },
      body: '{"query": "{ __typename }"}',
    });
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
