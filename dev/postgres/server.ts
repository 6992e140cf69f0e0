/**
 * Runs one Postgres server process: starts it, waits until it accepts connections, and stops it. It also stops a server that
 * an earlier process left running on the same data.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Account, runAs, serverEnvironment } from './account.ts';

export type Launch = {
  home: string;
  cluster: { pgdata: string; account: Account };
  port: number;
  settings: Record<string, string>;
  log: (line: string) => void;
};

export class Server {
  readonly pid: number;
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  readonly #launch: Launch;
  readonly #lastLines: string[] = [];

  constructor(launch: Launch) {
    const { home, cluster, port, settings, log } = launch;
    const all = {
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      port: String(port),
      ...settings,
    };
    const flags = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    this.#launch = launch;
    this.#child = spawn(path.join(home, 'bin', 'postgres'), ['-D', cluster.pgdata, ...flags], {
      ...cluster.account,
      cwd: cluster.pgdata,
      env: serverEnvironment,
      stdio: ['ignore', 'ignore', 'pipe'],
      // With its own process group, Ctrl-C reaches only the parent, which still needs the database to finish its work.
      detached: process.platform !== 'win32',
    });
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      for (const line of chunk.toString().split('\n').filter(Boolean)) {
        this.#lastLines.push(line);
        if (this.#lastLines.length > 40) this.#lastLines.shift();
        log(line);
      }
    });
    this.#ended = new Promise((resolve) => {
      this.#child.once('close', () => resolve());
      this.#child.once('error', (error) => {
        this.#lastLines.push(error.message);
        resolve();
      });
    });
    this.pid = this.#child.pid ?? 0;
    // The server does not keep this process alive; if it ends without stop(), the shell started below stops the server.
    this.#child.unref();
    (this.#child.stderr as unknown as { unref?: () => void } | null)?.unref?.();
    if (this.pid && process.platform !== 'win32') stopWithParent(this.pid, cluster.account, this.#ended);
  }

  /** Resolves when the server accepts connections. Throws with its last log lines if it ends instead. */
  async ready(withinMs = 60_000): Promise<void> {
    let ended = false;
    void this.#ended.then(() => {
      ended = true;
    });
    for (const deadline = Date.now() + withinMs; Date.now() < deadline; await sleep(15)) {
      if (ended) throw new Error(`Postgres did not start:\n${this.#lastLines.join('\n')}`);
      const lock = readLockFile(this.#launch.cluster.pgdata);
      if (lock?.pid === this.pid && lock.ready) return;
    }
    await this.kill();
    throw new Error(`Postgres was not ready within ${withinMs} ms:\n${this.#lastLines.join('\n')}`);
  }

  /** A fast shutdown: open transactions are rolled back and committed ones are on disk. */
  async stop(): Promise<void> {
    if (process.platform === 'win32') {
      // Windows has no signals; pg_ctl uses the named pipe of the server.
      const { home, cluster } = this.#launch;
      await runAs({}, path.join(home, 'bin', 'pg_ctl'), ['stop', '-D', cluster.pgdata, '-m', 'fast', '-w']);
    }
    await this.#signalUntilEnded(['SIGINT', 'SIGQUIT', 'SIGKILL']);
  }

  /** Ends the server like a crash, for tests of recovery. */
  async kill(): Promise<void> {
    await this.#signalUntilEnded(['SIGKILL']);
  }

  async #signalUntilEnded(signals: NodeJS.Signals[]): Promise<void> {
    this.#child.ref();
    for (const signal of signals) {
      this.#child.kill(signal);
      const waited = new AbortController();
      const timeout = sleep(15_000, false, { signal: waited.signal }).catch(() => false);
      const ended = await Promise.race([this.#ended.then(() => true), timeout]);
      waited.abort();
      if (ended) return;
    }
  }
}

/**
 * Stops the server when this process ends, even by SIGKILL: a shell waits on a pipe that closes together with the process,
 * and then signals the server.
 */
function stopWithParent(pid: number, account: Account, ended: Promise<void>): void {
  const watch = spawn('/bin/sh', ['-c', 'read -r line; kill -INT "$0"', String(pid)], {
    ...account,
    cwd: '/',
    env: serverEnvironment,
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  watch.on('error', () => {});
  watch.stdin.on('error', () => {});
  watch.unref();
  (watch.stdin as unknown as { unref?: () => void }).unref?.();
  // The process ID may be reused, so the shell must not outlive the server.
  void ended.then(() => watch.kill('SIGKILL'));
}

/** Reads postmaster.pid. `ready` is true once the server accepts connections. */
function readLockFile(pgdata: string): { pid: number; ready: boolean } | undefined {
  const file = path.join(pgdata, 'postmaster.pid');
  if (!existsSync(file)) return undefined;
  const lines = readFileSync(file, 'utf8').split('\n');
  return { pid: Math.abs(Number(lines[0])), ready: lines[7]?.trim() === 'ready' };
}

/** Checks the process too, because a killed server leaves its lock file behind. */
export function isServerRunning(pgdata: string): boolean {
  const lock = readLockFile(pgdata);
  return lock !== undefined && processInfo(lock.pid)?.command.includes('postgres') === true;
}

/** Removes the lock file or stops the server of an earlier process. Throws if that process is still running. */
export async function clearPreviousServer(pgdata: string, ownerFile: string): Promise<void> {
  const lock = readLockFile(pgdata);
  if (!lock) return;
  const lockFile = path.join(pgdata, 'postmaster.pid');
  const running = processInfo(lock.pid);
  if (!running?.command.includes('postgres')) {
    // Postgres would trust the lock file if any process has this ID, and IDs are soon reused in a container.
    rmSync(lockFile, { force: true });
    return;
  }
  const owner = existsSync(ownerFile) ? Number(readFileSync(ownerFile, 'utf8')) : undefined;
  if (running.parent === owner) {
    throw new Error(`Postgres on ${pgdata} is in use by process ${owner}. Stop that process first.`);
  }
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    signalProcess(lock.pid, signal);
    if (await hasEnded(lock.pid, 5_000)) break;
  }
}

async function hasEnded(pid: number, withinMs: number): Promise<boolean> {
  for (const deadline = Date.now() + withinMs; Date.now() < deadline; await sleep(20)) {
    if (!processInfo(pid)) return true;
  }
  return false;
}

function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has already ended.
  }
}

/** Undefined if the process does not exist or is a zombie. */
function processInfo(pid: number): { parent: number; command: string } | undefined {
  if (process.platform === 'linux') {
    try {
      // The format is "pid (name) state ppid …", and the name may contain spaces and parentheses.
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
