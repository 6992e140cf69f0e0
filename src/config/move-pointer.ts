/**
 * Writes to KV what the database says is current and scheduled. The Worker's schedule moves the pointer on after a scheduled version
 * has taken effect, and corrects one after a publication that failed after its commit. A publication through the API does so itself.
 */
import { canonicalJson } from './json.ts';
import { documentKey, POINTER_KEY, type PublishedPointer } from './published.ts';
import type { ConfigKv } from './read-kv.ts';

export interface WritableKv extends ConfigKv {
  put(key: string, value: string): Promise<void>;
}

interface Sources {
  readonly kv: WritableKv;
  /** What the database says is current and scheduled. Null: nothing is current. */
  readonly readPublished: () => Promise<PublishedPointer | null>;
  readonly readDocument: (version: number) => Promise<unknown>;
}

/** The minimum that KV accepts. */
const CACHE_SECONDS = 30;

/**
 * Returns whether it wrote. A publication that runs meanwhile may be overwritten; the next run corrects that. `always`: also where the
 * pointer seems to be right. What KV reads may be as old as its cache.
 */
export async function movePointer(
  { kv, readPublished, readDocument }: Sources,
  always = false,
): Promise<boolean> {
  const published = await readPublished();
  if (published === null) return false;
  const read = (key: string) => kv.get(key, { type: 'text', cacheTtl: CACHE_SECONDS });
  const pointer = JSON.stringify(published);
  if (!always && (await read(POINTER_KEY)) === pointer) return false;
  for (const { version, sha256 } of [published, ...(published.next ? [published.next] : [])]) {
    const key = documentKey(sha256);
    if ((await read(key)) === null) await kv.put(key, canonicalJson(await readDocument(version)));
  }
  await kv.put(POINTER_KEY, pointer);
  return true;
}
