// Deals with the server that an earlier process left behind on the same data: a stale postmaster.pid after a crash,
// or a server that outlived its parent. It never touches a server whose parent is still there.

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** What Postgres writes into postmaster.pid; `ready` once it accepts connections. */
export function readLockFile(pgdata: string): { pid: number; ready: boolean } | undefined {
  const file = path.join(pgdata, 'postmaster.pid');
  if (!existsSync(file)) return undefined;
  const lines = readFileSync(file, 'utf8').split('\n');
  return { pid: Math.abs(Number(lines[0])), ready: lines[7]?.trim() === 'ready' };
}

/** A lock file alone proves nothing: a killed server leaves it behind. */
export function isServerRunning(pgdata: string): boolean {
  const lock = readLockFile(pgdata);
  return lock !== undefined && describe(lock.pid)?.command.includes('postgres') === true;
}

/** Clears the way for a new server, or throws when a living process is using the data. */
export async function clearPreviousServer(pgdata: string, ownerFile: string): Promise<void> {
  const lock = readLockFile(pgdata);
  if (!lock) return;
  const lockFile = path.join(pgdata, 'postmaster.pid');
  const running = describe(lock.pid);
  if (!running?.command.includes('postgres')) {
    // Postgres itself trusts any process with that number, and numbers are soon reused in a container.
    rmSync(lockFile, { force: true });
    return;
  }
  const owner = existsSync(ownerFile) ? Number(readFileSync(ownerFile, 'utf8')) : undefined;
  if (running.parent === owner) {
    throw new Error(`Postgres on ${pgdata} is in use by process ${owner}. Stop that one first.`);
  }
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    signalProcess(lock.pid, signal);
    if (await hasEnded(lock.pid, 5_000)) break;
  }
}

async function hasEnded(pid: number, withinMs: number): Promise<boolean> {
  for (const deadline = Date.now() + withinMs; Date.now() < deadline; await sleep(20)) {
    if (!describe(pid)) return true;
  }
  return false;
}

function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended in the meantime, which is what was wanted.
  }
}

/** Undefined when there is no such process (or only its zombie). */
function describe(pid: number): { parent: number; command: string } | undefined {
  if (process.platform === 'linux') {
    try {
      // "pid (name) state ppid …"; the name may itself hold spaces and brackets.
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return state === 'Z' ? undefined : { parent: Number(parent), command: stat };
    } catch {
      return undefined;
    }
  }
  try {
    const line = execFileSync('ps', ['-o', 'ppid=,command=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    return { parent: Number.parseInt(line, 10), command: line };
  } catch {
    return undefined;
  }
}
