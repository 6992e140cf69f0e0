/** Reads from Postgres which balance config is current, which is scheduled, and which there were. */
import type pg from 'pg';
import type { PublishingState } from '../src/config/judge.ts';
import type { PublishedConfig } from '../src/config/published.ts';

export async function selectCurrent(client: pg.Client): Promise<PublishedConfig | null> {
  const { rows } = await client.query(
    `SELECT version, sha256, document FROM onceward.balance_configs WHERE effective_from <= clock_timestamp()
      ORDER BY effective_from DESC, version DESC LIMIT 1`,
  );
  const row = rows[0];
  return row === undefined ? null : { version: row.version, sha256: row.sha256, document: row.document };
}

/** What publishing reads first. */
export async function selectState(client: pg.Client): Promise<PublishingState> {
  const { rows } = await client.query('SELECT onceward.publishing_state(NULL, NULL) AS state');
  return rows[0].state;
}

export interface ListedVersion {
  readonly version: number;
  readonly state: 'current' | 'scheduled' | 'cancelled' | 'former';
  /** ISO 8601, UTC. Null: cancelled before it took effect. */
  readonly effectiveFrom: string | null;
  readonly publishedAt: string;
  readonly publishedBy: string;
  readonly reason: string | null;
  readonly sha256: string;
}

/** The newest versions, newest first. */
export async function selectVersions(client: pg.Client, most: number): Promise<readonly ListedVersion[]> {
  const { rows } = await client.query(
    'SELECT onceward.config_json(version) AS config FROM onceward.balance_configs ORDER BY version DESC LIMIT $1',
    [most],
  );
  return rows.map(({ config }) => config);
}
