/** Reads the current balance config from Postgres. */
import type pg from 'pg';
import type { PublishedConfig } from '../src/config/published.ts';

export async function selectCurrent(client: pg.Client): Promise<PublishedConfig | null> {
  const { rows } = await client.query(
    `SELECT version, sha256, document FROM onceward.balance_configs
      ORDER BY effective_from DESC, version DESC LIMIT 1`,
  );
  const row = rows[0];
  return row === undefined ? null : { version: row.version, sha256: row.sha256, document: row.document };
}
