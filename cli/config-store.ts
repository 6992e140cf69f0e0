/**
 * Publishes a balance config in this order: validate, compare with the current one, insert the version into Postgres, write the
 * document to KV, write the pointer to KV. If a step fails, Workers keep serving a complete config, old or new, and publishing again
 * repeats the rest.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { ConfigChange } from '../src/config/changes.ts';
import { compareConfigs } from '../src/config/compare.ts';
import { compileForPublishing } from '../src/config/compile.ts';
import { canonicalJson, sha256Hex } from '../src/config/json.ts';
import type { Problem } from '../src/config/problem.ts';
import { type KernelRules, kernelRulesOf } from '../src/config/publication.ts';
import { documentKey, POINTER_KEY, type PublishedConfig } from '../src/config/published.ts';
import { RESERVED_CLAIM_TYPES } from '../src/resolvers/schema.ts';
import { countHeld, readFormer } from './config-former.ts';
import type { WriteKv } from './config-kv.ts';
import { LOCK_NOT_AVAILABLE, withClient } from './connect.ts';
import { selectCurrent } from './current-config.ts';

export interface PreviewRequest {
  /** Parsed JSON, not validated yet. */
  readonly document: unknown;
  readonly ownerDatabaseUrl: string;
  /** The paths of the changes that pay something again and shall be published. */
  readonly reopens?: readonly string[];
}

export interface PublishRequest extends PreviewRequest {
  readonly by: string;
  readonly reason: string | null;
  readonly writeKv: WriteKv;
  /** How long to wait for another publication. */
  readonly lockTimeout?: string;
  /** Called before an attempt is repeated because another transaction holds a lock. */
  readonly onRetry?: (message: string) => void;
}

interface Invalid {
  readonly kind: 'invalid';
  readonly problems: readonly Problem[];
}

interface Refused {
  /** Something would be paid again, and `reopens` does not name it, or it names what is not paid again. */
  readonly kind: 'refused';
  readonly problems: readonly Problem[];
  readonly changes: readonly ConfigChange[];
}

interface Unchanged {
  /** The document is the current one already. No version is created; publishing rewrites KV. */
  readonly kind: 'unchanged';
  readonly version: number;
  readonly sha256: string;
  readonly changes: readonly ConfigChange[];
}

interface Publishable {
  readonly kind: 'publishable';
  readonly sha256: string;
  /** The current version; null if none was published yet. */
  readonly current: number | null;
  readonly changes: readonly ConfigChange[];
}

export type Previewed = Invalid | Refused | Unchanged | Publishable;
export type Published =
  | Invalid
  | Refused
  | Unchanged
  | (Omit<Unchanged, 'kind'> & { readonly kind: 'published' });

/** Only the owner can take it, and it stops no reader. */
const LOCK_PUBLISHING = 'LOCK TABLE onceward.balance_configs IN SHARE ROW EXCLUSIVE MODE';
const PUBLISH_LOCK_TIMEOUT = '60s';
/** The kernel gives up after a second where a lock would hold up players (drizzle/kernel/20_publish.sql). */
const ATTEMPTS = 5;

export async function publishBalanceConfig(request: PublishRequest): Promise<Published> {
  const checked = await checkDocument(request.document);
  if (checked.kind === 'invalid') return checked;
  const { lockTimeout = PUBLISH_LOCK_TIMEOUT } = request;
  return withOwner(request.ownerDatabaseUrl, async (client) => {
    const stored = await retried(request, () =>
      locked(client, lockTimeout, () => store(client, request, checked)),
    );
    if (stored.kind === 'invalid') return stored;
    if (stored.kind === 'refused') return counted(client, stored);
    // KV is written after the commit, so that it never points at a version that was rolled back. The lock is taken
    // again and the current version is read again, so that of two concurrent publishers none writes the older version.
    await locked(client, lockTimeout, () => writeCurrentToKv(client, request.writeKv)).catch((error) => {
      throw new Error(
        `Postgres holds version ${stored.version}, but KV was not written; publish again. ${(error as Error).message}`,
      );
    });
    return counted(client, stored);
  });
}

