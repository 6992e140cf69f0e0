/** One database session whose backend process can be measured: what Postgres itself spends on a call, and nothing else. */
import pg from 'pg';
import { threadsCpuUs } from '../stack/process-usage.ts';
import type { Stack } from '../stack/stack.ts';

export interface Backend {
  /** Runs a named statement, which the session plans once, and returns its first row. */
  call(text: string, values: readonly unknown[]): Promise<Record<string, unknown>>;
  /** User and system time of the backend in µs. Null without /proc. */
  cpuUs(): number | null;
  close(): Promise<void>;
}

export async function openBackend({ onStop }: Stack, connectionString: string): Promise<Backend> {
  const session = new pg.Client({ connectionString });
  await session.connect();
  const close = () => session.end();
  onStop(close);
  const { rows } = await session.query('SELECT pg_backend_pid() AS pid');
  return {
    call: async (text, values) =>
      (await session.query({ name: text.slice(0, 60), text, values: [...values] })).rows[0],
    cpuUs: () => threadsCpuUs(rows[0].pid),
    close,
  };
}

/** The CPU time of the backend while `work` runs. */
export async function cpuUsOf(backend: Backend, work: () => Promise<unknown>): Promise<number | null> {
  const before = backend.cpuUs();
  await work();
  const after = backend.cpuUs();
  return before === null || after === null ? null : after - before;
}
