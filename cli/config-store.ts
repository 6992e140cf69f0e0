/**
 * Publishes a balance config in this order: validate, insert the version into Postgres, write the document to KV, write the
 * pointer to KV. If a step fails, Workers keep serving a complete config, old or new, and publishing again repeats the rest.
 */
import type pg from 'pg';
import { compileForPublishing } from '../src/config/compile.ts';
import { canonicalJson, sha256Hex } from '../src/config/json.ts';
import type { Problem } from '../src/config/problem.ts';
import { documentKey, POINTER_KEY, type PublishedConfig } from '../src/config/published.ts';
import { RESERVED_CLAIM_TYPES } from '../src/resolvers/schema.ts';
import { type Change, changedRoles, diffDocuments } from './config-document.ts';
import type { WriteKv } from './config-kv.ts';
import { withClient } from './connect.ts';

export interface PublishRequest {
  /** Parsed JSON, not validated yet. */
  readonly document: unknown;
  readonly by: string;
  readonly reason: string | null;
  readonly ownerDatabaseUrl: string;
  readonly writeKv: WriteKv;
}

export type Published =
  | { readonly kind: 'invalid'; readonly problems: readonly Problem[] }
  | {
      /** `unchanged`: the document was already current. No version was created; KV was rewritten. */
      readonly kind: 'published' | 'unchanged';
      readonly version: number;
      readonly sha256: string;
      readonly changes: readonly Change[];
    };

/** An arbitrary number that all publishers share. */
const PUBLISH_LOCK = 716_253_002;

export async function publishBalanceConfig(request: PublishRequest): Promise<Published> {
  const checked = await checkDocument(request.document);
  if (checked.kind === 'invalid') return checked;
  return withOwner(request.ownerDatabaseUrl, async (client) => {
    const stored = await locked(client, () => store(client, request, checked.sha256));
    if (stored.kind === 'invalid') return stored;
    // KV is written after the commit, so that it never points at a version that was rolled back. The lock is taken
    // again and the current version is read again, so that of two concurrent publishers none writes the older version.
    await locked(client, () => writeCurrentToKv(client, request.writeKv)).catch((error) => {
      throw new Error(
        `Postgres holds version ${stored.version}, but KV was not written; publish again. ${(error as Error).message}`,
      );
    });
    return { ...stored, sha256: checked.sha256 };
  });
}

/** Returns the digest of a valid document, or its problems. */
export async function checkDocument(
  document: unknown,
): Promise<{ kind: 'valid'; sha256: string } | { kind: 'invalid'; problems: readonly Problem[] }> {
  const options = { reservedNames: RESERVED_CLAIM_TYPES };
  const result = compileForPublishing(document, { version: 0, sha256: '' }, options);
  if (result.kind === 'invalid') return result;
  return { kind: 'valid', sha256: await sha256Hex(canonicalJson(document)) };
}

/** The current published config, or null if none was published yet. */
export function readCurrent(ownerDatabaseUrl: string): Promise<PublishedConfig | null> {
  return withOwner(ownerDatabaseUrl, selectCurrent);
}

async function store(client: pg.Client, { document, by, reason }: PublishRequest, sha256: string) {
  const current = await selectCurrent(client);
  if (current?.sha256 === sha256)
    return { kind: 'unchanged', version: current.version, changes: [] } as const;
  const problems = current === null ? [] : changedRoles(current.document, document);
  if (problems.length > 0) return { kind: 'invalid', problems } as const;
  const { rows } = await client.query(
    `INSERT INTO onceward.balance_configs (sha256, document, published_by, reason)
     VALUES ($1, $2, $3, $4) RETURNING version`,
    [sha256, canonicalJson(document), by, reason],
  );
  await client.query(
    `INSERT INTO onceward.audit_events (actor_kind, actor_id, action, outcome, reason, detail)
     VALUES ('operator', $1, 'config.publish', 'done', $2, jsonb_build_object('version', $3::bigint, 'sha256', $4::text))`,
    [by, reason, rows[0].version, sha256],
  );
  const changes = current === null ? [] : diffDocuments(current.document, document);
  return { kind: 'published', version: Number(rows[0].version), changes } as const;
}

async function writeCurrentToKv(client: pg.Client, writeKv: WriteKv): Promise<void> {
  const current = await selectCurrent(client);
  if (current === null) throw new Error('No balance config is published.');
  const { version, sha256, document } = current;
  await writeKv([
    { key: documentKey(sha256), value: canonicalJson(document) },
    { key: POINTER_KEY, value: JSON.stringify({ version, sha256 }) },
  ]);
}

async function selectCurrent(client: pg.Client): Promise<PublishedConfig | null> {
  const { rows } = await client.query(
    'SELECT version, sha256, document FROM onceward.balance_configs ORDER BY version DESC LIMIT 1',
  );
  const row = rows[0];
  return row === undefined
    ? null
    : { version: Number(row.version), sha256: row.sha256, document: row.document };
}

async function locked<T>(client: pg.Client, work: () => Promise<T>): Promise<T> {
  await client.query('BEGIN');
  try {
    await client.query('SELECT pg_advisory_xact_lock($1)', [PUBLISH_LOCK]);
    const result = await work();
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  }
}

async function withOwner<T>(ownerDatabaseUrl: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const config = { connectionString: ownerDatabaseUrl, connectionTimeoutMillis: 10_000 };
  return withClient(config, work).catch((error) => {
    throw describeError(error, new URL(ownerDatabaseUrl));
  });
}

function describeError(error: unknown, { host }: URL): unknown {
  const code = (error as { code?: string }).code;
  if (code === '42P01')
    return new Error('This database has no Onceward tables; run `npm run migrate` first.');
  if (code === 'ECONNREFUSED' || code === 'ENOTFOUND') return new Error(`Cannot reach Postgres at ${host}.`);
  return error;
}
