/**
 * Loads the balance config of an isolate. Queries read KV, and Postgres when KV is missing, slow or corrupt. Operations read KV
 * alone: the kernel answers with the current config where theirs is another. Requests share values but never a promise, because
 * workerd hangs a request that waits for another request's promise.
 */
import type { NamedConfig } from '../domain/outcome.ts';
import type { BalanceRules } from '../domain/rules.ts';
import type { ConfigAnswer, ConfigPointer, PublishedConfig, PublishedPointer } from './published.ts';
import { type ConfigKv, readDocument, readPointer } from './read-kv.ts';
import { RulesCache } from './rules-cache.ts';

export interface ConfigLogEntry {
  /** `config_fallback`: Postgres is used instead of KV. `config_kept`: KV failed and the loaded rules stay in use. */
  readonly event: 'config_fallback' | 'config_kept' | 'config_unavailable';
  readonly why: string;
  /** The version in use. Null if there is none. */
  readonly version: number | null;
}

/** `correlationId`: that of the request, for the log. */
export interface ConfigLoader {
  /** The current rules. Call it once per request: the next call may return the next version. */
  current(correlationId?: string): Promise<ConfigAnswer>;
  /** The rules to decide an operation under. Null: there are none yet, and the kernel's answer brings them. */
  loaded(correlationId?: string): Promise<BalanceRules | null>;
  /** The rules of a config that the kernel returned with a replay. A null document is one of those held. */
  adopt(config: NamedConfig): Promise<ConfigAnswer>;
  /** Makes the config current that the kernel says is current, also where its version is lower: after a database restore. */
  adoptCurrent(config: NamedConfig): Promise<ConfigAnswer>;
  /** The digests of the documents that `adopt` needs no document for. */
  held(): readonly string[];
}

export interface ConfigSources {
  readonly kv: ConfigKv | undefined;
  /** The current config in Postgres. Null if nothing is published. Throws if Postgres cannot be reached. */
  readonly readPublished: () => Promise<PublishedConfig | null>;
  /** The failure class of what `readPublished` throws, for the log. */
  readonly failureOf?: (error: unknown) => string | null;
  readonly log: (entry: ConfigLogEntry, correlationId: string | null) => void;
}

/** `ttlMs`: how long the isolate trusts the pointer. `now`: milliseconds since 1970. */
export function createConfigLoader(
  options: ConfigSources & { readonly ttlMs: number; readonly now: () => number },
): ConfigLoader {
  const { ttlMs, now, log } = options;
  const cache = new RulesCache(now, (sha256) => sha256 === newest?.sha256);
  /** The current rules as far as this isolate knows. A stale KV edge cannot replace them with an older version. */
  let newest: BalanceRules | null = null;
  /** What the kernel said is no longer current: KV may go on naming it. */
  let overruled: ConfigPointer | null = null;
  /** The version that KV names as the next. It replaces the current one at its moment, without another read. */
  let upcoming: Upcoming | null = null;
  let checkedAt = Number.NEGATIVE_INFINITY;

  /** Null: the loaded rules are trusted for now. */
  async function refresh(read: () => Promise<Found>): Promise<ConfigAnswer | null> {
    // The isolate's clock may be wrong: the kernel's answers correct what is switched early or late.
    if (newest !== null && upcoming && isDue(upcoming, now())) switchTo(upcoming.rules);
    // The absolute value matters when the clock is set back: otherwise the rules would stay in use for hours.
    if (newest !== null && Math.abs(now() - checkedAt) < ttlMs) return null;
    // Set before the read, so that one request reads while the others continue with the loaded rules.
    checkedAt = now();
    const found = await read();
    if (found.upcoming !== undefined) upcoming = found.upcoming;
    if (found.answer.kind === 'rules') switchTo(found.answer.rules);
    return found.answer;
  }

  function switchTo(rules: BalanceRules): void {
    if (newest === null || replaces(rules, { newest, overruled })) newest = rules;
  }

  async function current(correlationId: string | null = null): Promise<ConfigAnswer> {
    const found = await refresh(() => readCurrent(cache, options, correlationId));
    if (found?.kind !== 'unavailable') return { kind: 'rules', rules: newest as BalanceRules };
    note(found.why, 'config_unavailable', correlationId);
    return newest === null ? found : { kind: 'rules', rules: newest };
  }

  async function loaded(correlationId: string | null = null): Promise<BalanceRules | null> {
    const found = await refresh(() => readKv(cache, options));
    if (found?.kind === 'unavailable') note(found.why, 'config_fallback', correlationId);
    return newest;
  }

  /** `without`: what it means where no rules are loaded. */
  function note(why: string, without: ConfigLogEntry['event'], correlationId: string | null): void {
    const event = newest === null ? without : 'config_kept';
    log({ event, why, version: newest?.version ?? null }, correlationId);
  }

  async function adopt(config: NamedConfig): Promise<ConfigAnswer> {
    // A claim made under a higher version proves that the version was published. It does not prove that the version
    // is current, so an isolate without a current version learns nothing from it.
    if (newest === null || !replaces(config, { newest, overruled })) return cache.compile(config, 'replay');
    const answer = await cache.compile(config, 'current');
    if (answer.kind === 'rules') newest = answer.rules;
    return answer;
  }

  async function adoptCurrent(config: NamedConfig): Promise<ConfigAnswer> {
    const answer = await cache.compile(config, 'current');
    if (answer.kind === 'unavailable') return answer;
    if (newest !== answer.rules) overruled = newest;
    newest = answer.rules;
    checkedAt = now();
    return answer;
  }

  return { current, loaded, adopt, adoptCurrent, held: () => cache.digests() };
}

