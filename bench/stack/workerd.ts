/**
 * One Worker in a workerd of its own, so that its CPU time and memory are its own too. No development proxy in front:
 * `wrangler dev` would cost most of the throughput. The Worker's log goes nowhere unless asked for, as it
 * costs the same to write.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { workerdConfig } from './workerd-config.ts';

const KV_WORKER = join(import.meta.dirname, '../workers/kv.js');
const START_TIMEOUT_MS = 20_000;

export interface WorkerdOptions {
  /** Must be new: it takes the configuration. */
  readonly dir: string;
  /** The built bundle. */
  readonly bundle: string;
  readonly compatibilityDate: string;
  readonly variables?: Readonly<Record<string, string>>;
  readonly kv?: {
    readonly binding: string;
    readonly entries: Readonly<Record<string, string>>;
    /** Where KV is played instead (host:port); the entries are not used then. */
    readonly address?: string;
  };
  /** Runs before the Worker's own code. */
  readonly prelude?: string;
  /** Each line that the Worker logs; left out: thrown away. */
  readonly onLine?: (line: string) => void;
  readonly inspect?: boolean;
}

export interface Workerd {
  readonly pid: number;
  readonly port: number;
  /** What it runs. */
  readonly bundle: string;
  /** Null unless asked for. */
  readonly inspectorPort: number | null;
  stop(): Promise<void>;
}

export async function startWorkerd(options: WorkerdOptions): Promise<Workerd> {
  const { dir, bundle, compatibilityDate, variables = {}, kv, prelude = '', inspect = false } = options;
  await mkdir(dir, { recursive: true });
  await writeFile(join(dir, 'worker.js'), prelude + (await readFile(bundle, 'utf8')));
  await copyFile(KV_WORKER, join(dir, 'kv.js'));
  await writeFile(join(dir, 'kv.json'), JSON.stringify(kv?.entries ?? {}));
  const configFile = join(dir, 'workerd.capnp');
  // It holds the database's password.
  const config = workerdConfig({
    compatibilityDate,
    variables,
    kvBinding: kv?.binding,
    kvAddress: kv?.address,
  });
  await writeFile(configFile, config, { mode: 0o600 });

  const args = ['serve', configFile, '--control-fd=3', ...(inspect ? ['--inspector-addr=127.0.0.1:0'] : [])];
  // A group of its own: Ctrl-C reaches the bench alone, which ends everything in order.
  const { onLine } = options;
  const child = spawn(workerdBinary(), args, {
    stdio: ['ignore', onLine ? 'pipe' : 'ignore', 'pipe', 'pipe'],
    detached: true,
  });
  if (onLine && child.stdout) createInterface({ input: child.stdout }).on('line', onLine);
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  if (child.pid !== undefined) endWithParent(child.pid, ended);
  const stop = async () => {
    child.kill('SIGTERM');
    await Promise.race([ended, sleep(2_000, undefined, { ref: false })]);
    child.kill('SIGKILL');
    await ended;
  };
  const lastWords = keepTail(child.stderr as Readable);
  if (onLine) createInterface({ input: child.stderr as Readable }).on('line', onLine);
  const ports = await Promise.race([
    readPorts(child, inspect),
    ended,
    sleep(START_TIMEOUT_MS, undefined, { ref: false }),
  ]);
  if (!ports) {
    await stop();
    throw new Error(`workerd did not start:\n${lastWords()}`);
  }
  return { pid: child.pid as number, port: ports.http, bundle, inspectorPort: ports.inspector, stop };
}

/** workerd tells its ports, one JSON line for each, over the pipe that was given to it as number 3. */
async function readPorts(
  child: ChildProcess,
  inspect: boolean,
): Promise<{ http: number; inspector: number | null } | undefined> {
  let http: number | undefined;
  let inspector: number | null = null;
  for await (const line of createInterface({ input: child.stdio[3] as Readable })) {
    const { event, socket, port } = JSON.parse(line) as { event: string; socket?: string; port: number };
    if (event === 'listen' && socket === 'http') http = port;
    if (event === 'listen-inspector') inspector = port;
    if (http !== undefined && (inspector !== null || !inspect)) return { http, inspector };
  }
  return undefined;
}

/** workerd would outlive a bench that was killed: the pipe to this shell closes with the bench, however that ends. */
function endWithParent(pid: number, ended: Promise<void>): void {
  const watch = spawn('/bin/sh', ['-c', 'read -r line; kill "$0"', String(pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  watch.on('error', () => {});
  watch.unref();
  // The number may be given to another process later, so the watch must not outlive workerd.
  void ended.then(() => watch.kill('SIGKILL'));
}

function keepTail(stream: Readable): () => string {
  let tail = '';
  stream.on('data', (chunk: Buffer) => {
    tail = (tail + chunk).slice(-2_000);
  });
  return () => tail;
}

/** The package is a dependency of wrangler, so it is looked up from there. */
function workerdBinary(): string {
  const wrangler = createRequire(import.meta.url).resolve('wrangler');
  return (createRequire(wrangler)('workerd') as { default: string }).default;
}
