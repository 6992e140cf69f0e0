/**
 * Creates, opens and deletes the data folder of a server. It contains the files `password` and `pgdata`. If the server's
 * account cannot enter the folder, `pgdata` is a link to a cluster in the shared folder.
 */
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
import { type Account, canEnter, runAs, sharedFolder } from './account.ts';
import { isServerRunning } from './server.ts';

export type Cluster = { pgdata: string; password: string; account: Account };

/** Opens the cluster in `dataDir` and creates it first if it does not exist. */
export async function openCluster(dataDir: string, home: string, account: Account): Promise<Cluster> {
  mkdirSync(dataDir, { recursive: true });
  const link = path.join(dataDir, 'pgdata');
  const password = readOrCreatePassword(path.join(dataDir, 'password'), existsSync(link));
  if (!existsSync(link)) {
    // A dangling link remains if the shared folder was cleaned up. It is treated like an empty folder.
    rmSync(link, { force: true });
    await createCluster({ link, home, password, account });
  }
  const pgdata = realpathSync(link);
  const { uid, gid } = statSync(pgdata);
  if (!(await canEnter(account, path.dirname(pgdata)))) {
    throw new Error(
      `The account that runs Postgres cannot enter ${pgdata}. Move the folder back or delete it.`,
    );
  }
  // Postgres must own its data, so data that another account created is served by that account.
  return { pgdata, password, account: process.getuid?.() === 0 && uid !== 0 ? { uid, gid } : account };
}

function readOrCreatePassword(file: string, clusterExists: boolean): string {
  if (existsSync(file)) return readFileSync(file, 'utf8').trim();
  if (clusterExists)
    throw new Error(
      `${file} is missing, and its database cannot be opened without it. Restore it or delete the folder.`,
    );
  const password = randomBytes(24).toString('base64url');
  writeFileSync(file, `${password}\n`, { mode: 0o600 });
  return password;
}

async function createCluster(options: {
  link: string;
  home: string;
  password: string;
  account: Account;
}): Promise<void> {
  const { link, home, password, account } = options;
  const dataDir = path.dirname(link);
  const shared = (await canEnter(account, dataDir)) ? undefined : await clusterFolder(link, account);
  const parent = shared ?? dataDir;
  // Created in a temporary folder and renamed, so that an interrupted initdb does not leave a broken cluster.
  const workshop = mkdtempSync(path.join(parent, 'initdb-'));
  try {
    const passwordFile = path.join(workshop, 'password');
    writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
    changeOwner(account, workshop, passwordFile);
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

/** Creates a folder with a random name in the shared folder, so that a new checkout never gets the data of an old one. */
async function clusterFolder(link: string, account: Account): Promise<string> {
  const clusters = path.join(await sharedFolder(account), 'clusters');
  mkdirSync(clusters, { recursive: true, mode: 0o755 });
  deleteAbandoned(clusters);
  const folder = mkdtempSync(path.join(clusters, 'cluster-'));
  chmodSync(folder, 0o755);
  writeFileSync(path.join(folder, 'origin'), path.resolve(link));
  return folder;
}

/** Deletes clusters whose checkout no longer exists. Otherwise each temporary checkout would leave 40 MB behind. */
function deleteAbandoned(clusters: string): void {
  const anHourAgo = Date.now() - 3_600_000;
  for (const name of readdirSync(clusters)) {
    const folder = path.join(clusters, name);
    const origin = path.join(folder, 'origin');
    // A recent cluster may still be incomplete, and a running server keeps its data.
    if (!existsSync(origin) || lstatSync(folder).mtimeMs > anHourAgo) continue;
    if (isServerRunning(path.join(folder, 'pgdata'))) continue;
    if (linkTarget(readFileSync(origin, 'utf8')) === path.join(folder, 'pgdata')) continue;
    rmSync(folder, { recursive: true, force: true });
  }
}

function linkTarget(link: string): string | undefined {
  return lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink() ? readlinkSync(link) : undefined;
}

/** Deletes the data permanently, wherever it is stored. */
export function removeCluster(dataDir: string): void {
  const target = linkTarget(path.join(dataDir, 'pgdata'));
  if (target) rmSync(path.dirname(target), { recursive: true, force: true });
  rmSync(dataDir, { recursive: true, force: true });
}

function changeOwner(account: Account, ...files: string[]): void {
  if (account.uid === undefined || account.gid === undefined) return;
  for (const file of files) chownSync(file, account.uid, account.gid);
}
