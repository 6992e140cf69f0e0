/**
 * One Worker in front of one database, with its KV, its fault proxy, its log and the owner's connections. Isolates are replaced
 * while requests are running.
 */
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { startWorkerd, type Workerd } from '../../bench/stack/workerd.ts';
import { type Published, publishBalanceConfig } from '../../cli/config-store.ts';
import { LOCAL_AUDIENCE, LOCAL_CODE_SECRET, LOCAL_ERASURE_SECRET, LOCAL_ISSUER } from '../../dev/sign.ts';
import { FaultProxy } from '../../packages/conformance/src/fault-proxy.ts';
import { mutationBody, OUTCOME } from '../clients/document.ts';
import type { StaffPublication } from '../invariants/configs.ts';
import type { Actor } from '../schedule/intent.ts';
import type { CommitPath } from '../schedule/lane-faults.ts';
import type { DatabaseUrls, Environment } from './environment.ts';
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
  /** Called with the kind of each fault that was injected on the client hop. */
  readonly onFault: (kind: string) => void;
  /** Called with what happened to a lane. */
  readonly onLane: (what: string) => void;
}

interface IsolateSettings {
  readonly clockHours: number;
  readonly path: CommitPath;
  readonly lanes: number;
}

const FIRST_ISOLATE: IsolateSettings = { clockHours: 0, path: 'direct', lanes: 2 };

type Isolate = Workerd & { readonly dir: string };

/** A line that worker/entry.ts writes. */
const LANE_NOTE = /"simulated":"([^"]+)"/;

