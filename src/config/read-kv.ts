/**
 * Reads the published config from KV. KV is a cache that can be empty, stale, slow or corrupt. Each of these is a return
 * value, not an exception, so that the loader can fall back to Postgres. Does not validate the document.
 */
import { MAX_DOCUMENT_BYTES } from './bounds.ts';
import { documentKey, isPublishedPointer, POINTER_KEY, type PublishedPointer } from './published.ts';

/** The part of a KV namespace that the loader uses. */
export interface ConfigKv {
  get(key: string, options: { type: 'text'; cacheTtl: number }): Promise<string | null>;
}

type Read<T> =
  | { readonly kind: 'value'; readonly value: T }
  | { readonly kind: 'unavailable'; readonly why: string };

/** The minimum that KV accepts. An isolate sees a new pointer within this time plus its own time to live. */
const POINTER_CACHE_SECONDS = 30;
/** A document never changes under its digest. The limit exists because KV also caches that a key is missing. */
const DOCUMENT_CACHE_SECONDS = 300;
const READ_TIMEOUT_MS = 2000;

export async function readPointer(kv: ConfigKv | undefined): Promise<Read<PublishedPointer>> {
  const read = await readKvJson(kv, POINTER_KEY, { ...CONFIG, cacheTtl: POINTER_CACHE_SECONDS });
  if (read.kind !== 'value') return read;
  if (isPublishedPointer(read.value)) return { kind: 'value', value: read.value };
  return unavailable('the pointer in KV is malformed');
}

export function readDocument(kv: ConfigKv | undefined, sha256: string): Promise<Read<unknown>> {
  return readKvJson(kv, documentKey(sha256), { ...CONFIG, cacheTtl: DOCUMENT_CACHE_SECONDS });
}

const CONFIG = { most: MAX_DOCUMENT_BYTES, what: 'balance config' } as const;

/** `most`: no value of ours is longer, so parsing one would be wasted work. */
export async function readKvJson(
  kv: ConfigKv | undefined,
  key: string,
  {
    cacheTtl,
    most,
    what = 'value',
  }: { readonly cacheTtl: number; readonly most: number; readonly what?: string },
): Promise<Read<unknown>> {
  if (kv === undefined) return unavailable('KV is not bound');
  let text: string | null;
  try {
    text = await withDeadline(kv.get(key, { type: 'text', cacheTtl }));
  } catch {
    return unavailable('KV could not be read');
  }
  if (text === null) return unavailable(`KV holds no ${what}`);
  if (text.length > most) return unavailable(`the ${what} in KV is too large`);
  try {
    return { kind: 'value', value: JSON.parse(text) };
  } catch {
    return unavailable(`the ${what} in KV is not JSON`);
  }
}

async function withDeadline<T>(promise: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(reject, READ_TIMEOUT_MS);
  });
  try {
    return await Promise.race([promise, deadline]);
  } finally {
    clearTimeout(timer);
  }
}

const unavailable = (why: string) => ({ kind: 'unavailable', why }) as const;
