/** The only way to the kernel: an Operation in, an Outcome or a Preview out, in one request to Neon. Nothing else writes. */
import type { Operation } from '../domain/operation.ts';
import type { Outcome, Preview } from '../domain/outcome.ts';
import { type Database, queryDatabase, readRows, requestTimeout } from './database.ts';
import { sql } from './sql.ts';

/** Throws LedgerUnavailable where the outcome is unknown: sending the same operation again returns it. */
export async function commitOperation({ sql: neon }: Database, operation: Operation): Promise<Outcome> {
  const rows = await queryDatabase(() =>
    neon.query(
      'SELECT onceward.commit_operation($1) AS outcome',
      [JSON.stringify(operation)],
      requestTimeout(),
    ),
  );
  return (rows as { outcome: Outcome }[])[0]?.outcome as Outcome;
}

/** What the kernel would do with the operation now. It reads and never writes. */
export async function previewOperation(database: Database, operation: Operation): Promise<Preview> {
  const rows = await readRows<{ preview: Preview }>(
    database,
    sql`SELECT onceward.preview_operation(${JSON.stringify(operation)}) AS preview`,
  );
  return rows[0]?.preview as Preview;
}
