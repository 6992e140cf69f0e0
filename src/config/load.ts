/**
 * The balance config of an isolate: KV first, Postgres when KV is missing, late or wrong, and never invented rules.
 * Shares values between requests but no promise: workerd hangs a request that waits for another's. Doesn't publish.
 */
import type { BalanceRules } from '../domain/rules.ts';
import type { ConfigAnswer, PublishedConfig } from './published.ts';
import { type ConfigKv, readDocument, readPointer } from './read-kv.ts';
import { RulesCache } from './rules-cache.ts';

export interface ConfigLogEntry {
  /** `config_fallback`: Postgres answered for KV. `config_kept`: neither did, the rules in hand go on. */
  readonly event: 'config_fallback' | 'config_kept' | 'config_unavailable';
  readonly why: string;
  /** Of the rules that are used; null: none. */
  readonly version: number | null;
}

export interface ConfigLoader {
  /** The current rules. Call it once for a request: the next call may see the next version. */
  current(): Promise<ConfigAnswer>;
  /** The rules of a version that was published at some time. */
  byVersion(version: number): Promise<ConfigAnswer>;
  /** The rules of a document that came along with a ledger answer. */
  adopt(published: PublishedConfig): Promise<ConfigAnswer>;
}

export interface ConfigSources {
  readonly kv: ConfigKv | undefined;
  /** Null: there is no such version, or nothing was ever published. Throws when Postgres cannot be reached. */
  readonly readPublished: (which: number | 'current') => Promise<PublishedConfig | null>;
  readonly log: (entry: ConfigLogEntry) => void;
}

/** `ttlMs`: how long the isolate trusts the pointer; `now`: milliseconds of any clock. */
export function createConfigLoader(
  options: ConfigSources & { readonly ttlMs: number; readonly now: () => number },
): ConfigLoader {
  const { ttlMs, now, log } = options;
  const cache = new RulesCache();
  /** The highest current version that this isolate has seen whole; a late KV edge cannot take it back. */
  let newest: BalanceRules | null = null;
  let checkedAt = Number.NEGATIVE_INFINITY;

  async function current(): Promise<ConfigAnswer> {
    // Without regard to sign: a clock that is set back must not make the rules in hand last for hours.
    if (newest !== null && Math.abs(now() - checkedAt) < ttlMs) return { kind: 'rules', rules: newest };
    // Marked before the read, so that one request reads and the others go on with the rules in hand.
    checkedAt = now();
    const found = await readCurrent(cache, options);
    if (found.kind === 'rules') {
      if (newest === null || supersedes(found.rules, newest)) newest = found.rules;
      return { kind: 'rules', rules: newest };
    }
    if (newest === null) {
      log({ event: 'config_unavailable', why: found.why, version: null });
      return found;
    }
    log({ event: 'config_kept', why: found.why, version: newest.version });
    return { kind: 'rules', rules: newest };
  }

  /** A claim made under a higher version proves that it was published. A cold isolate learns nothing about "current". */
  function advance(answer: ConfigAnswer): ConfigAnswer {
    if (answer.kind === 'rules' && newest !== null && supersedes(answer.rules, newest)) newest = answer.rules;
    return answer;
  }

  async function byVersion(version: number): Promise<ConfigAnswer> {
    const known = cache.findVersion(version);
    return known === null
      ? advance(await readPostgres(cache, options, version))
      : { kind: 'rules', rules: known };
  }

  return { current, byVersion, adopt: async (published) => advance(await cache.compile(published)) };
}

/** The same version too: it may have another document, as after a database was restored and published anew. */
function supersedes(found: BalanceRules, newest: BalanceRules): boolean {
  return found.version >= newest.version;
}

async function readCurrent(cache: RulesCache, sources: ConfigSources): Promise<ConfigAnswer> {
  const fromKv = await readKv(cache, sources.kv);
  if (fromKv.kind === 'rules') return fromKv;
  const answer = await readPostgres(cache, sources, 'current');
  if (answer.kind === 'unavailable') return { kind: 'unavailable', why: `${fromKv.why}; ${answer.why}` };
  sources.log({ event: 'config_fallback', why: fromKv.why, version: answer.rules.version });
  return answer;
}

async function readKv(cache: RulesCache, kv: ConfigKv | undefined): Promise<ConfigAnswer> {
  const pointer = await readPointer(kv);
  if (pointer.kind !== 'value') return pointer;
  const known = cache.find(pointer.value);
  if (known !== null) return { kind: 'rules', rules: known };
  const document = await readDocument(kv, pointer.value.sha256);
  if (document.kind !== 'value') return document;
  return cache.compile({ ...pointer.value, document: document.value });
}

async function readPostgres(
  cache: RulesCache,
  sources: ConfigSources,
  which: number | 'current',
): Promise<ConfigAnswer> {
  let published: PublishedConfig | null;
  try {
    published = await sources.readPublished(which);
  } catch {
    // The driver's message may hold parameters or the connection string.
    return { kind: 'unavailable', why: 'Postgres could not be read' };
  }
  if (published !== null) return cache.compile(published);
  const why =
    which === 'current' ? 'no balance config has been published' : `there is no balance config ${which}`;
  return { kind: 'unavailable', why };
}