interface Known {
  readonly newest: ConfigPointer;
  readonly overruled: ConfigPointer | null;
}

/** True for an equal version too: after a database restore, the same version can have another document. */
function replaces(found: ConfigPointer, { newest, overruled }: Known): boolean {
  const isOverruled = found.version === overruled?.version && found.sha256 === overruled.sha256;
  return found.version >= newest.version && !isOverruled;
}

interface Upcoming {
  readonly rules: BalanceRules;
  /** Milliseconds since 1970. */
  readonly from: number;
}

const isDue = ({ from }: Upcoming, now: number) => from <= now;

/** `upcoming`: undefined where KV did not say. */
interface Found {
  readonly answer: ConfigAnswer;
  readonly upcoming?: Upcoming | null;
}

type TimedSources = ConfigSources & { readonly now: () => number };

async function readCurrent(
  cache: RulesCache,
  sources: TimedSources,
  correlationId: string | null,
): Promise<Found> {
  const fromKv = await readKv(cache, sources);
  if (fromKv.answer.kind === 'rules') return fromKv;
  const { why } = fromKv.answer;
  const answer = await readPostgres(cache, sources);
  if (answer.kind === 'unavailable') return { answer: { kind: 'unavailable', why: `${why}; ${answer.why}` } };
  sources.log({ event: 'config_fallback', why, version: answer.rules.version }, correlationId);
  return { answer };
}

async function readKv(cache: RulesCache, { kv, now }: TimedSources): Promise<Found> {
  const pointer = await readPointer(kv);
  if (pointer.kind !== 'value') return { answer: pointer };
  const upcoming = await readUpcoming(cache, kv, pointer.value);
  // The pointer is moved on some time after the moment.
  if (upcoming !== null && isDue(upcoming, now()))
    return { answer: { kind: 'rules', rules: upcoming.rules }, upcoming: null };
  return { answer: await readPointed(cache, kv, pointer.value), upcoming };
}

/** Null: none is scheduled, or its document cannot be read yet. It is tried again with the pointer. */
async function readUpcoming(
  cache: RulesCache,
  kv: ConfigKv | undefined,
  { next }: PublishedPointer,
): Promise<Upcoming | null> {
  if (next === undefined) return null;
  const answer = await readPointed(cache, kv, next);
  return answer.kind === 'rules' ? { rules: answer.rules, from: Date.parse(next.from) } : null;
}

async function readPointed(
  cache: RulesCache,
  kv: ConfigKv | undefined,
  { version, sha256 }: ConfigPointer,
): Promise<ConfigAnswer> {
  const known = cache.find({ version, sha256 }, 'current');
  if (known !== null) return { kind: 'rules', rules: known };
  const document = await readDocument(kv, sha256);
  if (document.kind !== 'value') return document;
  return cache.compile({ version, sha256, document: document.value }, 'current');
}

async function readPostgres(cache: RulesCache, sources: ConfigSources): Promise<ConfigAnswer> {
  let published: PublishedConfig | null;
  try {
    published = await sources.readPublished();
  } catch (error) {
    // The driver's message may contain parameters or the connection string.
    const failure = sources.failureOf?.(error) ?? null;
    return { kind: 'unavailable', why: `Postgres could not be read${failure ? ` (${failure})` : ''}` };
  }
  if (published !== null) return cache.compile(published, 'current');
  return { kind: 'unavailable', why: 'no balance config has been published' };
}
