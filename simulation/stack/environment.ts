/**
 * What all seeds of a run share: Postgres 18 with the schema, Neon's HTTP endpoint in front of it, keys for tokens, and the built
 * Worker. Each planted bug gets a database of its own.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { buildWorker, compatibilityDate } from '../../bench/stack/build.ts';
import { withClient } from '../../cli/connect.ts';
import { migrate } from '../../cli/migrate.ts';
import { type LocalDatabase, startDatabase } from '../../dev/database.ts';
import { NEON_MAX_IDLE } from '../../dev/neon/sessions.ts';
import type { NeonEndpoint } from '../../dev/neon-endpoint.ts';
import { type LocalPostgres, startPostgres } from '../../dev/postgres.ts';
import { Credentials } from '../clients/credentials.ts';
import { Deadlocks } from './deadlocks.ts';

/**
 * Of 80 connections 24 are the owner's, who is a superuser. The others suffice for all clients, and not for the largest stampede: like
 * Neon, the endpoint queues nothing. `fsync` is off because only processes are killed here: what Postgres has written survives in
 * the operating system's cache.
 */
const SETTINGS = { max_connections: '80', superuser_reserved_connections: '24', fsync: 'off' };
const NEON = { queues: false, maxIdle: NEON_MAX_IDLE };

export interface DatabaseUrls {
  readonly databaseUrl: string;
  readonly ownerDatabaseUrl: string;
}

export class Environment {
  readonly credentials: Credentials;
  readonly endpoint: NeonEndpoint;
  readonly deadlocks: Deadlocks;
  readonly compatibilityDate: string;
  readonly signal: AbortSignal;
  readonly #dir: string;
  readonly #database: LocalDatabase;
  #postgres: LocalPostgres;
  #folders = 0;

  private constructor(parts: {
    credentials: Credentials;
    database: LocalDatabase;
    deadlocks: Deadlocks;
    compatibilityDate: string;
    dir: string;
    signal: AbortSignal;
  }) {
    this.credentials = parts.credentials;
    this.endpoint = parts.database.endpoint;
    this.deadlocks = parts.deadlocks;
    this.compatibilityDate = parts.compatibilityDate;
    this.signal = parts.signal;
    this.#dir = parts.dir;
    this.#database = parts.database;
    this.#postgres = parts.database.postgres;
  }

  static async start(signal: AbortSignal): Promise<Environment> {
    const dir = await mkdtemp(join(tmpdir(), 'onceward-simulation-'));
    const deadlocks = new Deadlocks();
    const { log } = deadlocks;
    const database = await startDatabase({ dir: join(dir, 'database'), settings: SETTINGS, log, neon: NEON });
    return new Environment({
      credentials: await Credentials.create(),
      database,
      deadlocks,
      compatibilityDate: await compatibilityDate(),
      dir,
      signal,
    });
  }

  get urls(): DatabaseUrls {
    return this.#database;
  }

  newFolder(): string {
    this.#folders += 1;
    return join(this.#dir, `folder-${this.#folders}`);
  }

  /** Bundles the Worker as `wrangler deploy` does, with lanes that can be broken. `root`: another checkout than this one. */
  build(root?: string): Promise<string> {
    const { signal } = this;
    const entry = 'simulation/worker/entry.ts';
    return buildWorker({ entry, dir: this.newFolder(), signal, ...(root && { root }) });
  }

  /** Creates a further database with the schema and the same roles. */
  async createDatabase(name: string): Promise<DatabaseUrls> {
    await withClient(this.#postgres.superuserUrl(), (client) =>
      client.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}`),
    );
    const ownerDatabaseUrl = this.#postgres.superuserUrl(name);
    await migrate({ databaseUrl: ownerDatabaseUrl });
    const url = new URL(this.#database.databaseUrl);
    url.pathname = `/${name}`;
    return { databaseUrl: url.href, ownerDatabaseUrl };
  }

  /** Ends the Worker's sessions that nobody uses: the endpoint keeps some of every database, and there are few connections. */
  async endIdleSessions(): Promise<void> {
    await withClient(this.#postgres.superuserUrl(), (client) =>
      client.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'onceward_app' AND state = 'idle'",
      ),
    );
  }

  /** SIGKILL and recovery on the same port. Everything acknowledged must exist afterwards. */
  async crashPostgres(): Promise<void> {
    const { port } = this.#postgres;
    await this.#postgres.kill();
    const dataDir = join(this.#dir, 'database', 'postgres');
    const { log } = this.deadlocks;
    this.#postgres = await startPostgres({ dataDir, port, settings: SETTINGS, log });
  }

  async stop(): Promise<void> {
    await this.endpoint.stop();
    await this.#postgres.remove();
    await rm(this.#dir, { recursive: true, force: true });
  }
}
