/**
 * One Worker in front of one database, with its KV, its fault proxy, its log and the owner's connections. Isolates are replaced
 * while requests are running.
 */
import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { startWorkerd, type Workerd } from '../../bench/stack/workerd.ts';
import { type Published, publishBalanceConfig } from '../../cli/config-store.ts';
import { LOCAL_AUDIENCE, LOCAL_ISSUER } from '../../dev/sign.ts';
import type { DatabaseUrls, Environment } from './environment.ts';
import { FaultProxy } from './fault-proxy.ts';
import { SimulatedKv } from './kv.ts';
import { upgrade } from './upgrade.ts';

/** Short, so that a config change affects running requests and isolates often use different versions. */
const POINTER_TTL_SECONDS = '0.2';
const OWNER_CONNECTIONS = 4;
const HOUR_MS = 3_600_000;

export interface DeploymentOptions {
  readonly environment: Environment;
  readonly urls: DatabaseUrls;
  readonly bundle: string;
  /** Installs this database's kernel again after a migration. Left out: the kernel of this checkout. */
  readonly kernel?: (ownerDatabaseUrl: string) => Promise<void>;
  readonly onLog: (line: string) => void;
  readonly onFault: (kind: string) => void;
}

type Isolate = Workerd & { readonly dir: string };

export class Deployment {
  readonly environment: Environment;
  readonly kv: SimulatedKv;
  readonly proxy: FaultProxy;
  /** Reads every row. Writes only staff and configs. */
  readonly owner: pg.Pool;
  readonly #options: DeploymentOptions;
  #isolate: Isolate;
  #replacing: Promise<void> = Promise.resolve();

  private constructor(options: DeploymentOptions, kv: SimulatedKv, isolate: Isolate, proxy: FaultProxy) {
    this.environment = options.environment;
    this.kv = kv;
    this.proxy = proxy;
    this.owner = new pg.Pool({ connectionString: options.urls.ownerDatabaseUrl, max: OWNER_CONNECTIONS });
    // Killing the postmaster breaks connections, idle ones too. The next query on a broken connection fails.
    this.owner.on('error', () => {});
    this.owner.on('connect', (client) => client.on('error', () => {}));
    this.#options = options;
    this.#isolate = isolate;
  }

  static async open(options: DeploymentOptions): Promise<Deployment> {
    const kv = await SimulatedKv.start();
    const isolate = await startIsolate(options, kv, 0);
    return new Deployment(options, kv, isolate, await FaultProxy.start(isolate.port, options.onFault));
  }

  publish(document: object): Promise<Published> {
    return publishBalanceConfig({
      document,
      by: 'simulation',
      reason: null,
      ownerDatabaseUrl: this.#options.urls.ownerDatabaseUrl,
      writeKv: (entries) => this.kv.write(entries),
    });
  }

  /** Migrates the schema under load. */
  upgrade(): Promise<void> {
    return upgrade(this.#options.urls.ownerDatabaseUrl, this.#options.kernel);
  }

  /** One at a time: two at once would kill the same isolate and leave one running. */
  replaceIsolate(clockHours: number): Promise<void> {
    this.#replacing = this.#replacing.then(() => this.#replace(clockHours));
    return this.#replacing;
  }

  /** Starts the next isolate, then kills the current one whatever it is doing. */
  async #replace(clockHours: number): Promise<void> {
    const old = this.#isolate;
    this.#isolate = await startIsolate(this.#options, this.kv, clockHours);
    this.proxy.target = this.#isolate.port;
    process.kill(old.pid, 'SIGKILL');
    await old.stop();
    // A long run replaces thousands of isolates, and each folder contains a copy of the bundle.
    await rm(old.dir, { recursive: true, force: true });
  }

  /** Kills the Worker's active backends in this database. `waiting`: only those that wait for a lock. */
  async killBackends({ waiting }: { waiting: boolean }): Promise<number> {
    const { rowCount } = await this.owner.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE usename = 'onceward_app' AND datname = current_database()
          AND ${waiting ? "wait_event_type = 'Lock'" : "state = 'active'"}`,
    );
    return rowCount ?? 0;
  }

  /** Resolves when the database accepts the owner's connections again. */
  async databaseUp(): Promise<void> {
    for (const deadline = Date.now() + 30_000; ; await sleep(50)) {
      try {
        await this.owner.query('SELECT');
        return;
      } catch (error) {
        if (Date.now() > deadline) throw error;
      }
    }
  }

  async close(): Promise<void> {
    await this.proxy.stop();
    await this.#isolate.stop();
    await this.kv.stop();
    await this.owner.end();
  }
}

async function startIsolate(
  { environment, urls, bundle, onLog }: DeploymentOptions,
  kv: SimulatedKv,
  clockHours: number,
): Promise<Isolate> {
  const dir = environment.newFolder();
  const worker = await startWorkerd({
    dir,
    bundle,
    compatibilityDate: environment.compatibilityDate,
    prelude: clockHours === 0 ? '' : movedClock(clockHours),
    kv: { binding: 'BALANCE_KV', entries: {}, address: kv.address },
    onLine: onLog,
    variables: {
      ENVIRONMENT: 'production',
      DATABASE_URL: urls.databaseUrl,
      NEON_ENDPOINT: environment.endpoint.url,
      JWKS: environment.credentials.jwks,
      TOKEN_ISSUER: LOCAL_ISSUER,
      TOKEN_AUDIENCE: LOCAL_AUDIENCE,
      CONFIG_POINTER_TTL_SECONDS: POINTER_TTL_SECONDS,
      ALLOWED_ORIGINS: '*',
    },
  });
  return { ...worker, dir };
}

/** Code that runs before the bundle and moves the isolate's clock. */
function movedClock(hours: number): string {
  return `{
  const Real = Date;
  const now = () => Real.now() + ${hours * HOUR_MS};
  globalThis.Date = class Date extends Real {
    static now = now;
    constructor(...given) { if (given.length === 0) super(now()); else super(...given); }
  };
}
`;
}
