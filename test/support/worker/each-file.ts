/** Test files share a workerd. Each starts with an empty KV and a cold Worker, and leaves no mock and no clock behind. */
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
