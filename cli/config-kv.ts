/**
 * Writes entries to the KV namespace of the balance config and reads them: to the local one that `wrangler dev` serves, where a running
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
/** More than a document may have. */
const MAX_OUTPUT_BYTES = 8 * 1024 * 1024;

/** Null: there is no such key. */
export type ReadKv = (key: string) => Promise<string | null>;

interface Kv {
  put(key: string, value: string): Promise<void>;
  get(key: string): Promise<string | null>;
}

/** `persistTo` is the folder of `wrangler dev --persist-to`. Wrangler keeps its state in the subfolder v3. */
export function localKv(persistTo: string): WriteKv {
  return (entries) =>
    withLocalKv(persistTo, async (kv) => {
      for (const { key, value } of entries) await kv.put(key, value);
    });
}

export function readLocalKv(persistTo: string): ReadKv {
  return (key) => withLocalKv(persistTo, (kv) => kv.get(key));
}

async function withLocalKv<T>(persistTo: string, use: (kv: Kv) => Promise<T>): Promise<T> {
  // Loading it takes longer than everything else that most commands do.
  const { getPlatformProxy } = await import('wrangler');
  const proxy = await getPlatformProxy<Record<typeof BINDING, Kv>>({
    configPath: WRANGLER_TOML,
    persist: { path: join(persistTo, 'v3') },
    remoteBindings: false,
  });
  try {
    return await use(proxy.env[BINDING]);
  } finally {
    await proxy.dispose();
  }
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

export const readRemoteKv: ReadKv = async (key) => {
  const place = ['--binding', BINDING, '--remote', '--config', WRANGLER_TOML];
  const text = await wrangler(['kv', 'key', 'get', key, '--text', ...place]);
  // What wrangler prints where there is no such key.
  return text.trim() === 'Value not found' ? null : text;
};

async function wrangler(args: readonly string[]): Promise<string> {
  try {
    const options = { timeout: REMOTE_TIMEOUT_MS, maxBuffer: MAX_OUTPUT_BYTES };
    return (await promisify(execFile)(process.execPath, [WRANGLER, ...args], options)).stdout;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(
      `wrangler could not use KV. Log in with \`npx wrangler login\` and run the command again.\n${stdout}${stderr}`.trim(),
    );
  }
}
