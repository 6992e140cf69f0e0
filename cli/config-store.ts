/**
 * Publishes a balance config in this order: validate, compare with the current one, insert the version into Postgres, write the
 * document to KV, write the pointer to KV. If a step fails, Workers keep serving a complete config, old or new, and publishing again
 * repeats the rest. At most one version is scheduled for later.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { ConfigChange } from '../src/config/changes.ts';
import { addHeld } from '../src/config/held.ts';
import { canonicalJson } from '../src/config/json.ts';
import type {
  Invalid,
  JudgeRequest,
  Publishable,
  Refused,
  Unchanged,
  ValidDocument,
} from '../src/config/judge.ts';
import { documentKey, POINTER_KEY, type PublishedConfig } from '../src/config/published.ts';
import { type Conflict, checkDocument, counting, judgeNow } from './config-judge.ts';
import type { WriteKv } from './config-kv.ts';
import { LOCK_NOT_AVAILABLE, withClient } from './connect.ts';
import { type ListedVersion, selectCurrent, selectState, selectVersions } from './current-config.ts';

export interface PreviewRequest extends JudgeRequest {
  readonly ownerDatabaseUrl: string;
}

interface WriteRequest {
  readonly ownerDatabaseUrl: string;
  readonly by: string;
  readonly reason: string | null;
  readonly writeKv: WriteKv;
  /** How long to wait for another publication. */
  readonly lockTimeout?: string;
  /** Called before an attempt is repeated because another transaction holds a lock. */
  readonly onRetry?: (message: string) => void;
}

export interface PublishRequest extends PreviewRequest, WriteRequest {}

export interface CancelRequest extends WriteRequest {
  readonly version: number;
}

export const API_PUBLISHING = ['off', 'staff', 'approved'] as const;
type ApiPublishing = (typeof API_PUBLISHING)[number];

/** What is scheduled after the command; null: nothing. `was`: the number that it had before it was kept. */
interface WithScheduled {
  readonly scheduled?: {
    readonly version: number;
    readonly sha256: string;
    /** ISO 8601, UTC. */
    readonly from: string;
    readonly was?: number;
  } | null;
}

interface Written extends Omit<Unchanged, 'kind'> {
  /** `scheduled`: the version takes effect later. */
  readonly kind: 'published' | 'scheduled';
  /** Through the API: whether KV was written. */
  readonly isInKv?: boolean;
}

interface Cancelled {
  readonly kind: 'cancelled';
  readonly version: number;
}

export type Previewed = Invalid | ((Refused | Conflict | Unchanged | Publishable) & WithScheduled);
export type Published = Invalid | ((Refused | Conflict | Unchanged | Written) & WithScheduled);
export type CancelResult = (Cancelled | Conflict) & WithScheduled;

/** Only the owner can take it, and it stops no reader. */
const LOCK_PUBLISHING = 'LOCK TABLE onceward.balance_configs IN SHARE ROW EXCLUSIVE MODE';
const PUBLISH_LOCK_TIMEOUT = '60s';
/** The kernel gives up after a second where a lock would hold up players (drizzle/kernel/20_publish.sql). */
const ATTEMPTS = 5;
/** What is scheduled is not what the command expects: the clock may have reached its moment meanwhile. */
const NOT_SCHEDULED = '55000';

export async function publishBalanceConfig(request: PublishRequest): Promise<Published> {
  const checked = await checkDocument(request.document);
  if (checked.kind === 'invalid') return checked;
  return withOwner(request.ownerDatabaseUrl, async (client) => {
    const stored = await written(client, request, () => store(client, request, checked));
    if (stored.kind === 'invalid') return stored;
    return completed(client, stored);
  });
}

/** Cancels the scheduled version, if its moment has not come. */
export function cancelScheduled(request: CancelRequest): Promise<CancelResult> {
  const { version, by, reason } = request;
  return withOwner(request.ownerDatabaseUrl, async (client) => {
    const cancelled = await written(client, request, async (): Promise<Cancelled> => {
      await client.query('SELECT onceward.cancel_config($1, $2, $3)', [version, by, reason]);
      return { kind: 'cancelled', version };
    });
    return { ...cancelled, scheduled: await scheduledNow(client) };
  });
}

/** What publishing would do. Writes nothing. */
export async function previewPublication(request: PreviewRequest): Promise<Previewed> {
  const checked = await checkDocument(request.document);
  if (checked.kind === 'invalid') return checked;
  return withOwner(request.ownerDatabaseUrl, async (client) => {
    const judged = await judgeNow(client, request, checked.sha256);
    return judged.kind === 'invalid' ? judged : completed(client, judged);
  });
}

export function listVersions(ownerDatabaseUrl: string, most: number): Promise<readonly ListedVersion[]> {
  return withOwner(ownerDatabaseUrl, (client) => selectVersions(client, most));
}

/** Adds what is scheduled, and what players hold. A version that is published already does not fail because players could not be counted. */
async function completed<T extends object>(client: pg.Client, result: T): Promise<T & WithScheduled> {
  const scheduled = await scheduledNow(client).catch(() => null);
  const { changes } = result as { readonly changes?: readonly ConfigChange[] };
  const counted = changes && (await addHeld(changes, counting(client)).catch(() => changes));
  return { scheduled, ...result, ...(counted && { changes: counted }) };
}

