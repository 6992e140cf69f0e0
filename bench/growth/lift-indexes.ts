/**
 * Takes indexes, keys and foreign keys off some tables of the ledger and puts them back exactly as the catalogue described them:
 * an index is built over rows that are there in a fraction of the time that it takes to keep it up row by row.
 */
import type pg from 'pg';

interface Lifted {
  readonly drop: string;
  readonly create: string;
}

/** Keys before what refers to them, in the order of making; lifted the other way round. */
const DESCRIBED = `
  SELECT format('DROP INDEX %s', i.indexrelid::regclass) AS drop, pg_get_indexdef(i.indexrelid) AS create, 1 AS place
    FROM pg_index i
   WHERE i.indrelid = ANY ($1::regclass[])
     AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid AND c.contype IN ('p', 'u'))
  UNION ALL
  SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname),
         format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)),
         CASE contype WHEN 'f' THEN 3 ELSE 2 END
    FROM pg_constraint
   WHERE contype IN ('p', 'u', 'f') AND (conrelid = ANY ($1::regclass[]) OR confrelid = ANY ($1::regclass[]))
   ORDER BY place`;

/** Returns what puts all of it back. */
export async function liftIndexes(
  client: pg.Client,
  tables: readonly string[],
): Promise<() => Promise<void>> {
  const { rows } = await client.query<Lifted>(DESCRIBED, [tables.map((table) => `onceward.${table}`)]);
  for (const { drop } of rows.toReversed()) await client.query(drop);
  return async () => {
    for (const { create } of rows) await client.query(create);
  };
}
