/**
 * Builds the admin page into dist/admin if the build is missing or older than its sources. Wrangler runs this before it
 * bundles ([build] in wrangler.toml), so it takes only milliseconds when the build is up to date.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const ROOT = join(import.meta.dirname, '..');
const BUILT = join(ROOT, 'dist/admin/admin/index.html');
/** The page's tabs are made from the operations and their schema. */
const SOURCES = [
  'admin',
  'packages/client/src',
  'src/domain',
  'src/config',
  'config',
  'src/schema',
  'src/resolvers',
  'cli/campaign/list-rows.ts',
  'cli/export-file.ts',
  'tools/documents.ts',
  'package-lock.json',
];
/** Holds the ID of the process that builds, since several processes may bundle at the same time. */
const LOCK = join(ROOT, 'dist/admin.lock');

function isUpToDate(): boolean {
  const built = statSync(BUILT, { throwIfNoEntry: false });
  return built !== undefined && newestChange(SOURCES) < built.mtimeMs;
}

function newestChange(paths: readonly string[]): number {
  return Math.max(
    ...paths.flatMap((path) => {
      const file = join(ROOT, path);
      const stat = statSync(file);
      if (!stat.isDirectory()) return [stat.mtimeMs];
      return readdirSync(file, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs);
    }),
  );
}

async function takeLock(): Promise<void> {
  mkdirSync(join(ROOT, 'dist'), { recursive: true });
  for (;;) {
    try {
      return writeFileSync(LOCK, String(process.pid), { flag: 'wx' });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    if (!isHeld()) rmSync(LOCK, { force: true, recursive: true });
    else await sleep(100);
  }
}

/** False if the process that took the lock was killed. */
function isHeld(): boolean {
  try {
    const owner = Number(readFileSync(LOCK, 'utf8'));
    return owner > 0 && process.kill(owner, 0);
  } catch {
    // Removed meanwhile, or no such process.
    return false;
  }
}

async function build(): Promise<boolean> {
  await takeLock();
  try {
    if (isUpToDate()) return true;
    console.log('Building the admin page…');
    const vite = join(ROOT, 'node_modules/vite/bin/vite.js');
    const { status } = spawnSync(process.execPath, [vite, 'build', 'admin', '--logLevel', 'warn'], {
      cwd: ROOT,
      // Also where a test runs it: otherwise React would be its version for development.
      env: { ...process.env, NODE_ENV: 'production' },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    return status === 0;
  } finally {
    rmSync(LOCK, { force: true });
  }
}

if (!isUpToDate() && !(await build())) {
  console.error('The admin page could not be built.');
  process.exitCode = 1;
}
