// Where things go that an unprivileged Postgres must reach when the checkout is closed to it (a `mktemp -d`, /root).
// Gives a folder that this process owns and nobody else may write; it knows nothing about what is kept there.

import { lstatSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Account, runAs } from './unprivileged.ts';

const folderName = 'onceward-postgres';

/**
 * Finds or makes the folder. A folder of that name left by someone else is passed over: programs are run from here,
 * so whoever could write to it could have their code run.
 */
export async function sharedPlace(account: Account): Promise<string> {
  const tried: string[] = [];
  // /var/tmp first, as it survives a reboot and the data should too.
  for (const parent of new Set(['/var/tmp', tmpdir(), '/tmp', '/var/lib'])) {
    const folder = path.join(parent, folderName);
    if (isSafeParent(parent) && claim(folder) && (await canEnter(account, folder))) return folder;
    tried.push(folder);
  }
  throw new Error(
    `No folder for Postgres that it can reach and nobody else can write to; tried ${tried.join(', ')}.`,
  );
}

/** In a folder that anyone can write to, only the sticky bit keeps others from renaming ours away. */
function isSafeParent(parent: string): boolean {
  const stat = lstatSync(parent, { throwIfNoEntry: false });
  if (!stat?.isDirectory()) return false;
  const writableByOthers = (stat.mode & 0o022) !== 0;
  const sticky = (stat.mode & 0o1000) !== 0;
  return !writableByOthers || sticky;
}

function claim(folder: string): boolean {
  try {
    mkdirSync(folder, { mode: 0o755 });
  } catch {
    // Already there, or not allowed: what is found next decides.
  }
  const stat = lstatSync(folder, { throwIfNoEntry: false });
  return stat?.isDirectory() === true && stat.uid === process.getuid?.() && (stat.mode & 0o022) === 0;
}

/** Asks the system instead of reading mode bits: every folder above counts, and so do access lists. */
export async function canEnter(account: Account, folder: string): Promise<boolean> {
  if (account.uid === undefined) return true;
  return (await runAs(account, '/bin/sh', ['-c', 'cd "$0"', folder])).ok;
}
