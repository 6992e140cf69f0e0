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
import { createPeerSchemas } from './peer-schemas.ts';
import { type Peer, startPeer } from './peers.ts';
import { startWorkerd, type Workerd, type WorkerdOptions } from './workerd.ts';

export interface Stack {
  readonly database: BenchDatabase;
  /** Straight to Postgres, for the peers' schemas. */
  readonly peerDatabaseUrl: string;
  readonly signer: Signer;
  readonly rules: BalanceRules;
  readonly signal: AbortSignal;
  /** Bundles a Worker once; returns the bundle's path. */
  build(options: Pick<BuildOptions, 'entry' | 'readable'>): Promise<string>;
  startWorker(options: Omit<WorkerdOptions, 'dir' | 'compatibilityDate'>): Promise<Workerd>;
  /** Ends with the stack, what was begun last first. */
  onStop(end: () => Promise<void>): void;
  stop(): Promise<void>;
}

export async function startStack(signal: AbortSignal, settings: Record<string, string> = {}): Promise<Stack> {
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
    const database = await startBenchDatabase(join(dir, 'database'), settings);
    stops.push(database.stop);
    signal.throwIfAborted();
    const compiled = compileBalanceConfig(database.config.document, database.config);
    if (compiled.kind === 'invalid') throw new Error('the published config does not compile');
    const date = await compatibilityDate();
    const built = new Map<string, Promise<string>>();
    return {
      database,
      peerDatabaseUrl: await createPeerSchemas(database.ownerDatabaseUrl),
      signer: await createSigner(await createSigningKeys()),
      rules: compiled.rules,
      signal,
      build: (options) => {
        const name = JSON.stringify(options);
        const bundle = built.get(name) ?? buildWorker({ ...options, dir: newPlace(), signal });
        built.set(name, bundle);
        return bundle;
      },
      startWorker: async (options) => {
        signal.throwIfAborted();
        const worker = await startWorkerd({ ...options, dir: newPlace(), compatibilityDate: date });
        stops.push(worker.stop);
        return worker;
      },
      onStop: (end) => stops.push(end),
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
  {
    access = database,
    readable = false,
    inspect = false,
  }: {
    /** Where the database is; absent: next door. */
    access?: { readonly databaseUrl: string; readonly endpointUrl: string };
    readable?: boolean;
    inspect?: boolean;
  } = {},
): Promise<Workerd> {
  return startWorker({
    bundle: await build({ entry: 'src/worker.ts', readable }),
    inspect,
    kv: { binding: 'BALANCE_KV', entries: database.kvEntries },
    variables: {
      ENVIRONMENT: 'production',
      DATABASE_URL: access.databaseUrl,
      NEON_ENDPOINT: access.endpointUrl,
      JWKS: signer.jwks,
      TOKEN_ISSUER: LOCAL_ISSUER,
      TOKEN_AUDIENCE: LOCAL_AUDIENCE,
      CONFIG_POINTER_TTL_SECONDS: '10',
      ALLOWED_ORIGINS: '*',
    },
  });
}

/** `program`: within bench/peers, which must have been installed. */
export async function startPeerOn(
  { onStop, signal }: Stack,
  program: string,
  databaseUrl: string,
): Promise<Peer> {
  signal.throwIfAborted();
  const peer = await startPeer(program, databaseUrl);
  onStop(peer.stop);
  return peer;
}
