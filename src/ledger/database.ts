/**
 * The connection to Neon: one HTTP request for each call, no session and no pool. One for each isolate; it holds no
 * state of any player.
 */
import { neon, neonConfig } from '@neondatabase/serverless';
import { drizzle } from 'drizzle-orm/neon-http';
import { asLedgerFailure } from './failures.ts';

/** Longer than the role's statement_timeout: it only fires when nothing answers at all. */
const REQUEST_TIMEOUT_MS = 10_000;

export function openDatabase({
  databaseUrl,
  endpoint,
}: {
  databaseUrl: string;
  endpoint: string | undefined;
}) {
  if (endpoint) neonConfig.fetchEndpoint = endpoint;
  const sql = neon(databaseUrl);
  return { sql, db: drizzle(sql) };
}

export type Database = ReturnType<typeof openDatabase>;

/** Runs one request to Neon; whatever fails comes out as LedgerUnavailable or LedgerDefect. */
export async function askDatabase<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw asLedgerFailure(error);
  }
}

export function requestTimeout(): { fetchOptions: { signal: AbortSignal } } {
  return { fetchOptions: { signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS) } };
}
