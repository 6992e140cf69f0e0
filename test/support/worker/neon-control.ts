/** The switches of the local Neon endpoint, from inside workerd: break chosen requests, count them. */
import { expect, inject, vi } from 'vitest';
import type { FaultRule } from '../../../dev/neon/faults.ts';
import '../provided.ts';

async function control<T>(method: string, path: string, body?: object): Promise<T> {
  const response = await fetch(`${inject('neonControl')}/${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}

interface BrokenRequests {
  /** Resolves when the last of the requests has arrived. */
  taken(): Promise<void>;
  /** Ends the rule, and its delay of a request that has arrived. */
  lift(): Promise<unknown>;
}

/** Breaks the next request (or `times` of them) to the database whose body contains `match`. */
export async function breakRequests(rule: FaultRule): Promise<BrokenRequests> {
  const { id } = await control<{ id: string }>('POST', 'faults', rule);
  const remaining = async () => (await control<{ remaining: number }>('GET', `faults/${id}`)).remaining;
  return {
    taken: () => vi.waitFor(async () => expect(await remaining()).toBe(0), { timeout: 20_000, interval: 10 }),
    lift: () => control('DELETE', `faults/${id}`),
  };
}

/** How many requests to the database contain `match` while `run` runs, which may ask how many there were so far. */
export async function countRequests(
  match: string,
  run: (soFar: () => Promise<number>) => Promise<unknown>,
): Promise<number> {
  const { id } = await control<{ id: string }>('POST', 'traffic', { match });
  const soFar = async () => (await control<{ requests: number }>('GET', `traffic/${id}`)).requests;
  await run(soFar);
  const requests = await soFar();
  await control('DELETE', `traffic/${id}`);
  return requests;
}

/**
 * The number of requests that leave this workerd while `run` runs and whose body contains all `parts`. Unlike
 * `countRequests`, it does not count requests of test files that run at the same time.
 */
export async function countSent(parts: readonly string[], run: () => Promise<unknown>): Promise<number> {
  const fetch = vi.spyOn(globalThis, 'fetch');
  try {
    await run();
    const bodies = fetch.mock.calls.map(([, init]) => String(init?.body));
    return bodies.filter((body) => parts.every((part) => body.includes(part))).length;
  } finally {
    fetch.mockRestore();
  }
}
