/**
 * Builds the admin page into dist/admin if the build is missing or older than its sources. Wrangler runs this before it
 * bundles ([build] in wrangler.toml), so it takes only milliseconds when the build is up to date.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const ROOT = join(import.meta.dirname, '..');
const BUILT = join(ROOT, 'dist/admin/admin/index.html');
const SOURCES = ['admin', 'src/resolvers', 'tools/documents.ts', 'package-lock.json'];
/** Exists while a process builds, since several processes may bundle at the same time. */
const LOCK = join(ROOT, 'dist/admin.lock');
/** A build takes a few seconds. An older lock was left by a process that was killed. */
const MAX_LOCK_AGE_MS = 120_000;

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
      return mkdirSync(LOCK);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const lock = statSync(LOCK, { throwIfNoEntry: false });
    if (lock && Date.now() - lock.mtimeMs > MAX_LOCK_AGE_MS) rmSync(LOCK, { recursive: true, force: true });
    await sleep(100);
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
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    return status === 0;
  } finally {
    rmSync(LOCK, { recursive: true, force: true });
  }
}

if (!isUpToDate() && !(await build())) {
  console.error('The admin page could not be built.');
  process.exitCode = 1;
}
