/**
 * Decides whether a document may be published: its problems, what it changes against the current version, what is scheduled, and
 * what the publisher confirmed. Reads only.
 */
import type pg from 'pg';
import type { ConfigChange } from '../src/config/changes.ts';
import { compareConfigs } from '../src/config/compare.ts';
import { compileForPublishing } from '../src/config/compile.ts';
import { canonicalJson, sha256Hex } from '../src/config/json.ts';
import type { Problem } from '../src/config/problem.ts';
import { type KernelRules, kernelRulesOf } from '../src/config/publication.ts';
import { RESERVED_CLAIM_TYPES } from '../src/resolvers/schema.ts';
import { readFormer } from './config-former.ts';
import { type ScheduledConfig, selectCurrent, selectScheduled } from './current-config.ts';

export interface JudgeRequest {
  /** Parsed JSON, not validated yet. */
  readonly document: unknown;
  /** The paths of the changes that pay something again and shall be published. */
  readonly reopens?: readonly string[];
  /** When it takes effect; null or absent: at once. */
  readonly at?: Date | null;
  /** The scheduled version, which stays scheduled after this one. */
  readonly keep?: number | null;
  /** The scheduled version, which this one replaces. */
  readonly cancel?: number | null;
}

export interface Invalid {
  readonly kind: 'invalid';
  readonly problems: readonly Problem[];
}

export interface Refused {
  /** Something would be paid again, and `reopens` does not name it, or it names what is not paid again. */
  readonly kind: 'refused';
  readonly problems: readonly Problem[];
  readonly changes: readonly ConfigChange[];
}

export interface Conflict {
  /** A version is scheduled, and the publisher did not say what becomes of it; or another one than they named. */
  readonly kind: 'conflict';
  readonly problems: readonly Problem[];
}

export interface Unchanged {
  /** The document is the current one already, or scheduled for that moment. Publishing rewrites KV and nothing else. */
  readonly kind: 'unchanged';
  readonly version: number;
  readonly sha256: string;
  readonly changes: readonly ConfigChange[];
}

export interface Publishable {
  readonly kind: 'publishable';
  readonly sha256: string;
  /** The current version; null if none was published yet. */
  readonly current: number | null;
  readonly changes: readonly ConfigChange[];
  /** The version that stays scheduled, and what it will change then. Absent: none does. */
  readonly kept?: ScheduledConfig & { readonly changes: readonly ConfigChange[] };
}

export interface ValidDocument {
  readonly kind: 'valid';
  readonly sha256: string;
  readonly effects: KernelRules;
}

/** Returns the digest of a valid document and what publishing it writes for the kernel, or its problems. */
export async function checkDocument(document: unknown): Promise<ValidDocument | Invalid> {
  const options = { reservedNames: RESERVED_CLAIM_TYPES };
  const result = compileForPublishing(document, { version: 0, sha256: '' }, options);
  if (result.kind === 'invalid') return { kind: 'invalid', problems: result.problems };
  const sha256 = await sha256Hex(canonicalJson(document));
  return { kind: 'valid', sha256, effects: kernelRulesOf(result.rules) };
}

/** Compares the document with the current one, and a version that stays scheduled with the document. */
export async function judge(
  client: pg.Client,
  request: JudgeRequest,
  sha256: string,
): Promise<Invalid | Refused | Conflict | Unchanged | Publishable> {
  const { document: next, reopens = [], at = null, keep = null, cancel = null } = request;
  const [current, scheduled] = [await selectCurrent(client), await selectScheduled(client)];
  const same = at === null ? current : scheduled?.from === at.toISOString() ? scheduled : null;
  if (same?.sha256 === sha256 && cancel === null)
    return { kind: 'unchanged', version: same.version, sha256, changes: [] };
  const now = await timeOf(client);
  const conflict = conflictOf({ scheduled, keep, cancel, at, now });
  if (conflict !== null) return { kind: 'conflict', problems: [{ path: '', message: conflict }] };

  const changes = current === null ? [] : await changesSince(client, { current, next, now: at ?? now });
  const after = { version: current?.version ?? 0, document: next };
  const kept = keep === null ? null : scheduled && (await judgeKept(client, after, scheduled));
  const all = [...changes, ...(kept?.changes ?? [])];
  const refused = all.filter(({ severity }) => severity === 'refused');
  if (refused.length > 0)
    return { kind: 'invalid', problems: refused.map(({ path, text }) => ({ path, message: text })) };
  const problems = unconfirmed(all, reopens);
  if (problems.length > 0) return { kind: 'refused', problems, changes: all };
  const version = current?.version ?? null;
  return { kind: 'publishable', sha256, current: version, changes, ...(kept && { kept }) };
}

/** A version that stays scheduled, with what it changes once it follows `current`. */
async function judgeKept(
  client: pg.Client,
  current: Comparison['current'],
  scheduled: ScheduledConfig,
): Promise<NonNullable<Publishable['kept']>> {
  const { document: next, from, version } = scheduled;
  const changes = await changesSince(client, { current, next, now: new Date(from) });
  const when = `When version ${version} takes effect:`;
  return { ...scheduled, changes: changes.map((one) => ({ ...one, text: `${when} ${one.text}` })) };
}

/** The changes that pay something again and are not confirmed, and confirmations of what pays nothing again. */
function unconfirmed(changes: readonly ConfigChange[], reopens: readonly string[]): Problem[] {
  const again = changes.filter(({ severity }) => severity === 'reopens');
  return [
    ...again.filter(({ path }) => !reopens.includes(path)).map(({ path, text }) => ({ path, message: text })),
    ...reopens
      .filter((path) => !again.some((change) => change.path === path))
      .map((path) => ({ path, message: 'pays nothing again; do not confirm it' })),
  ];
}

interface Scheduling {
  readonly scheduled: ScheduledConfig | null;
  readonly keep: number | null;
  readonly cancel: number | null;
  readonly at: Date | null;
  readonly now: Date;
}

function conflictOf({ scheduled, keep, cancel, at, now }: Scheduling): string | null {
  if (at !== null && at <= now)
    return `${at.toISOString()} is not in the future: the database's clock is ${now.toISOString()}. Leave --at out to publish now.`;
  const named = keep ?? cancel;
  if (scheduled === null)
    return named === null
      ? null
      : `Version ${named} is not scheduled. It may have taken effect: see --list, and publish without --keep and --cancel.`;
  const { version, from } = scheduled;
  if (named === version) return null;
  const ways = at === null ? `--keep ${version} or --cancel ${version}` : `--cancel ${version}`;
  return `Version ${version} is scheduled for ${from}${named === null ? '' : `, not version ${named}`}. Pass ${ways}.`;
}

async function timeOf(client: pg.Client): Promise<Date> {
  const { rows } = await client.query('SELECT clock_timestamp() AS now');
  return rows[0].now;
}

interface Comparison {
  readonly current: { readonly version: number; readonly document: unknown };
  readonly next: unknown;
  /** When `next` takes effect. */
  readonly now: Date;
}

async function changesSince(
  client: pg.Client,
  { current, next, now }: Comparison,
): Promise<readonly ConfigChange[]> {
  const former = await readFormer(client, { current, next, now });
  return compareConfigs({ current: current.document, next, former, now });
}
