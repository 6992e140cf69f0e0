/** The one door to the kernel: an Operation in, an Outcome out, in one request to Neon. Nothing else writes. */
import type { Operation } from '../domain/operation.ts';
import type { Outcome } from '../domain/outcome.ts';
import { askDatabase, type Database, requestTimeout } from './database.ts';

/** Throws LedgerUnavailable where the outcome is unknown: sending the same operation again tells it. */
export async function commitOperation({ sql }: Database, operation: Operation): Promise<Outcome> {
  const rows = await askDatabase(() =>
    sql.query(
      'SELECT onceward.commit_operation($1) AS outcome',
      [JSON.stringify(operation)],
      requestTimeout(),
    ),
  );
  return (rows as { outcome: Outcome }[])[0]?.outcome as Outcome;
}
