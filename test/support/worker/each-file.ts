/**
 * Separates the test files that share a workerd and a database: each starts with an empty KV, no scheduled config, and a Worker that has
 * nothing in memory, and its mocks and fake clock end with it.
 */
import { reset } from 'cloudflare:test';
import { afterAll, beforeAll, vi } from 'vitest';
import { cancelScheduled } from './balance.ts';
import { restartWorker } from './cold-worker.ts';

beforeAll(async () => {
  await reset();
  await cancelScheduled();
  await restartWorker();
});

afterAll(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});
