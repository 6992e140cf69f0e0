/**
 * The account that Postgres runs as, and a folder that this account can reach. Postgres refuses to run as root, so a root
 * process runs it as an unprivileged account; any other user runs it as themselves. It never creates an account.
 */
import { spawn } from 'node:child_process';
import { lstatSync, mkdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Empty if the current user runs Postgres. */
export type Account = { uid?: number; gid?: number };

/** initdb requires an entry in /etc/passwd, but no home folder and no shell. */
const CANDIDATES = ['nobody', 'postgres', 'daemon'];

export function unprivilegedAccount(): Account {
  if (process.getuid?.() !== 0) return {};
  const entries = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  for (const name of CANDIDATES) {
    const entry = entries.find(([user]) => user === name);
    if (entry) return { uid: Number(entry[2]), gid: Number(entry[3]) };
  }
  throw new Error(
    `Postgres refuses to run as root, and /etc/passwd has none of the accounts ${CANDIDATES.join(', ')}. ` +
      'Run this as another user.',
  );
}

/** A small environment, so that the caller's PG* variables, secrets and locale do not affect Postgres. */
export const serverEnvironment = {
  PATH: process.env.PATH ?? '/usr/bin:/bin',
  LC_ALL: 'C',
  TZ: 'UTC',
  // Windows needs it to load system libraries.
  ...(process.env.SystemRoot ? { SystemRoot: process.env.SystemRoot } : {}),
};

/** Runs a program to its end as `account`. It does not throw if the program fails. */
export function runAs(account: Account, program: string, args: string[]) {
  return new Promise<{ ok: boolean; output: string }>((resolve) => {
    const child = spawn(program, args, {
      ...account,
      // The account may not have access to the caller's current folder.
      cwd: process.platform === 'win32' ? undefined : '/',
      env: serverEnvironment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const collect = (chunk: Buffer) => {
      output += chunk.toString();
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', (error) => resolve({ ok: false, output: error.message }));
    child.on('close', (code) => resolve({ ok: code === 0, output }));
  });
}

/** Asks the operating system, because mode bits alone ignore parent folders and access lists. */
export async function canEnter(account: Account, folder: string): Promise<boolean> {
  if (account.uid === undefined) return true;
  return (await runAs(account, '/bin/sh', ['-c', 'cd "$0"', folder])).ok;
}

const SHARED_FOLDER = 'onceward-postgres';

/**
 * Finds or creates a folder outside the checkout that the account can enter, for a checkout that it cannot enter (a
 * `mktemp -d`, /root). Only this user can write to it, since programs are run from it.
 */
export async function sharedFolder(account: Account): Promise<string> {
  const tried: string[] = [];
  // /var/tmp comes first, because it is kept across reboots.
  for (const parent of new Set(['/var/tmp', tmpdir(), '/tmp', '/var/lib'])) {
    const folder = path.join(parent, SHARED_FOLDER);
    if (isSafeParent(parent) && claim(folder) && (await canEnter(account, folder))) return folder;
    tried.push(folder);
  }
  throw new Error(
    `Found no folder for Postgres that its account can enter and that only this user can write to. Tried: ${tried.join(', ')}.`,
  );
}

/** In a folder that everyone can write to, only the sticky bit keeps other users from renaming our folder. */
function isSafeParent(parent: string): boolean {
  const stat = lstatSync(parent, { throwIfNoEntry: false });
  if (!stat?.isDirectory()) return false;
  const writableByOthers = (stat.mode & 0o022) !== 0;
  const sticky = (stat.mode & 0o1000) !== 0;
  return !writableByOthers || sticky;
}

/** Returns false if the folder belongs to another user or if others can write to it. */
function claim(folder: string): boolean {
  try {
    mkdirSync(folder, { mode: 0o755 });
  } catch {
    // It exists already or must not be created; the check below tells which.
  }
  const stat = lstatSync(folder, { throwIfNoEntry: false });
  return stat?.isDirectory() === true && stat.uid === process.getuid?.() && (stat.mode & 0o022) === 0;
}
