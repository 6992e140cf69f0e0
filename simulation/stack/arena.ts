/**
 * One Worker in front of one database, with all that a run needs around it: KV, the fault proxy, the owner's connection,
 * the Worker's log. Isolates are replaced while requests are under way.
 */
import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { startWorkerd, type Workerd } from '../../bench/stack/workerd.ts';
import { type Published, publishBalanceConfig } from '../../cli/config-store.ts';
import { LOCAL_AUDIENCE, LOCAL_ISSUER } from '../../dev/sign.ts';
import { upgrade } from '../nemesis/upgrade.ts';
import { FrontProxy } from '../proxy/front-proxy.ts';
import type { DatabaseUrls, Ground } from './ground.ts';
import { SimulatedKv } from './kv.ts';

/** Short, so that a change of config meets requests in mid-flight, and many isolates are late. */
const POINTER_TTL_SECONDS = '0.2';
const OWNER_CONNECTIONS = 4;
/** The clock of an isolate stands still between its events. */
const SLACK_MS = 1_000;

export interface ArenaOptions {
  readonly ground: Ground;
  readonly urls: DatabaseUrls;
  readonly bundle: string;
  /** Puts this database's kernel there once more, where it is another than this version's. */
  readonly kernel?: (ownerDatabaseUrl: string) => Promise<void>;
  readonly onLog: (line: string) => void;
  readonly onFault: (kind: string) => void;
}

export class Arena {
  readonly ground: Ground;
  readonly kv: SimulatedKv;
  readonly proxy: FrontProxy;
  /** The owner's eyes: sees every row, and writes none but staff and configs. */
  readonly owner: pg.Pool;
  readonly #options: ArenaOptions;
  #worker: Workerd & { readonly dir: string };
  /** The isolates that were there, by our clock in milliseconds, and how many hours theirs stood from it. */
  readonly #clocks: { readonly hours: number; readonly from: number; to: number }[];

  private constructor(
    options: ArenaOptions,
    kv: SimulatedKv,
    worker: Workerd & { readonly dir: string },
    proxy: FrontProxy,
  ) {
    this.ground = options.ground;
    this.kv = kv;
    this.proxy = proxy;
    this.owner = new pg.Pool({ connectionString: options.urls.ownerDatabaseUrl, max: OWNER_CONNECTIONS });
    // A postmaster that was killed takes connections along, idle or not; whoever uses one is told by its next query.
    this.owner.on('error', () => {});
    this.owner.on('connect', (client) => client.on('error', () => {}));
    this.#options = options;
    this.#worker = worker;
    this.#clocks = [{ hours: 0, from: 0, to: Number.POSITIVE_INFINITY }];
  }

  static async open(options: ArenaOptions): Promise<Arena> {
    const kv = await SimulatedKv.start();
    const worker = await startWorker(options, kv, 0);
    return new Arena(options, kv, worker, await FrontProxy.start(worker.port, options.onFault));
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

  /** Migrates the schema while players play. */
  upgrade(): Promise<void> {
    return upgrade(this.#options.urls.ownerDatabaseUrl, this.#options.kernel);
  }

  /** One after the other: two at once would both kill the same isolate, and leave one of theirs behind. */
  replaceWorker(clockHours: number): Promise<void> {
    this.#replacing = this.#replacing.then(() => this.#replace(clockHours));
    return this.#replacing;
  }

  #replacing: Promise<void> = Promise.resolve();

  /** The next isolate is up before this one is killed, whatever it is doing: nobody is let finish. */
  async #replace(clockHours: number): Promise<void> {
    const old = this.#worker;
    const oldClock = this.#clocks.at(-1);
    this.#clocks.push({ hours: clockHours, from: Date.now(), to: Number.POSITIVE_INFINITY });
    this.#worker = await startWorker(this.#options, this.kv, clockHours);
    this.proxy.target = this.#worker.port;
    process.kill(old.pid, 'SIGKILL');
    await old.stop();
    if (oldClock) oldClock.to = Date.now();
    // A thousand seeds kill thousands, each with a copy of the bundle.
    await rm(old.dir, { recursive: true, force: true });
  }

  /** Which days it may have been by the clock of an isolate between two moments of ours, in milliseconds since 1970. */
  daysBetween(from: number, to: number): string[] {
    const early = from - SLACK_MS;
    const alive = this.#clocks.filter((clock) => clock.from <= to && clock.to >= early);
    const days = alive.flatMap(({ hours }) =>
      [early, to].map((moment) => new Date(moment + hours * 3_600_000).toISOString().slice(0, 10)),
    );
    return [...new Set(days)];
  }

  /** Kills what the Worker's role is doing in this database; only those that wait for a lock, where asked for. */
  async killBackends({ waiting }: { waiting: boolean }): Promise<number> {
    const { rowCount } = await this.owner.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE usename = 'onceward_app' AND datname = current_database()
          AND ${waiting ? "wait_event_type = 'Lock'" : "state = 'active'"}`,
    );
    return rowCount ?? 0;
  }

  /** Resolves when the owner is let in again. */
  async untilUp(): Promise<void> {
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
    await this.#worker.stop();
    await this.kv.stop();
    await this.owner.end();
  }
}

async function startWorker(
  { ground, urls, bundle, onLog }: ArenaOptions,
  kv: SimulatedKv,
  clockHours: number,
) {
  const dir = ground.newPlace();
  const worker = await startWorkerd({
    dir,
    bundle,
    compatibilityDate: ground.compatibilityDate,
    prelude: clockHours === 0 ? '' : movedClock(clockHours),
    kv: { binding: 'BALANCE_KV', entries: {}, address: kv.address },
    onLine: onLog,
    variables: {
      ENVIRONMENT: 'production',
      DATABASE_URL: urls.databaseUrl,
      NEON_ENDPOINT: ground.endpoint.url,
      JWKS: ground.credentials.jwks,
      TOKEN_ISSUER: LOCAL_ISSUER,
      TOKEN_AUDIENCE: LOCAL_AUDIENCE,
      CONFIG_POINTER_TTL_SECONDS: POINTER_TTL_SECONDS,
      ALLOWED_ORIGINS: '*',
    },
  });
  return { ...worker, dir };
}

/** The bundle as it is, in an isolate whose clock stands so many hours from ours. */
function movedClock(hours: number): string {
  const ms = hours * 3_600_000;
  return `{
  const Real = Date;
  const now = () => Real.now() + ${ms};
  globalThis.Date = class Date extends Real {
    static now = now;
    constructor(...given) { if (given.length === 0) super(now()); else super(...given); }
  };
}
`;
}