export class Deployment {
  readonly environment: Environment;
  readonly kv: SimulatedKv;
  readonly proxy: FaultProxy;
  /** Reads every row. Writes only staff and configs. */
  readonly owner: pg.Pool;
  readonly #options: DeploymentOptions;
  #isolate: Isolate;
  #settings = FIRST_ISOLATE;
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
    const isolate = await startIsolate(options, kv, FIRST_ISOLATE);
    return new Deployment(options, kv, isolate, await FaultProxy.start(targetOf(isolate), options.onFault));
  }

  /** `at`: when it takes effect. `keeps`: a version that is scheduled stays so; otherwise it is cancelled. */
  async publish(
    document: object,
    { at = null, keeps = false }: { readonly at?: Date | null; readonly keeps?: boolean } = {},
  ): Promise<Published> {
    const request = {
      document,
      at,
      by: 'simulation',
      reason: null,
      ownerDatabaseUrl: this.#options.urls.ownerDatabaseUrl,
      writeKv: (entries: Parameters<SimulatedKv['write']>[0]) => this.kv.write(entries),
    };
    const result = await publishBalanceConfig(request);
    if (result.kind !== 'conflict' || !result.scheduled) return result;
    const { version } = result.scheduled;
    return publishBalanceConfig({
      ...request,
      ...(keeps && at === null ? { keep: version } : { cancel: version }),
    });
  }

  /**
   * As `publish`, through the API by a staff member. `isLate`: on the version before the current one. Throws where the answer is lost.
   */
  async publishThroughApi(
    by: Actor,
    document: object,
    { at, keeps, isLate }: { readonly at: Date | null; readonly keeps: boolean; readonly isLate: boolean },
  ): Promise<StaffPublication> {
    const { rows } = await this.owner.query(
      `SELECT version, onceward.scheduled_config() AS scheduled FROM onceward.balance_configs
        WHERE effective_from <= clock_timestamp() ORDER BY effective_from DESC, version DESC LIMIT 2`,
    );
    const { version: base, scheduled } = (isLate && rows[1]) || rows[0];
    const input = {
      idempotencyKey: `publication-${randomUUID()}`,
      document: JSON.stringify(document),
      baseVersion: base,
      publishAt: at?.toISOString() ?? null,
      [keeps && at === null ? 'keeps' : 'cancels']: scheduled,
      reason: 'for the simulation',
    };
    const answer = (await this.send(by, mutationBody('publishBalanceConfig', input, null)))[OUTCOME];
    const { __typename: kind, publication } = answer as {
      readonly __typename: string;
      readonly publication?: { readonly config: { readonly version: number } };
    };
    return { by: by.id, base, kind, version: publication?.config.version ?? null };
  }

  /** A request of the simulation itself, without faults. */
  async send(actor: Actor, body: string): Promise<Readonly<Record<string, unknown>>> {
    const response = await fetch(`http://127.0.0.1:${this.#isolate.port}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: this.environment.credentials.authorization(actor) ?? '',
      },
      body,
    });
    const { data, errors } = (await response.json()) as { data?: Record<string, unknown>; errors?: unknown };
    if (!data || errors) throw new Error(`The request failed: ${JSON.stringify(errors)}`);
    return data;
  }

  /** Migrates the schema under load. */
  upgrade(): Promise<void> {
    return upgrade(this.#options.urls.ownerDatabaseUrl, this.#options.kernel);
  }

  async commitThrough(path: CommitPath): Promise<void> {
    if (path !== this.#settings.path) await this.replaceIsolate({ path });
  }

  /**
   * `kill`: the old isolate dies whatever it is doing; otherwise it finishes what it has begun while the new one already works. One
   * at a time: two at once would replace the same isolate and leave one running.
   */
  replaceIsolate(changed: Partial<IsolateSettings>, { kill = false } = {}): Promise<void> {
    this.#replacing = this.#replacing.then(() => this.#replace(changed, kill));
    return this.#replacing;
  }

  async #replace(changed: Partial<IsolateSettings>, kill: boolean): Promise<void> {
    const old = this.#isolate;
    this.#settings = { ...this.#settings, ...changed };
    this.#isolate = await startIsolate(this.#options, this.kv, this.#settings);
    this.proxy.target = targetOf(this.#isolate);
    if (kill) process.kill(old.pid, 'SIGKILL');
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

  /** Resolves when no config is scheduled: the last one has taken effect. */
  async nothingScheduled(): Promise<void> {
    const query = 'SELECT onceward.scheduled_config() AS version';
    while ((await this.owner.query(query)).rows[0].version !== null) await sleep(50);
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

const targetOf = ({ port }: Isolate) => ({ host: '127.0.0.1', port });

async function startIsolate(
  { environment, urls, bundle, onLog, onLane }: DeploymentOptions,
  kv: SimulatedKv,
  { clockHours, path, lanes }: IsolateSettings,
): Promise<Isolate> {
  const dir = environment.newFolder();
  const worker = await startWorkerd({
    dir,
    bundle,
    compatibilityDate: environment.compatibilityDate,
    prelude: clockHours === 0 ? '' : movedClock(clockHours),
    kv: { binding: 'BALANCE_KV', entries: {}, address: kv.address },
    durableObjects: [{ binding: 'LANE', className: 'Lane' }],
    onLine: (line) => {
      const [, happened] = LANE_NOTE.exec(line) ?? [];
      if (happened) onLane(happened);
      else onLog(line);
    },
    variables: {
      ENVIRONMENT: 'production',
      DATABASE_URL: urls.databaseUrl,
      NEON_ENDPOINT: environment.endpoint.url,
      CODE_SECRET: LOCAL_CODE_SECRET,
      ERASURE_SECRET: LOCAL_ERASURE_SECRET,
      SERVER_SCOPE: 'all',
      TOKEN_ISSUERS: JSON.stringify([issuerOf(environment.credentials.jwks)]),
      CONFIG_POINTER_TTL_SECONDS: POINTER_TTL_SECONDS,
      ALLOWED_ORIGINS: '*',
      COMMIT_THROUGH: path,
      LANES: String(lanes),
    },
  });
  return { ...worker, dir };
}

/** The simulation's own login, whose tokens may say in which zone a player is. */
function issuerOf(jwks: string): object {
  return {
    issuer: LOCAL_ISSUER,
    audience: LOCAL_AUDIENCE,
    kind: 'kind',
    kinds: ['player', 'server', 'staff', 'ticket'],
    attributes: { zone: 'zone' },
    jwks: JSON.parse(jwks),
  };
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