async function scheduledNow(client: pg.Client): Promise<WithScheduled['scheduled']> {
  const { scheduled: found } = await selectState(client);
  return found && { version: found.version, sha256: found.sha256, from: found.from };
}

/** Runs work in a transaction while no config is published, and then writes KV. */
async function written<T extends { readonly kind: string }>(
  client: pg.Client,
  request: WriteRequest,
  work: () => Promise<T>,
): Promise<T | Conflict> {
  const { lockTimeout = PUBLISH_LOCK_TIMEOUT } = request;
  const done = await retried(request, () => locked(client, lockTimeout, work)).catch(asConflict);
  if (done.kind === 'invalid' || done.kind === 'refused' || done.kind === 'conflict') return done;
  // KV is written after the commit, so that it never points at a version that was rolled back. The lock is taken
  // again and the current version is read again, so that of two concurrent publishers none writes the older version.
  await locked(client, lockTimeout, () => writeCurrentToKv(client, request.writeKv)).catch((error) => {
    const { version } = done as { readonly version?: number };
    throw new Error(
      `Postgres holds version ${version}, but KV was not written; publish again. ${(error as Error).message}`,
    );
  });
  return done;
}

function asConflict(error: unknown): Conflict {
  const { code, message, hint } = error as { code?: string; message: string; hint?: string };
  if (code !== NOT_SCHEDULED) throw error;
  return { kind: 'conflict', problems: [{ path: '', message: [message, hint].filter(Boolean).join('. ') }] };
}

async function retried<T>({ onRetry }: WriteRequest, work: () => Promise<T>): Promise<T> {
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

async function store(client: pg.Client, request: PublishRequest, checked: ValidDocument): Promise<Published> {
  const judged = await judgeNow(client, request, checked.sha256);
  if (judged.kind !== 'publishable') return judged;
  const { document, reason, reopens = [], at = null, keep = null, cancel = null } = request;
  const { changes, kept } = judged;
  const keptDocument = kept && (await checkDocument(kept.document));
  if (keptDocument?.kind === 'invalid') return keptDocument;
  const version = await insert(client, request, {
    ...{ document, checked, at, cancels: keep ?? cancel },
    // Who confirmed what is kept with the version and in the audit.
    reason: [reason, ...reopens.map((path) => `reopens ${path}`)].filter(Boolean).join('; ') || null,
  });
  const { sha256 } = checked;
  if (kept === undefined || keptDocument === undefined)
    return { kind: at === null ? 'published' : 'scheduled', version, sha256, changes };
  // Versions rise with the moments from which they are effective, so the version that stays scheduled gets a new number.
  const again = await insert(client, request, {
    ...{ document: kept.document, checked: keptDocument, at: new Date(kept.from), cancels: null },
    reason: `keeps version ${kept.version}`,
  });
  const scheduled = { version: again, sha256: kept.sha256, from: kept.from, was: kept.version };
  return { kind: 'published', version, sha256, changes: [...changes, ...kept.changes], scheduled };
}

interface Version {
  readonly document: unknown;
  readonly checked: ValidDocument;
  readonly at: Date | null;
  /** The scheduled version that it replaces; null: none is scheduled. */
  readonly cancels: number | null;
  readonly reason: string | null;
}

async function insert(
  client: pg.Client,
  { by }: WriteRequest,
  { document, checked: { sha256, effects }, at, cancels, reason }: Version,
): Promise<number> {
  const { rows } = await client.query(
    'SELECT onceward.publish_config($1, $2, $3, $4, $5, $6, $7) AS version',
    [canonicalJson(document), sha256, by, reason, JSON.stringify(effects), at?.toISOString(), cancels],
  );
  return rows[0].version;
}

async function writeCurrentToKv(client: pg.Client, writeKv: WriteKv): Promise<void> {
  const { current, scheduled } = await selectState(client);
  // Before the first version takes effect there is none to point at: isolates ask Postgres.
  if (current === null) return;
  const documents = [current, ...(scheduled ? [scheduled] : [])];
  const next = scheduled && {
    next: { version: scheduled.version, sha256: scheduled.sha256, from: scheduled.from },
  };
  const { version, sha256 } = current;
  await writeKv([
    ...documents.map((one) => ({ key: documentKey(one.sha256), value: canonicalJson(one.document) })),
    { key: POINTER_KEY, value: JSON.stringify({ version, sha256, ...next }) },
  ]);
}

/** Sets whether staff publish through the API: not at all, each alone, or with the approval of another. */
export function setApiPublishing(
  ownerDatabaseUrl: string,
  by: string,
  publishing: ApiPublishing,
): Promise<void> {
  return withOwner(ownerDatabaseUrl, async (client) => {
    await client.query(
      `WITH changed AS (UPDATE onceward.settings SET config_publishing = $1 RETURNING config_publishing)
       INSERT INTO onceward.audit_events (actor, action, outcome, detail)
       SELECT onceward.register_actor('operator', $2), 'config.api', 'done',
              jsonb_build_object('publishing', config_publishing) FROM changed`,
      [publishing, by],
    );
  });
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
