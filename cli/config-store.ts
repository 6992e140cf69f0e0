/**
 * Publishes a balance config in this order: validate, insert the version into Postgres, write the document to KV, write the
 * pointer to KV. If a step fails, Workers keep serving a complete config, old or new, and publishing again repeats the rest.
 */
import type pg from 'pg';
import { compileForPublishing } from '../src/config/compile.ts';
import { canonicalJson, sha256Hex } from '../src/config/json.ts';
import type { Problem } from '../src/config/problem.ts';
import { type KernelRules, kernelRulesOf } from '../src/config/publication.ts';
import { documentKey, POINTER_KEY, type PublishedConfig } from '../src/config/published.ts';
import { RESERVED_CLAIM_TYPES } from '../src/resolvers/schema.ts';
import { type Change, changedRoles, diffDocuments } from './config-document.ts';
import type { WriteKv } from './config-kv.ts';
import { LOCK_NOT_AVAILABLE, withClient } from './connect.ts';
import { selectCurrent } from './current-config.ts';

export interface PublishRequest {
  /** Parsed JSON, not validated yet. */
  readonly document: unknown;
  readonly by: string;
  readonly reason: string | null;
  readonly ownerDatabaseUrl: string;
  readonly writeKv: WriteKv;
  /** How long to wait for another publication. */
  readonly lockTimeout?: string;
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
const PUBLISH_LOCK_TIMEOUT = '60s';

export async function publishBalanceConfig(request: PublishRequest): Promise<Published> {
  const checked = await checkDocument(request.document);
  if (checked.kind === 'invalid') return checked;
  const { lockTimeout = PUBLISH_LOCK_TIMEOUT } = request;
  return withOwner(request.ownerDatabaseUrl, async (client) => {
    const stored = await locked(client, lockTimeout, () => store(client, request, checked));
    if (stored.kind === 'invalid') return stored;
    // KV is written after the commit, so that it never points at a version that was rolled back. The lock is taken
    // again and the current version is read again, so that of two concurrent publishers none writes the older version.
    await locked(client, lockTimeout, () => writeCurrentToKv(client, request.writeKv)).catch((error) => {
      throw new Error(
        `Postgres holds version ${stored.version}, but KV was not written; publish again. ${(error as Error).message}`,
      );
    });
    return { ...stored, sha256: checked.sha256 };
  });
}

interface ValidDocument {
  readonly kind: 'valid';
  readonly sha256: string;
  readonly effects: KernelRules;
}

/** Returns the digest of a valid document and what publishing it writes for the kernel, or its problems. */
export async function checkDocument(
  document: unknown,
): Promise<ValidDocument | { kind: 'invalid'; problems: readonly Problem[] }> {
  const options = { reservedNames: RESERVED_CLAIM_TYPES };
  const result = compileForPublishing(document, { version: 0, sha256: '' }, options);
  if (result.kind === 'invalid') return result;
  const sha256 = await sha256Hex(canonicalJson(document));
  return { kind: 'valid', sha256, effects: kernelRulesOf(result.rules) };
}

/** The current published config, or null if none was published yet. */
export function readCurrent(ownerDatabaseUrl: string): Promise<PublishedConfig | null> {
  return withOwner(ownerDatabaseUrl, selectCurrent);
}

async function store(
  client: pg.Client,
  { document, by, reason }: PublishRequest,
  { sha256, effects }: ValidDocument,
) {
  const current = await selectCurrent(client);
  if (current?.sha256 === sha256)
    return { kind: 'unchanged', version: current.version, changes: [] } as const;
  const problems = current === null ? [] : changedRoles(current.document, document);
  if (problems.length > 0) return { kind: 'invalid', problems } as const;
  const { rows } = await client.query('SELECT onceward.publish_config($1, $2, $3, $4, $5) AS version', [
    canonicalJson(document),
    sha256,
    by,
    reason,
    JSON.stringify(effects),
  ]);
  const changes = current === null ? [] : diffDocuments(current.document, document);
  return { kind: 'published', version: rows[0].version as number, changes } as const;
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

async function locked<T>(client: pg.Client, timeout: string, work: () => Promise<T>): Promise<T> {
  await client.query('BEGIN');
  try {
    await lockPublishing(client, timeout);
    const result = await work();
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  }
}

async function lockPublishing(client: pg.Client, timeout: string): Promise<void> {
  await client.query(`SET LOCAL lock_timeout = '${timeout}'`);
  await client.query('SELECT pg_advisory_xact_lock($1)', [PUBLISH_LOCK]).catch((error) => {
    if (error.code !== LOCK_NOT_AVAILABLE) throw error;
    throw new Error(
      `Another publication has been running for ${timeout}. Wait until it has ended, or end its session, and publish again.`,
    );
  });
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
