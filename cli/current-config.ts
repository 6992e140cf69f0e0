/** Reads from Postgres which balance config is current, which is scheduled, and which there were. */
import type pg from 'pg';
import type { PublishedConfig } from '../src/config/published.ts';

export async function selectCurrent(client: pg.Client): Promise<PublishedConfig | null> {
  const { rows } = await client.query(
    `SELECT version, sha256, document FROM onceward.balance_configs WHERE effective_from <= clock_timestamp()
      ORDER BY effective_from DESC, version DESC LIMIT 1`,
  );
  const row = rows[0];
  return row === undefined ? null : { version: row.version, sha256: row.sha256, document: row.document };
}

/** A version that becomes current at `from` (ISO 8601, UTC). */
export interface ScheduledConfig extends PublishedConfig {
  readonly from: string;
}

export async function selectScheduled(client: pg.Client): Promise<ScheduledConfig | null> {
  const { rows } = await client.query(
    `SELECT version, sha256, document, effective_from FROM onceward.balance_configs
      WHERE version = onceward.scheduled_config()`,
  );
  const row = rows[0];
  if (row === undefined) return null;
  const { version, sha256, document } = row;
  return { version, sha256, document, from: row.effective_from.toISOString() };
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
    `SELECT version, sha256, published_by, reason, published_at, nullif(effective_from, 'infinity') AS effective_from,
            CASE WHEN effective_from = 'infinity' THEN 'cancelled'
                 WHEN version = onceward.scheduled_config() THEN 'scheduled'
                 WHEN version = (SELECT version FROM onceward.balance_configs
                                  WHERE effective_from <= clock_timestamp()
                                  ORDER BY effective_from DESC, version DESC LIMIT 1) THEN 'current'
                 ELSE 'former' END AS state
       FROM onceward.balance_configs ORDER BY version DESC LIMIT $1`,
    [most],
  );
  return rows.map(({ effective_from: from, published_at: at, published_by: publishedBy, ...row }) => ({
    version: row.version,
    state: row.state,
    effectiveFrom: from?.toISOString() ?? null,
    publishedAt: at.toISOString(),
    publishedBy,
    reason: row.reason,
    sha256: row.sha256,
  }));
}
