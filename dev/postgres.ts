/**
 * Runs a real Postgres 18 for development and tests from npm packages. The data is kept until it is removed. Roles and
 * tables are created by migrations, not here.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { unprivilegedAccount } from './postgres/account.ts';
import { postgresHome } from './postgres/binaries.ts';
import { openCluster, removeCluster } from './postgres/cluster.ts';
import { clearPreviousServer, Server } from './postgres/server.ts';
import { freePort } from './system.ts';

export type PostgresOptions = {
  /** Keeps the data between starts, and the generated password, which only its owner can read. */
  dataDir: string;
  /** Absent or 0: any free port. */
  port?: number;
  log?: (line: string) => void;
  /** Server settings, passed as `-c name=value`. */
  settings?: Record<string, string>;
};

export type LocalPostgres = {
  port: number;
  /** The server's process ID. */
  pid: number;
  /** The connection string of the superuser `postgres`. The database defaults to `postgres`. */
  superuserUrl(database?: string): string;
  /** A fast, clean shutdown that keeps the data. */
  stop(): Promise<void>;
  /** Kills the server like a crash. The next start recovers the data. */
  kill(): Promise<void>;
  /** Stops the server and deletes the data. */
  remove(): Promise<void>;
};

/** Sized for a small machine that also runs the tests. */
const defaultSettings = {
  shared_buffers: '128MB',
  max_connections: '200',
  // The same as on Neon.
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
 * Two failures are temporary: another process took the free port first, and the last backends of a killed server still hold
 * its shared memory for a moment.
 */
async function withRetries<T>(launch: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await launch();
    } catch (error) {
      const isTemporary = /could not bind|Address already in use|shared memory block/.test(String(error));
      if (!isTemporary || attempt === 10) throw error;
      await sleep(200);
    }
  }
}