/** What publishing would do. Writes nothing. */
export async function previewPublication(request: PreviewRequest): Promise<Previewed> {
  const checked = await checkDocument(request.document);
  if (checked.kind === 'invalid') return checked;
  return withOwner(request.ownerDatabaseUrl, async (client) => {
    const judged = await judge(client, request, checked.sha256);
    return judged.kind === 'invalid' ? judged : counted(client, judged);
  });
}

/** A version that is published already does not fail because players could not be counted. */
async function counted<T extends { readonly changes: readonly ConfigChange[] }>(
  client: pg.Client,
  result: T,
): Promise<T> {
  const changes = await countHeld(client, result.changes).catch(() => result.changes);
  return { ...result, changes };
}

async function retried<T>({ onRetry }: PublishRequest, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if ((error as pg.DatabaseError).code !== LOCK_NOT_AVAILABLE) throw error;
      if (attempt === ATTEMPTS)
        throw new Error(
          'Another transaction holds a lock on the tables, for example a dump or an open session. Nothing was published. End it and publish again.',
        );
      onRetry?.(
        `Another transaction holds a lock on the tables. Attempt ${attempt + 1} of ${ATTEMPTS} follows.`,
      );
      await sleep(attempt * 1_000);
    }
  }
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

/** The document of a published version, or null if there is no such version. */
export function readVersion(ownerDatabaseUrl: string, version: number): Promise<unknown> {
  return withOwner(ownerDatabaseUrl, async (client) => {
    const query = 'SELECT document FROM onceward.balance_configs WHERE version = $1';
    const { rows } = await client.query(query, [version]);
    return rows[0]?.document ?? null;
  });
}

/** Compares the document with the current one. */
async function judge(
  client: pg.Client,
  { document: next, reopens = [] }: PreviewRequest,
  sha256: string,
): Promise<Previewed> {
  const current = await selectCurrent(client);
  if (current?.sha256 === sha256) return { kind: 'unchanged', version: current.version, sha256, changes: [] };
  const changes = current === null ? [] : await changesSince(client, current, next);
  const refused = changes.filter(({ severity }) => severity === 'refused');
  if (refused.length > 0)
    return { kind: 'invalid', problems: refused.map(({ path, text }) => ({ path, message: text })) };
  const again = changes.filter(({ severity }) => severity === 'reopens');
  const problems = [
    ...again.filter(({ path }) => !reopens.includes(path)).map(({ path, text }) => ({ path, message: text })),
    ...reopens
      .filter((path) => !again.some((change) => change.path === path))
      .map((path) => ({ path, message: 'pays nothing again; do not confirm it' })),
  ];
  return problems.length > 0
    ? { kind: 'refused', problems, changes }
    : { kind: 'publishable', sha256, current: current?.version ?? null, changes };
}

async function changesSince(client: pg.Client, current: PublishedConfig, next: unknown) {
  const { rows } = await client.query('SELECT clock_timestamp() AS now');
  const now: Date = rows[0].now;
  const former = await readFormer(client, { current, next, now });
  return compareConfigs({ current: current.document, next, former, now });
}

async function store(
  client: pg.Client,
  request: PublishRequest,
  { sha256, effects }: ValidDocument,
): Promise<Published> {
  const judged = await judge(client, request, sha256);
  if (judged.kind !== 'publishable') return judged;
  const { document, by, reason, reopens = [] } = request;
  const { rows } = await client.query('SELECT onceward.publish_config($1, $2, $3, $4, $5) AS version', [
    canonicalJson(document),
    sha256,
    by,
    // Who confirmed what is kept with the version and in the audit.
    [reason, ...reopens.map((path) => `reopens ${path}`)].filter(Boolean).join('; ') || null,
    JSON.stringify(effects),
  ]);
  return { kind: 'published', version: rows[0].version, sha256, changes: judged.changes };
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

/** Runs work in a transaction while no config is published. */
export function lockedForPublishing<T>(client: pg.Client, work: () => Promise<T>): Promise<T> {
  return locked(client, PUBLISH_LOCK_TIMEOUT, work);
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
  await client.query(LOCK_PUBLISHING).catch((error) => {
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
  if (code === '42P01' || code === '3F000')
    return new Error('This database has no Onceward tables; run `npm run migrate` first.');
  if (code === 'ECONNREFUSED' || code === 'ENOTFOUND') return new Error(`Cannot reach Postgres at ${host}.`);
  return error;
}
