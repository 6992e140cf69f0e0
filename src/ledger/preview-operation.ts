/** What the kernel would do with an Operation at this moment, in one request to Neon. It reads and never writes. */
import type { Operation } from '../domain/operation.ts';
import type { Preview } from '../domain/outcome.ts';
import { type Database, readRows } from './database.ts';
import { sql } from './sql.ts';

export async function previewOperation(database: Database, operation: Operation): Promise<Preview> {
  const rows = await readRows<{ preview: Preview }>(
    database,
    sql`SELECT onceward.preview_operation(${JSON.stringify(operation)}) AS preview`,
  );
  return rows[0]?.preview as Preview;
}
