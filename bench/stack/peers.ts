/**
 * The peers: servers that Onceward is compared with. Creates their database schemas, installs their packages into bench/peers
 * from a lock file of their own, so that the project does not depend on them, and starts each as a Node process.
 */
import { execFile, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { withClient } from '../../cli/connect.ts';
import { showProgress } from '../../cli/progress.ts';

const SQL = join(import.meta.dirname, '../sql');
const SCHEMAS = ['minimal', 'interactive'];
const ROLE = 'bench_peer';

const PEERS = join(import.meta.dirname, '../peers');
const LOCK = join(PEERS, 'package-lock.json');
const INSTALLED_LOCK = join(PEERS, 'node_modules/.onceward-lock.json');

export interface Peer {
  readonly pid: number;
  readonly port: number;
  stop(): Promise<void>;
}

/** Creates the schemas in Onceward's database, and a role that may use them. Returns the role's connection string. */
export async function createPeerSchemas(ownerDatabaseUrl: string): Promise<string> {
  const password = randomBytes(18).toString('base64url');
  await withClient(ownerDatabaseUrl, async (client) => {
    await client.query(`CREATE ROLE ${ROLE} LOGIN PASSWORD '${password}'`);
    for (const schema of SCHEMAS) {
      await client.query(await readFile(join(SQL, `${schema}.sql`), 'utf8'));
      await client.query(`GRANT USAGE ON SCHEMA ${schema} TO ${ROLE}`);
      await client.query(`GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA ${schema} TO ${ROLE}`);
    }
  });
  const url = new URL(ownerDatabaseUrl);
  url.username = ROLE;
  url.password = password;
  return url.href;
}

export async function installPeers(signal: AbortSignal): Promise<void> {
  const [wanted, installed] = await Promise.all(
    [LOCK, INSTALLED_LOCK].map((file) => readFile(file, 'utf8').catch(() => null)),
  );
  if (wanted === installed) return;
  showProgress(
    'installing the peers, once (npm ci in bench/peers: PostGraphile and Apollo Server, about 350 MB)',
  );
  try {
    await promisify(execFile)('npm', ['ci', '--omit=dev', '--no-audit'], { cwd: PEERS, signal });
  } catch (error) {
    signal.throwIfAborted();
    const { stderr = '' } = error as { stderr?: string };
    throw new Error(`The peers could not be installed. Use --no-peers to measure without them.\n${stderr}`);
  }
  await copyFile(LOCK, INSTALLED_LOCK);
}

/** `program` is a path within bench/peers. */
export async function startPeer(program: string, databaseUrl: string): Promise<Peer> {
  const child = fork(join(PEERS, program), [], {
    cwd: PEERS,
    // A process group of its own: Ctrl-C reaches only the benchmark, which stops everything in order.
    detached: true,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { ...process.env, NODE_ENV: 'production', GRAPHILE_ENV: 'production', DATABASE_URL: databaseUrl },
  });
  const exited = once(child, 'exit');
  const message = await Promise.race([once(child, 'message'), exited.then(() => null)]);
  if (message === null) throw new Error(`${program} did not start`);
  return {
    pid: child.pid as number,
    port: (message[0] as { port: number }).port,
    stop: async () => {
      if (child.connected) child.disconnect();
      await exited;
    },
  };
}
