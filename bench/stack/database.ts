/** The database under the bench: started and stopped as a process of its own, observed through its endpoint's counters. */
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
  /** HTTP requests that have reached the endpoint since the start: what Neon would count as round trips. */
  countRequests(): Promise<number>;
  /** Fresh statistics for the planner, and no checkpoint left over from what came before. */
  settle(): Promise<void>;
  stop(): Promise<void>;
}

export async function startBenchDatabase(
  dir: string,
  settings: Record<string, string>,
): Promise<BenchDatabase> {
  // A group of its own: Ctrl-C reaches the bench alone, and Postgres ends after the Workers.
  const child = fork(PROGRAM, [dir, JSON.stringify(settings)], {
    detached: true,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit');
  const stop = async () => {
    if (child.connected) child.disconnect();
    await Promise.race([ended, sleep(STOP_TIMEOUT_MS, undefined, { ref: false })]);
    child.kill('SIGKILL');
  };
  const first = await Promise.race([once(child, 'message'), ended.then(() => null)]);
  if (first === null) throw new Error('the database did not start');
  const addresses = first[0] as DatabaseAddresses;
  const counter = await askControl<{ id: string }>(addresses, 'traffic', { match: '"query"' });
  return {
    ...addresses,
    endpointPid: child.pid as number,
    countRequests: async () =>
      (await askControl<{ requests: number }>(addresses, `traffic/${counter.id}`)).requests,
    settle: () => settle(addresses.ownerDatabaseUrl),
    stop,
  };
}

async function askControl<T>(
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
