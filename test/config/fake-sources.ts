/** KV and Postgres as the loader uses them, in memory. Both can be made to fail, and every read is recorded. */
import { canonicalJson } from '../../src/config/json.ts';
import { type ConfigLogEntry, createConfigLoader } from '../../src/config/load.ts';
import { documentKey, POINTER_KEY, type PublishedConfig } from '../../src/config/published.ts';

export const TTL_MS = 10_000;

export function createFakeSources() {
  const kv = new Map<string, string>();
  const published: PublishedConfig[] = [];
  const log: ConfigLogEntry[] = [];
  const reads: string[] = [];
  const state = {
    now: 1_000_000,
    kvFails: false,
    kvGate: null as Promise<void> | null,
    postgresFails: false,
    failure: null as string | null,
    bound: true,
  };

  async function get(key: string): Promise<string | null> {
    reads.push(key);
    if (state.kvFails) throw new Error('KV GET failed: 500 at https://user:secret@kv');
    await state.kvGate;
    return kv.get(key) ?? null;
  }

  async function readPublished(): Promise<PublishedConfig | null> {
    reads.push('postgres');
    if (state.postgresFails) throw new Error('connect postgres://user:secret@host failed');
    return published.at(-1) ?? null;
  }

  return {
    kv,
    log,
    reads,
    state,
    /** Writes Postgres, the document and the pointer, in the order of a publish. */
    publish(config: PublishedConfig): void {
      published.push(config);
      kv.set(documentKey(config.sha256), canonicalJson(config.document));
      this.pointTo(config);
    },
    pointTo({ version, sha256 }: { version: number; sha256: string }): void {
      kv.set(POINTER_KEY, JSON.stringify({ version, sha256 }));
    },
    /** As a publication for later leaves KV: the pointer names both. `from`: milliseconds since 1970. */
    schedule(current: PublishedConfig, { version, sha256, document }: PublishedConfig, from: number): void {
      kv.set(documentKey(sha256), canonicalJson(document));
      const next = { version, sha256, from: new Date(from).toISOString() };
      kv.set(POINTER_KEY, JSON.stringify({ version: current.version, sha256: current.sha256, next }));
    },
    loader: () =>
      createConfigLoader({
        kv: state.bound ? { get } : undefined,
        readPublished,
        failureOf: () => state.failure,
        log: (entry) => log.push(entry),
        ttlMs: TTL_MS,
        now: () => state.now,
      }),
  };
}
