/**
 * Bundles a Worker as `wrangler deploy` does, with the settings of wrangler.toml, without uploading it. Bare Workers are built
 * the same way, so that bundler and options do not cause a difference.
 */
import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const ROOT = join(import.meta.dirname, '../..');
const WRANGLER = join(ROOT, 'node_modules/wrangler/bin/wrangler.js');
const WRANGLER_TOML = join(ROOT, 'wrangler.toml');

export interface BuildOptions {
  /** Relative to the root of the checkout. */
  readonly entry: string;
  /** Another checkout with the same packages. */
  readonly root?: string;
  /** The wrangler.toml of that checkout, if its settings differ too. */
  readonly settings?: string;
  readonly dir: string;
  readonly signal: AbortSignal;
  /** Keeps names and lines readable, for profiles. */
  readonly readable?: boolean;
}

/** Returns the path of the bundle. Its source map is in the same folder. */
export async function buildWorker({
  entry,
  root = ROOT,
  settings = WRANGLER_TOML,
  dir,
  signal,
  readable = false,
}: BuildOptions): Promise<string> {
  await mkdir(dir, { recursive: true });
  const config = join(dir, 'wrangler.toml');
  await writeFile(config, bundlerSettings(await readFile(settings, 'utf8'), entry));
  const args = [WRANGLER, 'deploy', join(root, entry), '--config', config, '--dry-run', '--outdir', dir];
  args.push(`--minify=${!readable}`);
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

/** The admin page is not measured, so the bundle does not need its assets. */
const NOT_MEASURED = ['build', 'assets'];
/** wrangler refuses an entry point that does not export the classes of these. */
const CLASSES = ['durable_objects', 'migrations', 'exports', 'workflows'];

/** The tables of wrangler.toml that matter for the bundle of this entry point. */
function bundlerSettings(toml: string, entry: string): string {
  const left = entry.startsWith('src/') ? NOT_MEASURED : [...NOT_MEASURED, ...CLASSES];
  return toml
    .split(/^(?=\[)/m)
    .filter((table) => !left.includes(/^\[+(\w+)/.exec(table)?.[1] ?? ''))
    .join('');
}

export async function compatibilityDate(): Promise<string> {
  const date = /^compatibility_date = "([\d-]+)"/m.exec(await readFile(WRANGLER_TOML, 'utf8'))?.[1];
  if (date === undefined) throw new Error('wrangler.toml names no compatibility_date');
  return date;
}
