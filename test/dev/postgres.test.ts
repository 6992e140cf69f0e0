// The local Postgres keeps its data and can be started again, no matter how it ended.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type LocalPostgres, startPostgres } from '../../dev/postgres.ts';
import { temporaryFolder } from '../support/postgres.ts';

let folder: string;
let running: LocalPostgres | undefined;

beforeAll(async () => {
  folder = await temporaryFolder();
  // Like `mktemp -d`: if this process runs as root, the account of Postgres cannot enter the folder.
  await chmod(folder, 0o700);
});
afterAll(async () => {
  await running?.remove();
  await rm(folder, { recursive: true, force: true });
});

const start = async () => {
  running = await startPostgres({
    dataDir: path.join(folder, 'data'),
    settings: { synchronous_commit: 'on' },
  });
  return running;
};

async function query(postgres: LocalPostgres, text: string): Promise<unknown[]> {
  const client = new pg.Client(postgres.superuserUrl());
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query({ text, rowMode: 'array' })).rows.flat();
  } finally {
    await client.end();
  }
}

test('runs Postgres 18, listens on this machine only and requires its password', async () => {
  const postgres = await start();
  expect(await query(postgres, 'show server_version')).toEqual([expect.stringMatching(/^18\./)]);
  expect(await query(postgres, 'show listen_addresses')).toEqual(['127.0.0.1']);
  expect(await query(postgres, 'show timezone')).toEqual(['UTC']);
  const stranger = new pg.Client({
    host: '127.0.0.1',
    port: postgres.port,
    user: 'postgres',
    password: 'guess',
  });
  await expect(stranger.connect()).rejects.toMatchObject({ code: '28P01' });
  const password = path.join(folder, 'data', 'password');
  expect((await stat(password)).mode & 0o777).toBe(0o600);
  expect(postgres.superuserUrl('app')).toBe(
    `postgresql://postgres:${(await readFile(password, 'utf8')).trim()}@127.0.0.1:${postgres.port}/app`,
  );
  await query(postgres, 'create table kept (id int)');
  await query(postgres, 'insert into kept values (1)');
});

test('keeps its data when it is stopped and started again', async () => {
  await running?.stop();
  const postgres = await start();
  expect(await query(postgres, 'select id from kept')).toEqual([1]);
});

test('recovers its data after the server was killed', async () => {
  await query(running as LocalPostgres, 'insert into kept values (2)');
  await running?.kill();
  const postgres = await start();
  expect(await query(postgres, 'select id from kept order by id')).toEqual([1, 2]);
});

test('starts although a stale lock file names the process ID of another program', async () => {
  await running?.kill();
  const lock = path.join(folder, 'data', 'pgdata', 'postmaster.pid');
  const lines = (await readFile(lock, 'utf8')).split('\n');
  await writeFile(lock, [process.pid, ...lines.slice(1)].join('\n'));
  const postgres = await start();
  expect(await query(postgres, 'select count(*)::int from kept')).toEqual([2]);
});

test('stops while connections are open, and can be stopped twice', async () => {
  const client = new pg.Client(running?.superuserUrl());
  client.on('error', () => {});
  await client.connect();
  await running?.stop();
  await running?.stop();
  expect(isAlive(running?.pid ?? 0)).toBe(false);
});

const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/** Starts a process that starts a server and then waits. */
async function startHolder(): Promise<{ child: ChildProcess; server: number }> {
  const script = `import { startPostgres } from ${JSON.stringify(path.resolve('dev/postgres.ts'))};
    const postgres = await startPostgres({ dataDir: ${JSON.stringify(path.join(folder, 'data'))} });
    console.log(postgres.pid);
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(child.stdout, 'data');
  return { child, server: Number(String(line)) };
}

test('rejects a start on data that a running process is using', async () => {
  const { child, server } = await startHolder();
  await expect(start()).rejects.toThrow(`in use by process ${child.pid}`);
  expect(isAlive(server)).toBe(true);
  child.kill('SIGTERM');
  await vi.waitFor(() => expect(isAlive(server)).toBe(false), { timeout: 10_000 });
});

test.each(['SIGKILL', 'SIGINT'] as const)('stops the server when its parent ends by %s', async (signal) => {
  const { child, server } = await startHolder();
  child.kill(signal);
  await vi.waitFor(() => expect(isAlive(server)).toBe(false), { timeout: 10_000 });
  const postgres = await start();
  expect(await query(postgres, 'select count(*)::int from kept')).toEqual([2]);
  await postgres.stop();
});

test('creates a new cluster after an interrupted initdb', async () => {
  const dataDir = path.join(folder, 'interrupted');
  await mkdir(path.join(dataDir, 'initdb-cut'), { recursive: true });
  const postgres = await startPostgres({ dataDir });
  expect(await query(postgres, 'select 1')).toEqual([1]);
  await postgres.remove();
  await expect(stat(dataDir)).rejects.toMatchObject({ code: 'ENOENT' });
});
