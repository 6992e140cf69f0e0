/** KV and Postgres as the loader sees them, in memory, each able to fail; counts what is read. */
import { canonicalJson } from '../../src/config/digest.ts';
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
    bound: true,
  };

  async function get(key: string): Promise<string | null> {
    reads.push(key);
    if (state.kvFails) throw new Error('KV GET failed: 500 at https://user:secret@kv');
    await state.kvGate;
    return kv.get(key) ?? null;
  }

  async function readPublished(which: number | 'current'): Promise<PublishedConfig | null> {
    reads.push(`postgres ${which}`);
    if (state.postgresFails) throw new Error('connect postgres://user:secret@host failed');
    return (which === 'current' ? published.at(-1) : published.find((p) => p.version === which)) ?? null;
  }

  return {
    kv,
    log,
    reads,
    state,
    /** As publishing does: Postgres, the document, the pointer. */
    publish(config: PublishedConfig): void {
      published.push(config);
      kv.set(documentKey(config.sha256), canonicalJson(config.document));
      this.pointTo(config);
    },
    pointTo({ version, sha256 }: { version: number; sha256: string }): void {
      kv.set(POINTER_KEY, JSON.stringify({ version, sha256 }));
    },
    loader: () =>
      createConfigLoader({
        kv: state.bound ? { get } : undefined,
        readPublished,
        log: (entry) => log.push(entry),
        ttlMs: TTL_MS,
        now: () => state.now,
      }),
  };
}
