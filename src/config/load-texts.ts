/**
 * Loads translations for an isolate: the index of languages, trusted for a while like the config's pointer, and the documents that
 * are asked for. KV first; Postgres where KV is missing, slow or corrupt. Requests share values and never a promise.
 */
import type { Texts } from '../domain/catalogue.ts';
import { canonicalJson, sha256Hex } from './json.ts';
import { type ConfigKv, readKvJson } from './read-kv.ts';
import {
  isTextsIndex,
  MAX_TEXTS_BYTES,
  TEXTS_INDEX_KEY,
  type TextsIndex,
  type TextsPointer,
  textsKey,
} from './texts.ts';

export interface TextsLoader {
  /** The current version of each language. Throws where neither KV nor Postgres can be read. */
  index(): Promise<TextsIndex>;
  /** A version of the index. Throws as above. */
  texts(language: string, pointer: TextsPointer): Promise<Texts>;
}

export interface TextsSources {
  readonly kv: ConfigKv | undefined;
  readonly readIndex: () => Promise<TextsIndex>;
  /** Null: there is no such version. */
  readonly readTexts: (version: number) => Promise<unknown>;
  readonly ttlMs: number;
  readonly now: () => number;
}

/** An index is short: 200 languages. */
const MAX_INDEX_BYTES = 64 * 1024;
const INDEX_CACHE_SECONDS = 30;
const TEXTS_CACHE_SECONDS = 300;
/** How many documents an isolate keeps: of the largest size they take a sixteenth of its memory. */
const MAX_KEPT = 4;

export function createTextsLoader({ kv, readIndex, readTexts, ttlMs, now }: TextsSources): TextsLoader {
  let known: TextsIndex | null = null;
  let checkedAt = Number.NEGATIVE_INFINITY;
  /** By digest, the least recently used first. */
  const kept = new Map<string, Texts>();

  async function index(): Promise<TextsIndex> {
    // Absolute, because a clock may be set back.
    if (known !== null && Math.abs(now() - checkedAt) < ttlMs) return known;
    const read = await readKvJson(kv, TEXTS_INDEX_KEY, {
      cacheTtl: INDEX_CACHE_SECONDS,
      most: MAX_INDEX_BYTES,
    });
    known = read.kind === 'value' && isTextsIndex(read.value) ? read.value : await readIndex();
    checkedAt = now();
    return known;
  }

  async function texts(language: string, { version, sha256 }: TextsPointer): Promise<Texts> {
    const found = kept.get(sha256) ?? (await read(language, { version, sha256 }));
    kept.delete(sha256);
    kept.set(sha256, found);
    for (const oldest of kept.keys()) {
      if (kept.size <= MAX_KEPT) break;
      kept.delete(oldest);
    }
    return found;
  }

  async function read(language: string, { version, sha256 }: TextsPointer): Promise<Texts> {
    const cached = await readKvJson(kv, textsKey(sha256), {
      cacheTtl: TEXTS_CACHE_SECONDS,
      most: MAX_TEXTS_BYTES,
    });
    if (cached.kind === 'value' && (await hasDigest(cached.value, sha256))) return cached.value as Texts;
    const stored = await readTexts(version);
    if (stored === null || !(await hasDigest(stored, sha256)))
      throw new Error(`the texts of ${language}, version ${version}, do not match their digest`);
    return stored as Texts;
  }

  return { index, texts };
}

async function hasDigest(document: unknown, sha256: string): Promise<boolean> {
  return (await sha256Hex(canonicalJson(document))) === sha256;
}
