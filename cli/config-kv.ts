/**
 * Writes entries to the KV namespace of the balance config: to the local one that `wrangler dev` serves, where a running
 * Worker sees them at once, or to Cloudflare's.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

interface KvEntry {
  readonly key: string;
  readonly value: string;
}

/** Writes the entries in order and throws at the first one that fails. */
export type WriteKv = (entries: readonly KvEntry[]) => Promise<void>;

const BINDING = 'BALANCE_KV';
const WRANGLER_TOML = fileURLToPath(new URL('../wrangler.toml', import.meta.url));
const WRANGLER = fileURLToPath(new URL('../node_modules/wrangler/bin/wrangler.js', import.meta.url));
/** The folder of the local stack's KV. */
export const LOCAL_PERSIST = '.onceward/wrangler';
const REMOTE_TIMEOUT_MS = 60_000;

interface Kv {
  put(key: string, value: string): Promise<void>;
}

/** `persistTo` is the folder of `wrangler dev --persist-to`. Wrangler keeps its state in the subfolder v3. */
export function localKv(persistTo: string): WriteKv {
  return async (entries) => {
    // Loading it takes longer than everything else that most commands do.
    const { getPlatformProxy } = await import('wrangler');
    const proxy = await getPlatformProxy<Record<typeof BINDING, Kv>>({
      configPath: WRANGLER_TOML,
      persist: { path: join(persistTo, 'v3') },
      remoteBindings: false,
    });
    try {
      for (const { key, value } of entries) await proxy.env[BINDING].put(key, value);
    } finally {
      await proxy.dispose();
    }
  };
}

/** Uses wrangler, which knows the account and the namespace behind the binding. */
export const remoteKv: WriteKv = async (entries) => {
  const folder = await mkdtemp(join(tmpdir(), 'onceward-config-'));
  try {
    for (const { key, value } of entries) {
      // Passed as a file, because a document can exceed the length limit of a command line.
      const path = join(folder, 'value.json');
      await writeFile(path, value);
      await wrangler([
        'kv',
        'key',
        'put',
        key,
        '--path',
        path,
        '--binding',
        BINDING,
        '--remote',
        '--config',
        WRANGLER_TOML,
      ]);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
};

async function wrangler(args: readonly string[]): Promise<void> {
  try {
    await promisify(execFile)(process.execPath, [WRANGLER, ...args], { timeout: REMOTE_TIMEOUT_MS });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(
      `wrangler could not write to KV. Log in with \`npx wrangler login\` and publish again.\n${stdout}${stderr}`.trim(),
    );
  }
}
