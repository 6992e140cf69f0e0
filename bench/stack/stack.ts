/**
 * Starts what all subjects share: the database, keys that sign tokens, and a folder for bundles. Starts Workers and peers on
 * request, and stops everything in reverse order when the command ends or is interrupted.
 */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSigner, createSigningKeys, type Signer } from '../../dev/sign.ts';
import { compileBalanceConfig } from '../../src/config/compile.ts';
import type { BalanceRules } from '../../src/domain/rules.ts';
import { type BuildOptions, buildWorker, compatibilityDate } from './build.ts';
import { type BenchDatabase, startBenchDatabase } from './database.ts';
import { createPeerSchemas, type Peer, startPeer } from './peers.ts';
import { startWorkerd, type Workerd, type WorkerdOptions } from './workerd.ts';

export interface Stack {
  readonly database: BenchDatabase;
  /** Connects straight to Postgres, with the role of the peers. */
  readonly peerDatabaseUrl: string;
  readonly signer: Signer;
  /** The published balance config, compiled. */
  readonly rules: BalanceRules;
  readonly signal: AbortSignal;
  /** Bundles a Worker on the first call with these options. Returns the path of the bundle. */
  build(options: Omit<BuildOptions, 'dir' | 'signal'>): Promise<string>;
  startWorker(options: Omit<WorkerdOptions, 'dir' | 'compatibilityDate'>): Promise<Workerd>;
  /** `program` is a path within bench/peers. The peers must be installed. */
  startPeer(program: string, databaseUrl: string): Promise<Peer>;
  /** The path of a folder that does not exist yet. The stack removes it. */
  newFolder(): string;
  /** Registers a function that runs when the stack stops. Functions run in reverse order of registration. */
  onStop(stop: () => Promise<void>): void;
  stop(): Promise<void>;
}

/**
 * Runs `work` on a new stack, reports its error, and ends the process. SIGINT, SIGTERM and SIGHUP stop the stack first.
 * Further signals change nothing, because exiting at once would leave processes behind.
 */
export async function withStack(
  work: (stack: Stack) => Promise<void>,
  postgresSettings: Record<string, string> = {},
): Promise<void> {
  const stopping = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => stopping.abort());
  try {
    const stack = await startStack(stopping.signal, postgresSettings);
    try {
      // Not everything in `work` listens to the signal. Stopping the stack ends what it still waits for.
      const interrupted = once(stopping.signal, 'abort').then(() => stopping.signal.throwIfAborted());
      await Promise.race([work(stack), interrupted]);
    } finally {
      await stack.stop();
    }
  } catch (error) {
    console.error(stopping.signal.aborted ? '\nStopped.' : `\n${(error as Error).message}`);
    process.exitCode = stopping.signal.aborted ? 130 : 1;
  } finally {
    // A timer of an HTTP client could keep the process alive.
    process.exit();
  }
}

async function startStack(signal: AbortSignal, postgresSettings: Record<string, string>): Promise<Stack> {
  const dir = await mkdtemp(join(tmpdir(), 'onceward-bench-'));
  const stops: (() => Promise<void>)[] = [() => rm(dir, { recursive: true, force: true })];
  const stop = async () => {
    for (const stopOne of stops.splice(0).reverse()) await stopOne();
  };
  let folders = 0;
  const newFolder = () => {
    folders += 1;
    return join(dir, `folder-${folders}`);
  };
  try {
    const database = await startBenchDatabase(join(dir, 'database'), postgresSettings);
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
        const key = JSON.stringify(options);
        const bundle = built.get(key) ?? buildWorker({ ...options, dir: newFolder(), signal });
        built.set(key, bundle);
        return bundle;
      },
      startWorker: async (options) => {
        signal.throwIfAborted();
        const worker = await startWorkerd({ ...options, dir: newFolder(), compatibilityDate: date });
        stops.push(worker.stop);
        return worker;
      },
      startPeer: async (program, databaseUrl) => {
        signal.throwIfAborted();
        const peer = await startPeer(program, databaseUrl);
        stops.push(peer.stop);
        return peer;
      },
      newFolder,
      onStop: (stopOne) => stops.push(stopOne),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
