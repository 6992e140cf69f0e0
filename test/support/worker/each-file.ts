/**
 * Separates the test files that share a workerd: each starts with an empty KV and a Worker that has nothing in memory, and
 * its mocks and fake clock end with it.
 */
import { reset } from 'cloudflare:test';
import { afterAll, beforeAll, vi } from 'vitest';
import { restartWorker } from './cold-worker.ts';

beforeAll(async () => {
  await reset();
  await restartWorker();
});

afterAll(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});
