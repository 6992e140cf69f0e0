/** Writes another commit of this repository into a folder, so that its Worker can be built and measured in the same run. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const ROOT = join(import.meta.dirname, '../..');

/** The full hash of a commit, or null if this repository does not have it. */
export async function findCommit(ref: string): Promise<string | null> {
  const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`];
  const found = promisify(execFile)('git', args, { cwd: ROOT });
  return found.then(({ stdout }) => stdout.trim()).catch(() => null);
}

/** Only the files of the Worker. They use the packages that are installed here. */
export async function checkOut(commit: string, dir: string): Promise<void> {
  await mkdir(dir, { recursive: true });
  const files = ['src', 'wrangler.toml', 'package.json', 'tsconfig.json', 'tsconfig.base.json'];
  const archive = spawn('git', ['archive', commit, ...files], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const unpack = spawn('tar', ['-x', '-C', dir], { stdio: [archive.stdout, 'ignore', 'inherit'] });
  const codes = await Promise.all([archive, unpack].map(async (child) => (await once(child, 'exit'))[0]));
  if (codes.some((code) => code !== 0)) throw new Error(`commit ${commit} could not be written to a folder`);
  await symlink(join(ROOT, 'node_modules'), join(dir, 'node_modules'));
}
