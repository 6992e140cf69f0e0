/**
 * Runs one Worker in its own workerd process, so that its CPU time and memory can be measured. There is no development proxy
 * in front, because `wrangler dev` would cost most of the throughput.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

const KV_WORKER = join(import.meta.dirname, '../workers/kv.js');
const START_TIMEOUT_MS = 20_000;
const STOP_TIMEOUT_MS = 2_000;

export interface WorkerdOptions {
  /** A new folder for the configuration. */
  readonly dir: string;
  /** The path of the bundle. */
  readonly bundle: string;
  readonly compatibilityDate: string;
  readonly variables?: Readonly<Record<string, string>>;
  readonly kv?: {
    readonly binding: string;
    readonly entries: Readonly<Record<string, string>>;
    /** A server (host:port) that replaces the namespace. The entries are ignored then. */
    readonly address?: string;
  };
  /** Classes that the bundle exports. Their objects keep everything in memory. */
  readonly durableObjects?: readonly { readonly binding: string; readonly className: string }[];
  /** Code that runs before the Worker's own code. */
  readonly prelude?: string;
  /** Receives each log line. Without it the Worker still writes its log, and the lines are discarded. */
  readonly onLine?: (line: string) => void;
  readonly inspect?: boolean;
}

export interface Workerd {
  readonly pid: number;
  readonly port: number;
  readonly bundle: string;
  /** Null without `inspect`. */
  readonly inspectorPort: number | null;
  stop(): Promise<void>;
}

export async function startWorkerd(options: WorkerdOptions): Promise<Workerd> {
  const { bundle, onLine, inspect = false } = options;
  const args = ['serve', await writeConfig(options), '--control-fd=3'];
  if (inspect) args.push('--inspector-addr=127.0.0.1:0');
  // A process group of its own: Ctrl-C reaches only the benchmark, which stops everything in order.
  const child = spawn(workerdBinary(), args, {
    stdio: ['ignore', onLine ? 'pipe' : 'ignore', 'pipe', 'pipe'],
    detached: true,
  });
  if (onLine && child.stdout) createInterface({ input: child.stdout }).on('line', onLine);
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  if (child.pid !== undefined) endWithParent(child.pid, exited);
  const stop = async () => {
    child.kill('SIGTERM');
    await Promise.race([exited, sleep(STOP_TIMEOUT_MS, undefined, { ref: false })]);
    child.kill('SIGKILL');
    await exited;
  };
  const stderrTail = keepTail(child.stderr as Readable);
  if (onLine) createInterface({ input: child.stderr as Readable }).on('line', onLine);
  const ports = await Promise.race([
    readPorts(child, inspect),
    exited,
    sleep(START_TIMEOUT_MS, undefined, { ref: false }),
  ]);
  if (!ports) {
    await stop();
    throw new Error(`workerd did not start:\n${stderrTail()}`);
  }
  return { pid: child.pid as number, port: ports.http, bundle, inspectorPort: ports.inspector, stop };
}

/** Writes everything that workerd reads into the folder. Returns the path of the configuration. */
async function writeConfig(options: WorkerdOptions): Promise<string> {
  const { dir, bundle, kv, prelude = '' } = options;
  await mkdir(dir, { recursive: true });
  await writeFile(join(dir, 'worker.js'), prelude + (await readFile(bundle, 'utf8')));
  await copyFile(KV_WORKER, join(dir, 'kv.js'));
  await writeFile(join(dir, 'kv.json'), JSON.stringify(kv?.entries ?? {}));
  const file = join(dir, 'workerd.capnp');
  // The configuration contains the database password.
  await writeFile(file, workerdConfig(options), { mode: 0o600 });
  return file;
}

/** Cap'n Proto configuration of a Worker with variables, a KV namespace and one HTTP socket. */
function workerdConfig({
  compatibilityDate,
  variables = {},
  durableObjects = [],
  kv,
}: WorkerdOptions): string {
  const bindings = Object.entries(variables).map(
    ([name, value]) => `(name = ${quoted(name)}, text = ${quoted(value)})`,
  );
  for (const { binding, className } of durableObjects)
    bindings.push(`(name = ${quoted(binding)}, durableObjectNamespace = ${quoted(className)})`);
  const namespaces = durableObjects.map(
    ({ className }) =>
      `(className = ${quoted(className)}, uniqueKey = ${quoted(`onceward-${className}`)}, enableSql = true)`,
  );
  if (kv) bindings.push(`(name = ${quoted(kv.binding)}, kvNamespace = "kv")`);
  const common = `compatibilityDate = ${quoted(compatibilityDate)}`;
  const kvService = kv?.address
    ? `external = (address = ${quoted(kv.address)}, http = ())`
    : `worker = (
      modules = [(name = "kv.js", esModule = embed "kv.js")],
      ${common}, bindings = [(name = "ENTRIES", json = embed "kv.json")],
    )`;
  return `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "worker", worker = (
      modules = [(name = "worker.js", esModule = embed "worker.js")],
      ${common}, compatibilityFlags = ["nodejs_compat"], globalOutbound = "this-machine",
      bindings = [${bindings.join(', ')}],
      durableObjectNamespaces = [${namespaces.join(', ')}], durableObjectStorage = (inMemory = void),
    )),
    (name = "kv", ${kvService}),
    (name = "this-machine", network = (allow = ["private"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "worker")],
);
`;
}

/** Cap'n Proto escapes printable ASCII as JSON does. Other characters are not needed here. */
function quoted(text: string): string {
  if (!/^[\x20-\x7e]*$/.test(text))
    throw new Error('the workerd configuration may contain only printable ASCII');
  return JSON.stringify(text);
}

/** workerd writes a JSON line for each port to file descriptor 3. */
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

/** Ends workerd even if this process is killed: its end closes the pipe that the shell reads from. */
function endWithParent(pid: number, exited: Promise<void>): void {
  const watcher = spawn('/bin/sh', ['-c', 'read -r line; kill "$0"', String(pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  watcher.on('error', () => {});
  watcher.unref();
  // The process ID may be reused, so the watcher must not outlive workerd.
  void exited.then(() => watcher.kill('SIGKILL'));
}

function keepTail(stream: Readable): () => string {
  let tail = '';
  stream.on('data', (chunk: Buffer) => {
    tail = (tail + chunk).slice(-2_000);
  });
  return () => tail;
}

/** The workerd package is a dependency of wrangler, so it is resolved from there. */
function workerdBinary(): string {
  const wrangler = createRequire(import.meta.url).resolve('wrangler');
  return (createRequire(wrangler)('workerd') as { default: string }).default;
}
