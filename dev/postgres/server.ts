// Runs one server process: start, wait until it answers, stop, kill. It knows nothing of how the data came about.

import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from './cluster.ts';
import { readLockFile } from './previous-server.ts';
import { type Account, runAs, serverEnvironment } from './unprivileged.ts';

export type Launch = {
  home: string;
  cluster: Cluster;
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
      // Its own session: a Ctrl-C must reach the parent alone, which still needs the database to finish its work.
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
    // A parent that forgot to call stop() may still end; the watch below then shuts the server down.
    this.#child.unref();
    (this.#child.stderr as unknown as { unref?: () => void } | null)?.unref?.();
    if (this.pid && process.platform !== 'win32') stopWithParent(this.pid, cluster.account, this.#ended);
  }

  /** Resolves once it accepts connections; rejects with the server's own words if it ends instead. */
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

  /** Fast shutdown: open transactions are rolled back, everything committed is on disk. */
  async stop(): Promise<void> {
    if (process.platform === 'win32') {
      // Windows has no signals; pg_ctl speaks to the server through its named pipe.
      const { home, cluster } = this.#launch;
      await runAs({}, path.join(home, 'bin', 'pg_ctl'), ['stop', '-D', cluster.pgdata, '-m', 'fast', '-w']);
    }
    await this.#signalUntilEnded(['SIGINT', 'SIGQUIT', 'SIGKILL']);
  }

  /** As if the machine had died: for tests of recovery. */
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
 * Shuts the server down when this process is gone, however it went: the pipe to the watching shell closes with the
 * process, even on SIGKILL, when no handler of ours could run.
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
  // The number may be given to another process later, so the watch must not outlive the server.
  void ended.then(() => watch.kill('SIGKILL'));
}
