/** Runs the Worker under `wrangler dev` in a child process with its own process group, so that all of it can be stopped. */
import { type ChildProcess, spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const ROOT = join(import.meta.dirname, '..');
const START_TIMEOUT_MS = 60_000;
const WRANGLER_ENVIRONMENT = {
  // Wrangler's build hook runs `node`, which must be the one that npm installed.
  PATH: `${join(ROOT, 'node_modules/.bin')}${delimiter}${process.env.PATH}`,
  // No metrics, and no request for a sample location of the caller.
  WRANGLER_SEND_METRICS: 'false',
  CLOUDFLARE_CF_FETCH_ENABLED: 'false',
  FORCE_COLOR: '0',
  // It would record each request and each call of a lane in a database, which makes such a call up to ten times slower.
  X_LOCAL_OBSERVABILITY: 'false',
};

export interface WorkerOptions {
  readonly port: number;
  /** The folder that keeps variables, secrets and the local KV. */
  readonly dir: string;
  readonly variables: Readonly<Record<string, string>>;
  /** Receives each line that wrangler and the Worker print after the start. */
  readonly onLine: (line: string) => void;
}

export interface WorkerProcess {
  readonly url: string;
  /** Resolves when the Worker has ended, by `stop` or on its own. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
  /** Ends it at once, as a crash would. */
  kill(): Promise<void>;
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
    // With its own group, Ctrl-C reaches only this process, which stops the Worker before the database.
    {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
      env: { ...process.env, ...WRANGLER_ENVIRONMENT },
    },
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
  const kill = async () => {
    end(child, 'SIGKILL');
    await ended;
  };
  const ready = await Promise.race([untilHealthy(url), ended.then(() => false)]);
  if (!ready) {
    await stop();
    throw new Error(`The Worker did not start:\n${output.join('\n')}`);
  }
  up = true;
  return { url, ended, stop, kill };
}

function end(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // It has just ended.
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
