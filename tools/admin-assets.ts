/** Builds the admin page into dist/admin where the build is missing or older than its sources. */
import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const BUILT = join(ROOT, 'dist/admin/admin/index.html');
const SOURCES = ['admin', 'package-lock.json'];

export function ensureAdminAssets(log: (line: string) => void = () => {}): void {
  const built = statSync(BUILT, { throwIfNoEntry: false });
  if (built && newestChange(SOURCES) < built.mtimeMs) return;
  log('Building the admin page…');
  const vite = join(ROOT, 'node_modules/vite/bin/vite.js');
  const { status, stderr, stdout } = spawnSync(
    process.execPath,
    [vite, 'build', 'admin', '--logLevel', 'warn'],
    {
      cwd: ROOT,
      encoding: 'utf8',
    },
  );
  if (status !== 0) throw new Error(`The admin page could not be built:\n${stdout}${stderr}`);
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
