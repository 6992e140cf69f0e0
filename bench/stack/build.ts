/**
 * Bundles a Worker exactly as `wrangler deploy` would, under the settings of wrangler.toml, into a folder. Bare Workers
 * go the same way, so that bundler and options are not what makes the difference. Nothing is uploaded.
 */
import { execFile } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const ROOT = join(import.meta.dirname, '../..');
const WRANGLER = join(ROOT, 'node_modules/wrangler/bin/wrangler.js');
const WRANGLER_TOML = join(ROOT, 'wrangler.toml');

export interface BuildOptions {
  /** From the root of the checkout. */
  readonly entry: string;
  /** Another checkout than this one, with the same packages and settings. */
  readonly root?: string;
  readonly dir: string;
  readonly signal: AbortSignal;
  /** Names and lines stay readable: for a profile. */
  readonly readable?: boolean;
}

/** Returns the path of the bundle; its source map lies beside it. */
export async function buildWorker({
  entry,
  root = ROOT,
  dir,
  signal,
  readable = false,
}: BuildOptions): Promise<string> {
  // The admin page is no part of what is measured, and need not have been built.
  const noAssets = join(dir, 'no-assets');
  await mkdir(noAssets, { recursive: true });
  const args = [
    WRANGLER,
    'deploy',
    join(root, entry),
    '--config',
    WRANGLER_TOML,
    '--dry-run',
    '--outdir',
    dir,
  ];
  args.push('--assets', noAssets, `--minify=${!readable}`);
  const env = { ...process.env, WRANGLER_SEND_METRICS: 'false', FORCE_COLOR: '0' };
  try {
    await promisify(execFile)(process.execPath, args, { cwd: ROOT, env, signal });
  } catch (error) {
    signal.throwIfAborted();
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`${entry} could not be built:\n${stdout}${stderr}`);
  }
  const [, name = ''] = /([^/]+)\.ts$/.exec(entry) ?? [];
  return join(dir, `${name}.js`);
}

export async function compatibilityDate(): Promise<string> {
  const date = /^compatibility_date = "([\d-]+)"/m.exec(await readFile(WRANGLER_TOML, 'utf8'))?.[1];
  if (date === undefined) throw new Error('wrangler.toml names no compatibility_date');
  return date;
}
