/** The connection to Neon: one HTTP request per call, no session and no pool. It holds no state of any player. */
import { neon, neonConfig } from '@neondatabase/serverless';
import { drizzle } from 'drizzle-orm/neon-http';
import type { ArchiveBucket } from './archive-files.ts';
import { asLedgerFailure } from './failures.ts';

/** Longer than the role's statement_timeout and than Neon takes to start a compute: it fires only when there is no answer at all. */
const REQUEST_TIMEOUT_MS = 10_000;

/** `sql` sends the kernel's statements. `reads` builds and sends every other statement. */
export function openDatabase({
  databaseUrl,
  endpoint,
  archive = null,
}: {
  databaseUrl: string;
  endpoint: string | undefined;
  /** Old claims (read-archive.ts). */
  archive?: ArchiveBucket | null;
}) {
  if (endpoint) neonConfig.fetchEndpoint = endpoint;
  // Here for both of them: Drizzle cannot be given options for one request.
  neonConfig.fetchFunction = (url: string, init: RequestInit) =>
    fetch(url, { ...init, signal: init.signal ?? AbortSignal.timeout(REQUEST_TIMEOUT_MS) });
  const sql = neon(databaseUrl);
  return { sql, reads: drizzle(sql), archive };
}

export type Database = ReturnType<typeof openDatabase>;
/** Builds statements from the tables (tables.ts), and sends them. */
export type Reads = Database['reads'];

/** Runs one request to Neon. Every failure becomes LedgerUnavailable or LedgerDefect. */
export async function queryDatabase<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw asLedgerFailure(error);
  }
}
