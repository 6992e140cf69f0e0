/** The connection to Neon: one HTTP request per call, no session and no pool. It holds no state of any player. */
import { neon, neonConfig } from '@neondatabase/serverless';
import { asLedgerFailure } from './failures.ts';
import { parameterised, type Sql } from './sql.ts';

/** Longer than the role's statement_timeout: it fires only when there is no answer at all. */
const REQUEST_TIMEOUT_MS = 10_000;

export function openDatabase({
  databaseUrl,
  endpoint,
}: {
  databaseUrl: string;
  endpoint: string | undefined;
}) {
  if (endpoint) neonConfig.fetchEndpoint = endpoint;
  return { sql: neon(databaseUrl) };
}

export type Database = ReturnType<typeof openDatabase>;

/** Runs one request to Neon. Every failure becomes LedgerUnavailable or LedgerDefect. */
export async function queryDatabase<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw asLedgerFailure(error);
  }
}

export function readRows<T>({ sql }: Database, statement: Sql): Promise<T[]> {
  const { text, values } = parameterised(statement);
  return queryDatabase(() => sql.query(text, values, requestTimeout()) as Promise<T[]>);
}

/** The rows of two reads, in one transaction and one request. */
export function readTwo<A, B>({ sql }: Database, statements: readonly [Sql, Sql]): Promise<[A[], B[]]> {
  const queries = statements.map(parameterised).map(({ text, values }) => sql.query(text, values));
  return queryDatabase(
    () => sql.transaction(queries, requestTimeout()) as Promise<unknown> as Promise<[A[], B[]]>,
  );
}

export function requestTimeout(): { fetchOptions: { signal: AbortSignal } } {
  return { fetchOptions: { signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS) } };
}
