/** The Worker under `wrangler dev`, as a child process with its own group, so that it ends when we say so. */
import { type ChildProcess, spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const ROOT = join(import.meta.dirname, '..');
const START_TIMEOUT_MS = 60_000;
/** Nothing on this stack asks the outside world: no metrics, no made-up location of the caller. */
const QUIET = { WRANGLER_SEND_METRICS: 'false', CLOUDFLARE_CF_FETCH_ENABLED: 'false', FORCE_COLOR: '0' };

export interface WorkerOptions {
  readonly port: number;
  /** Where variables, secrets and the local KV are kept. */
  readonly dir: string;
  readonly variables: Readonly<Record<string, string>>;
  /** Each line that wrangler prints once the Worker is up: the Worker's own log among them. */
  readonly onLine: (line: string) => void;
}

export interface WorkerProcess {
  readonly url: string;
  /** Resolves when the Worker has ended, by `stop` or by itself. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

export async function refuseUsedPort(port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new Error(
              `Port ${port} is in use. Stop what listens there, or choose another: PORT=${port + 1} npm run dev`,
            )
          : error,
      ),
    );
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve()));
  });
}

export async function startWorker({ port, dir, variables, onLine }: WorkerOptions): Promise<WorkerProcess> {
  const envFile = join(dir, 'worker.env');
  const lines = Object.entries(variables).map(([name, value]) => `${name}='${value}'`);
  await writeFile(envFile, `${lines.join('\n')}\n`, { mode: 0o600 });

  const wrangler = join(ROOT, 'node_modules/wrangler/bin/wrangler.js');
  const child = spawn(
    process.execPath,
    [wrangler, 'dev', '--ip', '127.0.0.1', '--port', String(port), '--inspector-port', '0'].concat([
      '--persist-to',
      join(dir, 'wrangler'),
      '--env-file',
      envFile,
      '--show-interactive-dev-session=false',
    ]),
    // A group of its own: Ctrl-C reaches us alone, and we end the Worker before the database.
    { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'], detached: true, env: { ...process.env, ...QUIET } },
  );
  const output: string[] = [];
  let up = false;
  const take = (chunk: Buffer) => {
    for (const line of chunk.toString().split('\n').filter(Boolean)) {
      if (up) onLine(line);
      else output.push(line);
    }
  };
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));

  const url = `http://127.0.0.1:${port}`;
  const stop = async () => {
    end(child, 'SIGTERM');
    await Promise.race([ended, sleep(5_000)]);
    end(child, 'SIGKILL');
    await ended;
  };
  const ready = await Promise.race([untilHealthy(url), ended.then(() => false)]);
  if (!ready) {
    await stop();
    throw new Error(`The Worker did not start:\n${output.join('\n')}`);
  }
  up = true;
  return { url, ended, stop };
}

function end(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // It ended in this very moment.
  }
}

async function untilHealthy(url: string): Promise<boolean> {
  for (const deadline = Date.now() + START_TIMEOUT_MS; Date.now() < deadline; await sleep(100)) {
    const healthy = await fetch(`${url}/health`).then(
      (response) => response.ok,
      () => false,
    );
    if (healthy) return true;
  }
  return false;
}
