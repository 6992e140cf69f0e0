// A real Postgres 18 for development and tests, with nothing to install but npm packages. The data stays until it is
// removed. It creates no roles, databases or tables of ours: that is what migrations are for.

import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './free-port.ts';
import { postgresHome } from './postgres/binaries.ts';
import { openCluster, removeCluster } from './postgres/cluster.ts';
import { clearPreviousServer } from './postgres/previous-server.ts';
import { Server } from './postgres/server.ts';
import { unprivilegedAccount } from './postgres/unprivileged.ts';

export type PostgresOptions = {
  /** Kept between starts. Holds the generated password too, readable by its owner alone. */
  dataDir: string;
  /** Absent or 0: any free one. */
  port?: number;
  log?: (line: string) => void;
  /** Server settings, passed as `-c name=value`. */
  settings?: Record<string, string>;
};

export type LocalPostgres = {
  port: number;
  /** The server's process ID. */
  pid: number;
  /** As the superuser `postgres`; the database defaults to `postgres`. */
  superuserUrl(database?: string): string;
  /** Shuts down quickly and cleanly; the data stays. */
  stop(): Promise<void>;
  /** SIGKILL, as in a crash; the data stays and the next start recovers it. */
  kill(): Promise<void>;
  /** Stops, then deletes the data wherever it is kept. */
  remove(): Promise<void>;
};

/** For a small machine that runs the tests and the thing under test as well. */
const defaultSettings = {
  shared_buffers: '128MB',
  max_connections: '200',
  // As on Neon.
  timezone: 'UTC',
  log_timezone: 'UTC',
};

export async function startPostgres(options: PostgresOptions): Promise<LocalPostgres> {
  const dataDir = path.resolve(options.dataDir);
  const account = unprivilegedAccount();
  const home = await postgresHome(account);
  const cluster = await openCluster(dataDir, home, account);
  const ownerFile = path.join(dataDir, 'owner');
  await clearPreviousServer(cluster.pgdata, ownerFile);
  writeFileSync(ownerFile, String(process.pid));

  const settings = { ...defaultSettings, ...options.settings };
  const log = options.log ?? (() => {});
  const launch = async () => {
    const port = options.port || (await freePort());
    const server = new Server({ home, cluster, port, settings, log });
    await server.ready();
    return { server, port };
  };
  const { server, port } = await withRetries(launch);

  return {
    port,
    pid: server.pid,
    superuserUrl: (database = 'postgres') =>
      `postgresql://postgres:${cluster.password}@127.0.0.1:${port}/${encodeURIComponent(database)}`,
    stop: () => server.stop(),
    kill: () => server.kill(),
    remove: async () => {
      await server.stop();
      removeCluster(dataDir);
    },
  };
}

/**
 * Two failures pass by themselves: a free port that someone took first, and the memory of a killed server, which its
 * last backends hold for a moment after it.
 */
async function withRetries<T>(launch: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await launch();
    } catch (error) {
      const passing = /could not bind|Address already in use|shared memory block/.test(String(error));
      if (!passing || attempt === 10) throw error;
      await sleep(200);
    }
  }
}
