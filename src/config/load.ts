/**
 * Loads the balance config of an isolate. Queries read KV, and Postgres when KV is missing, slow or corrupt. Operations read KV
 * alone: the kernel answers with the current config where theirs is another. Requests share values but never a promise, because
 * workerd hangs a request that waits for another request's promise.
 */
import type { NamedConfig } from '../domain/outcome.ts';
import type { BalanceRules } from '../domain/rules.ts';
import { MAX_DOCUMENT_BYTES } from './bounds.ts';
import { compileBalanceConfig, compileForReceipts } from './compile.ts';
import { canonicalJson, sha256Hex } from './json.ts';
import type { ConfigAnswer, ConfigPointer, PublishedConfig } from './published.ts';
import { type ConfigKv, readDocument, readPointer } from './read-kv.ts';

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

/** `ttlMs`: how long the isolate trusts the pointer. `now`: milliseconds of any clock. */
export function createConfigLoader(
  options: ConfigSources & { readonly ttlMs: number; readonly now: () => number },
): ConfigLoader {
  const { ttlMs, now, log } = options;
  const cache = new RulesCache(now, (sha256) => sha256 === newest?.sha256);
  /** The current rules as far as this isolate knows. A stale KV edge cannot replace them with an older version. */
  let newest: BalanceRules | null = null;
  /** What the kernel said is no longer current: KV may go on naming it. */
  let overruled: ConfigPointer | null = null;
  let checkedAt = Number.NEGATIVE_INFINITY;

  /** Null: the loaded rules are trusted for now. */
  async function refresh(read: () => Promise<ConfigAnswer>): Promise<ConfigAnswer | null> {
    // The absolute value matters when the clock is set back: otherwise the rules would stay in use for hours.
    if (newest !== null && Math.abs(now() - checkedAt) < ttlMs) return null;
    // Set before the read, so that one request reads while the others continue with the loaded rules.
    checkedAt = now();
    const found = await read();
    if (found.kind === 'rules' && (newest === null || replaces(found.rules, newest))) newest = found.rules;
    return found;
  }

  function replaces(found: ConfigPointer, current: ConfigPointer): boolean {
    const isOverruled = found.version === overruled?.version && found.sha256 === overruled.sha256;
    return supersedes(found, current) && !isOverruled;
  }

  async function current(correlationId: string | null = null): Promise<ConfigAnswer> {
    const found = await refresh(() => readCurrent(cache, options, correlationId));
    if (found?.kind === 'unavailable') {
      const event = newest === null ? 'config_unavailable' : 'config_kept';
      log({ event, why: found.why, version: newest?.version ?? null }, correlationId);
      if (newest === null) return found;
    }
    return { kind: 'rules', rules: newest as BalanceRules };
  }

  async function loaded(correlationId: string | null = null): Promise<BalanceRules | null> {
    const found = await refresh(() => readKv(cache, options.kv));
    if (found?.kind === 'unavailable') {
      const event = newest === null ? 'config_fallback' : 'config_kept';
      log({ event, why: found.why, version: newest?.version ?? null }, correlationId);
    }
    return newest;
  }

  async function adopt(config: NamedConfig): Promise<ConfigAnswer> {
    // A claim made under a higher version proves that the version was published. It does not prove that the version
    // is current, so an isolate without a current version learns nothing from it.
    if (newest === null || !replaces(config, newest)) return cache.compile(config, 'replay');
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

/** True for an equal version too: after a database restore, the same version can have another document. */
function supersedes(found: ConfigPointer, newest: ConfigPointer): boolean {
  return found.version >= newest.version;
}

async function readCurrent(
  cache: RulesCache,
  sources: ConfigSources,
  correlationId: string | null,
): Promise<ConfigAnswer> {
  const fromKv = await readKv(cache, sources.kv);
  if (fromKv.kind === 'rules') return fromKv;
  const answer = await readPostgres(cache, sources);
  if (answer.kind === 'unavailable') return { kind: 'unavailable', why: `${fromKv.why}; ${answer.why}` };
  sources.log({ event: 'config_fallback', why: fromKv.why, version: answer.rules.version }, correlationId);
  return answer;
}

async function readKv(cache: RulesCache, kv: ConfigKv | undefined): Promise<ConfigAnswer> {
  const pointer = await readPointer(kv);
  if (pointer.kind !== 'value') return pointer;
  const known = cache.find(pointer.value, 'current');
  if (known !== null) return { kind: 'rules', rules: known };
  const document = await readDocument(kv, pointer.value.sha256);
  if (document.kind !== 'value') return document;
  return cache.compile({ ...pointer.value, document: document.value }, 'current');
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

/**
 * The canonical JSON of the documents whose rules are kept: ten of the largest size. Compiled rules take 16 times as much memory,
 * so these take 40 of an isolate's 128 MB.
 */
export const MAX_KEPT_BYTES = 10 * MAX_DOCUMENT_BYTES;
/** What a document counts at least: its digest is sent with every operation, so there are at most 40. */
const MIN_COUNTED_BYTES = MAX_DOCUMENT_BYTES / 4;
/** What rules are for: to decide operations, or to show the receipt of an earlier claim, for which little is compiled. */
type Use = 'current' | 'replay';
/** Longer than any request, so that rules which replays need now are not evicted while one of these is under way. */
const IN_USE_MS = 60_000;

interface Kept {
  readonly rules: BalanceRules;
  /** Of rules that are compiled for replays only: what the rest is compiled from. */
  readonly rest: unknown;
  readonly bytes: number;
  readonly usedAt: number;
}

/**
 * Compiled rules by digest, bounded by the size of their documents. One cache per isolate. Where replays need more versions than fit,
 * those that came first stay and the others are compiled each time. Evicting the least recently used would compile all of them.
 */
class RulesCache {
  /** The least recently used first. */
  readonly #bySha = new Map<string, Kept>();
  readonly #now: () => number;
  readonly #isCurrent: (sha256: string) => boolean;
  #bytes = 0;

  constructor(now: () => number, isCurrent: (sha256: string) => boolean) {
    this.#now = now;
    this.#isCurrent = isCurrent;
  }

  /** The rules of a document that is in the cache, under this version. A rollback shares the document. */
  find({ version, sha256 }: ConfigPointer, use: Use): BalanceRules | null {
    const kept = this.#bySha.get(sha256);
    if (kept === undefined || (use === 'current' && kept.rest !== null)) return null;
    const rules = kept.rules.version === version ? kept.rules : { ...kept.rules, version };
    this.#delete(sha256);
    this.#add({ ...kept, rules, usedAt: this.#now() });
    return rules;
  }

  digests(): readonly string[] {
    return [...this.#bySha.keys()];
  }

  /** Compiles a document whose digest matches. Anything else is corrupt or was tampered with. */
  async compile({ version, sha256, document: sent }: PublishedConfig, use: Use): Promise<ConfigAnswer> {
    const known = this.find({ version, sha256 }, use);
    if (known !== null) return { kind: 'rules', rules: known };
    const document = sent ?? this.#bySha.get(sha256)?.rest ?? null;
    if (document === null)
      return { kind: 'unavailable', why: `balance config ${version} is no longer in memory` };
    const text = canonicalOrNull(document);
    if (text === null || (await sha256Hex(text)) !== sha256) {
      return { kind: 'unavailable', why: `balance config ${version} does not match its digest` };
    }
    const isReplay = use === 'replay';
    const result = (isReplay ? compileForReceipts : compileBalanceConfig)(document, { version, sha256 });
    if (result.kind === 'rules') {
      const { rules } = result;
      const bytes = Math.max(text.length, MIN_COUNTED_BYTES);
      this.#keep({ rules, rest: isReplay ? document : null, bytes, usedAt: this.#now() }, use);
      return { kind: 'rules', rules };
    }
    const first = result.problems[0];
    return {
      kind: 'unavailable',
      why: `balance config ${version} is invalid: ${first?.path}: ${first?.message}`,
    };
  }

  /** Makes room by evicting rules that are not in use, and for current rules by evicting any. Without room it keeps nothing. */
  #keep(added: Kept, use: Use): void {
    // Another request may have compiled the same document meanwhile.
    this.#delete(added.rules.sha256);
    for (const [sha256, { usedAt }] of this.#bySha) {
      if (this.#bytes + added.bytes <= MAX_KEPT_BYTES) break;
      // Where the kernel answers, no request names the current one, but each operation that is decided under it needs it.
      if (use === 'replay' && this.#isCurrent(sha256)) continue;
      // Absolute, because a clock may be set back.
      if (use === 'replay' && Math.abs(added.usedAt - usedAt) < IN_USE_MS) return;
      this.#delete(sha256);
    }
    this.#add(added);
  }

  #add(kept: Kept): void {
    this.#bySha.set(kept.rules.sha256, kept);
    this.#bytes += kept.bytes;
  }

  #delete(sha256: string): void {
    this.#bytes -= this.#bySha.get(sha256)?.bytes ?? 0;
    this.#bySha.delete(sha256);
  }
}

/** Null for a document whose nesting exceeds the stack. */
function canonicalOrNull(document: unknown): string | null {
  try {
    return canonicalJson(document);
  } catch {
    return null;
  }
}
