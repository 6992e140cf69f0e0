/** Starts the benchmark's database in its own process, and counts requests to its Neon endpoint. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { withClient } from '../../cli/connect.ts';
import type { DatabaseAddresses } from './database-process.ts';

const PROGRAM = join(import.meta.dirname, 'database-process.ts');
const STOP_TIMEOUT_MS = 30_000;

export interface BenchDatabase extends DatabaseAddresses {
  readonly endpointPid: number;
  /** HTTP requests that the endpoint has received since it started. */
  countRequests(): Promise<number>;
  /** Updates the planner's statistics and completes pending checkpoints, so that earlier work does not slow down a measurement. */
  settle(): Promise<void>;
  stop(): Promise<void>;
}

export async function startBenchDatabase(
  dir: string,
  settings: Record<string, string>,
): Promise<BenchDatabase> {
  // A process group of its own: Ctrl-C reaches only the benchmark, which stops Postgres after the Workers.
  const child = fork(PROGRAM, [dir, JSON.stringify(settings)], {
    detached: true,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const exited = once(child, 'exit');
  const stop = async () => {
    if (child.connected) child.disconnect();
    await Promise.race([exited, sleep(STOP_TIMEOUT_MS, undefined, { ref: false })]);
    child.kill('SIGKILL');
  };
  const message = await Promise.race([once(child, 'message'), exited.then(() => null)]);
  if (message === null) throw new Error('the database did not start');
  const addresses = message[0] as DatabaseAddresses;
  const counter = await requestControl<{ id: string }>(addresses, 'traffic', { match: '"query"' });
  return {
    ...addresses,
    endpointPid: child.pid as number,
    countRequests: async () =>
      (await requestControl<{ requests: number }>(addresses, `traffic/${counter.id}`)).requests,
    settle: () => settle(addresses.ownerDatabaseUrl),
    stop,
  };
}

async function requestControl<T>(
  { endpointControlUrl }: DatabaseAddresses,
  path: string,
  body?: object,
): Promise<T> {
  const response = await fetch(`${endpointControlUrl}/${path}`, {
    method: body ? 'POST' : 'GET',
    headers: { 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`the endpoint's counter answered ${response.status}`);
  return (await response.json()) as T;
}

async function settle(connectionString: string): Promise<void> {
  await withClient(connectionString, async (client) => {
    await client.query('ANALYZE');
    await client.query('CHECKPOINT');
  });
}
