/**
 * The peers: installed on first use into bench/peers, from a lock file of their own, so that the project itself depends on none
 * of them; and started each as a Node process, as in production.
 */
import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const PEERS = join(import.meta.dirname, '../peers');
const LOCK = join(PEERS, 'package-lock.json');
const INSTALLED_LOCK = join(PEERS, 'node_modules/.onceward-lock.json');

export interface Peer {
  readonly pid: number;
  readonly port: number;
  stop(): Promise<void>;
}

export async function installPeers(say: (progress: string) => void, signal: AbortSignal): Promise<void> {
  const [wanted, installed] = await Promise.all(
    [LOCK, INSTALLED_LOCK].map((file) => readFile(file, 'utf8').catch(() => null)),
  );
  if (wanted === installed) return;
  say('installing the peers (npm ci in bench/peers: PostGraphile and Apollo Server, some 350 MB, once)');
  try {
    await promisify(execFile)('npm', ['ci', '--omit=dev', '--no-audit'], { cwd: PEERS, signal });
  } catch (error) {
    signal.throwIfAborted();
    const { stderr = '' } = error as { stderr?: string };
    throw new Error(`The peers could not be installed. --no-peers measures without them.\n${stderr}`);
  }
  await copyFile(LOCK, INSTALLED_LOCK);
}

/** `program`: within bench/peers. */
export async function startPeer(program: string, databaseUrl: string): Promise<Peer> {
  const child = fork(join(PEERS, program), [], {
    cwd: PEERS,
    // Ctrl-C reaches the bench alone.
    detached: true,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { ...process.env, NODE_ENV: 'production', GRAPHILE_ENV: 'production', DATABASE_URL: databaseUrl },
  });
  const ended = once(child, 'exit');
  const first = await Promise.race([once(child, 'message'), ended.then(() => null)]);
  if (first === null) throw new Error(`${program} did not start`);
  return {
    pid: child.pid as number,
    port: (first[0] as { port: number }).port,
    stop: async () => {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}
