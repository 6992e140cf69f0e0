// The data folder: `password` and `pgdata` beside each other in the folder asked for. When the server's account cannot
// reach that folder, `pgdata` is a link to a cluster kept in the shared place. It never starts or stops a server.

import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { isServerRunning } from './previous-server.ts';
import { canEnter, sharedPlace } from './shared-place.ts';
import { type Account, runAs } from './unprivileged.ts';

export type Cluster = { pgdata: string; password: string; account: Account };

/** Opens the cluster in `dataDir`, making it first if there is none. */
export async function openCluster(dataDir: string, home: string, account: Account): Promise<Cluster> {
  mkdirSync(dataDir, { recursive: true });
  const link = path.join(dataDir, 'pgdata');
  const password = readOrMakePassword(path.join(dataDir, 'password'), existsSync(link));
  if (!existsSync(link)) {
    // A dangling link is what is left when the shared place was cleaned: start afresh, as with an empty folder.
    rmSync(link, { force: true });
    await makeCluster({ link, home, password, account });
  }
  const pgdata = realpathSync(link);
  const { uid, gid } = statSync(pgdata);
  if (!(await canEnter(account, path.dirname(pgdata)))) {
    throw new Error(
      `${pgdata} can no longer be reached by the account that Postgres runs as. Move it back or delete it.`,
    );
  }
  // Postgres wants to own its data, so data made as another account is served as that account.
  return { pgdata, password, account: process.getuid?.() === 0 && uid !== 0 ? { uid, gid } : account };
}

function readOrMakePassword(file: string, clusterExists: boolean): string {
  if (existsSync(file)) return readFileSync(file, 'utf8').trim();
  if (clusterExists)
    throw new Error(`${file} is missing, and the data beside it cannot be opened without it.`);
  const password = randomBytes(24).toString('base64url');
  writeFileSync(file, `${password}\n`, { mode: 0o600 });
  return password;
}

async function makeCluster(make: {
  link: string;
  home: string;
  password: string;
  account: Account;
}): Promise<void> {
  const { link, home, password, account } = make;
  const beside = path.dirname(link);
  const reachable = await canEnter(account, beside);
  const shared = reachable ? undefined : await clusterFolder(link, account);
  const parent = shared ?? beside;
  // Made aside and renamed: an interrupted initdb must not look like a cluster at the next start.
  const workshop = mkdtempSync(path.join(parent, 'initdb-'));
  try {
    const passwordFile = path.join(workshop, 'password');
    writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
    giveTo(account, workshop, passwordFile);
    const fresh = path.join(workshop, 'pgdata');
    const { ok, output } = await runAs(account, path.join(home, 'bin', 'initdb'), [
      `--pgdata=${fresh}`,
      '--username=postgres',
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      // Sorts the same on every machine, whatever locales it has.
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      // Nothing worth syncing yet; a crash here just means another initdb.
      '--no-sync',
    ]);
    if (!ok) throw new Error(`initdb failed:\n${output}`);
    renameSync(fresh, path.join(parent, 'pgdata'));
    if (shared) symlinkSync(path.join(shared, 'pgdata'), link);
  } finally {
    rmSync(workshop, { recursive: true, force: true });
  }
}

/** A new folder in the shared place; named at random, so that a new checkout never inherits an old one's data. */
async function clusterFolder(link: string, account: Account): Promise<string> {
  const clusters = path.join(await sharedPlace(account), 'clusters');
  mkdirSync(clusters, { recursive: true, mode: 0o755 });
  forgetAbandoned(clusters);
  const folder = mkdtempSync(path.join(clusters, 'cluster-'));
  chmodSync(folder, 0o755);
  writeFileSync(path.join(folder, 'origin'), path.resolve(link));
  return folder;
}

/** Deletes clusters whose checkout is gone; without it every temporary checkout would leave 40 MB behind. */
function forgetAbandoned(clusters: string): void {
  const anHourAgo = Date.now() - 3_600_000;
  for (const name of readdirSync(clusters)) {
    const folder = path.join(clusters, name);
    const origin = path.join(folder, 'origin');
    // Young ones may still be in the making, and a running server is never pulled from under its feet.
    if (!existsSync(origin) || lstatSync(folder).mtimeMs > anHourAgo) continue;
    if (isServerRunning(path.join(folder, 'pgdata'))) continue;
    if (linkTarget(readFileSync(origin, 'utf8')) === path.join(folder, 'pgdata')) continue;
    rmSync(folder, { recursive: true, force: true });
  }
}

function linkTarget(link: string): string | undefined {
  return lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink() ? readlinkSync(link) : undefined;
}

/** Deletes the data for good, wherever it is kept. */
export function removeCluster(dataDir: string): void {
  const target = linkTarget(path.join(dataDir, 'pgdata'));
  if (target) rmSync(path.dirname(target), { recursive: true, force: true });
  rmSync(dataDir, { recursive: true, force: true });
}

function giveTo(account: Account, ...files: string[]): void {
  if (account.uid === undefined || account.gid === undefined) return;
  for (const file of files) chownSync(file, account.uid, account.gid);
}
