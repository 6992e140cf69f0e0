/**
 * Starts all of Onceward on this machine: database, balance config, staff, keys and the Worker. Used by `npm run dev` and
 * by tests that need a running service.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LocalStack } from '../cli/command-line.ts';
import { readConfigFile } from '../cli/config-document.ts';
import { localKv } from '../cli/config-kv.ts';
import { publishBalanceConfig, readCurrent } from '../cli/config-store.ts';
import { addStaff, listStaff } from '../cli/staff.ts';
import { type LocalDatabase, startDatabase } from './database.ts';
import { type LocalIssuer, startLocalIssuer } from './issuer.ts';
import { loadOrCreateSigningKeys } from './keys.ts';
import { startPlay } from './play.ts';
import {
  createSigner,
  LOCAL_AUDIENCE,
  LOCAL_CODE_SECRET,
  LOCAL_ERASURE_SECRET,
  LOCAL_EVENTS_SECRET,
  LOCAL_ISSUER,
  type Signer,
} from './sign.ts';
import { freePort, requireFreePort } from './system.ts';
import { startWorker, type WorkerProcess } from './worker-process.ts';

const EXAMPLE_CONFIG = join(import.meta.dirname, '../config/balance.example.json');

export interface RunningStack extends LocalStack {
  readonly database: LocalDatabase;
  readonly worker: WorkerProcess;
  readonly signer: Signer;
  /** Where the console signs in. */
  readonly issuer: LocalIssuer;
  /** The balance config that is current at the start: parsed JSON. */
  readonly config: unknown;
  /** Kills the Worker, with all that it has in memory, and starts another one at the same address. */
  restartWorker(): Promise<void>;
  stop(): Promise<void>;
}

interface StackOptions {
  readonly dir: string;
  readonly port: number;
  readonly log: (line: string) => void;
  /** Receives each line that the Worker prints. */
  readonly onLine: (line: string) => void;
  /** The balance config of a database that has none yet. Default: the example. */
  readonly configFile?: string;
  /** `production` shows the schema to staff and servers only. `local`, the default, shows it to everyone. */
  readonly environment?: 'local' | 'production';
  /** Default: direct. */
  readonly commitThrough?: 'direct' | 'lanes';
  /** Serves the example game at /play, in front of the Worker. */
  readonly play?: boolean;
  /** Further variables of the Worker. */
  readonly variables?: Readonly<Record<string, string>>;
}

export async function startLocalStack({
  dir,
  port,
  log,
  onLine,
  configFile = EXAMPLE_CONFIG,
  environment = 'local',
  commitThrough = 'direct',
  play = false,
  variables = {},
}: StackOptions): Promise<RunningStack> {
  await requireFreePort(port);
  await mkdir(dir, { recursive: true });
  log('Starting Postgres 18…');
  const database = await startDatabase({ dir });
  try {
    const config = await publishFirstConfig(database.ownerDatabaseUrl, { dir, configFile, log });
    await addFirstStaff(database.ownerDatabaseUrl);
    const keys = await loadOrCreateSigningKeys(dir);
    const signer = createSigner(keys);
    const issuer = await startLocalIssuer({
      signer,
      redirectUri: `http://127.0.0.1:${port}/admin/`,
      staff: async () =>
        (await listStaff(database.ownerDatabaseUrl)).filter(({ disabledAt }) => disabledAt === null),
    });
    log('Starting the Worker…');
    const workerOptions = {
      port: play ? await freePort() : port,
      dir,
      onLine,
      variables: {
        ...workerVariables(database, signer),
        CONSOLE_SIGN_IN: issuer.setting,
        ENVIRONMENT: environment,
        COMMIT_THROUGH: commitThrough,
        ...variables,
      },
    };
    const worker = await startWorker(workerOptions);
    let current = worker;
    const game = play ? await startPlay({ port, workerUrl: worker.url, keys, dir, log }) : null;
    const { url } = game ?? worker;
    const addresses: LocalStack = {
      url: `${url}/graphql`,
      adminUrl: `${url}/admin`,
      databaseUrl: database.databaseUrl,
      ownerDatabaseUrl: database.ownerDatabaseUrl,
    };
    await writeFile(join(dir, 'dev.json'), `${JSON.stringify(addresses, null, 2)}\n`, { mode: 0o600 });
    const restartWorker = async () => {
      await current.kill();
      current = await startWorker(workerOptions);
    };
    const stop = async () => {
      await game?.close();
      await current.stop();
      await issuer.stop();
      await database.stop();
    };
    return { ...addresses, database, worker, signer, issuer, config, restartWorker, stop };
  } catch (error) {
    await database.stop();
    throw error;
  }
}

function workerVariables({ databaseUrl, endpoint }: LocalDatabase, { jwks }: Signer): Record<string, string> {
  return {
    DATABASE_URL: databaseUrl,
    NEON_ENDPOINT: endpoint.url,
    JWKS: jwks,
    TOKEN_ISSUER: LOCAL_ISSUER,
    TOKEN_AUDIENCE: LOCAL_AUDIENCE,
    CODE_SECRET: LOCAL_CODE_SECRET,
    ERASURE_SECRET: LOCAL_ERASURE_SECRET,
    EVENTS_SECRET: LOCAL_EVENTS_SECRET,
    // Tokens of game servers need no scope here.
    SERVER_SCOPE: 'all',
    // A published config is in use after one second.
    CONFIG_POINTER_TTL_SECONDS: '1',
  };
}

/** Publishes the file if no config was published before, and writes the current one to KV. Returns that. */
async function publishFirstConfig(
  ownerDatabaseUrl: string,
  { dir, configFile, log }: Required<Pick<StackOptions, 'dir' | 'configFile' | 'log'>>,
): Promise<unknown> {
  const current = await readCurrent(ownerDatabaseUrl);
  const document = current?.document ?? (await readConfigFile(configFile));
  const published = await publishBalanceConfig({
    document,
    by: 'npm run dev',
    reason: 'first start of the local stack',
    ownerDatabaseUrl,
    writeKv: localKv(join(dir, 'wrangler')),
  });
  if ('problems' in published) {
    throw new Error(
      `The balance config cannot be published: ${published.problems.map(({ path, message }) => `${path}: ${message}`).join('; ')}`,
    );
  }
  log(`Balance config: version ${published.version}.`);
  return document;
}

async function addFirstStaff(ownerDatabaseUrl: string): Promise<void> {
  if ((await listStaff(ownerDatabaseUrl)).length > 0) return;
  await addStaff(ownerDatabaseUrl, {
    id: 'support-1',
    role: 'support',
    rewardLimit: 1_000,
    dailyBudget: 5_000,
  });
  await addStaff(ownerDatabaseUrl, { id: 'admin-1', role: 'admin', rewardLimit: null, dailyBudget: null });
}
