/**
 * What every subject stands on: the database, the built Workers' place, keys for tokens, and the rules that were
 * published. Starts Workers on request and ends all that it has started, in order. It knows no subject.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createSigner,
  createSigningKeys,
  LOCAL_AUDIENCE,
  LOCAL_ISSUER,
  type Signer,
} from '../../dev/sign.ts';
import { compileBalanceConfig } from '../../src/config/compile.ts';
import type { BalanceRules } from '../../src/domain/rules.ts';
import { type BuildOptions, buildWorker, compatibilityDate } from './build.ts';
import { type BenchDatabase, startBenchDatabase } from './database.ts';
import { startWorkerd, type Workerd, type WorkerdOptions } from './workerd.ts';

export interface Stack {
  readonly database: BenchDatabase;
  readonly signer: Signer;
  readonly rules: BalanceRules;
  readonly signal: AbortSignal;
  /** Bundles a Worker; returns the bundle's path. */
  build(options: Pick<BuildOptions, 'entry' | 'readable'>): Promise<string>;
  startWorker(options: Omit<WorkerdOptions, 'dir' | 'compatibilityDate'>): Promise<Workerd>;
  stop(): Promise<void>;
}

export async function startStack(signal: AbortSignal): Promise<Stack> {
  const dir = await mkdtemp(join(tmpdir(), 'onceward-bench-'));
  const stops: (() => Promise<void>)[] = [() => rm(dir, { recursive: true, force: true })];
  const stop = async () => {
    for (const end of stops.splice(0).reverse()) await end();
  };
  let places = 0;
  const newPlace = () => {
    places += 1;
    return join(dir, `worker-${places}`);
  };
  try {
    const database = await startBenchDatabase(join(dir, 'database'));
    stops.push(database.stop);
    signal.throwIfAborted();
    const compiled = compileBalanceConfig(database.config.document, database.config);
    if (compiled.kind === 'invalid') throw new Error('the published config does not compile');
    const date = await compatibilityDate();
    return {
      database,
      signer: await createSigner(await createSigningKeys()),
      rules: compiled.rules,
      signal,
      build: (options) => buildWorker({ ...options, dir: newPlace(), signal }),
      startWorker: async (options) => {
        signal.throwIfAborted();
        const worker = await startWorkerd({ ...options, dir: newPlace(), compatibilityDate: date });
        stops.push(worker.stop);
        return worker;
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Onceward as deployed, but for its addresses and keys. Rate limits belong to Cloudflare and are not bound. */
export async function startOnceward(
  { database, signer, build, startWorker }: Stack,
  { profiled = false }: { profiled?: boolean } = {},
): Promise<Workerd> {
  return startWorker({
    bundle: await build({ entry: 'src/worker.ts', readable: profiled }),
    inspect: profiled,
    kv: { binding: 'BALANCE_KV', entries: database.kvEntries },
    variables: {
      ENVIRONMENT: 'production',
      DATABASE_URL: database.databaseUrl,
      NEON_ENDPOINT: database.endpointUrl,
      JWKS: signer.jwks,
      TOKEN_ISSUER: LOCAL_ISSUER,
      TOKEN_AUDIENCE: LOCAL_AUDIENCE,
      CONFIG_POINTER_TTL_SECONDS: '10',
      ALLOWED_ORIGINS: '*',
    },
  });
}
