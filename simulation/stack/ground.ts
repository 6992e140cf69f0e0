/**
 * What all runs stand on: Postgres 18 with the schema, Neon's endpoint in front of it, keys for tokens, and the built
 * Worker. Databases beside the first can be had for mutants. The postmaster can be killed, and comes back where it was.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { buildWorker, compatibilityDate } from '../../bench/stack/build.ts';
import { withClient } from '../../cli/connect.ts';
import { migrate } from '../../cli/migrate.ts';
import { type LocalDatabase, startDatabase } from '../../dev/database.ts';
import type { NeonEndpoint } from '../../dev/neon-endpoint.ts';
import { type LocalPostgres, startPostgres } from '../../dev/postgres.ts';
import { Credentials } from '../clients/credentials.ts';

/**
 * Connections for all clients and the owner at once; a stampede may take 64. Processes die here and the machine does not:
 * what Postgres has handed to the kernel outlives it, so waiting for the disk would cost time and prove nothing more.
 */
const SETTINGS = { max_connections: '200', fsync: 'off' };

export interface DatabaseUrls {
  readonly databaseUrl: string;
  readonly ownerDatabaseUrl: string;
}

export class Ground {
  readonly credentials: Credentials;
  readonly endpoint: NeonEndpoint;
  readonly compatibilityDate: string;
  readonly signal: AbortSignal;
  readonly #dir: string;
  readonly #database: LocalDatabase;
  #postgres: LocalPostgres;
  #places = 0;

  private constructor(made: {
    credentials: Credentials;
    database: LocalDatabase;
    compatibilityDate: string;
    dir: string;
    signal: AbortSignal;
  }) {
    this.credentials = made.credentials;
    this.endpoint = made.database.endpoint;
    this.compatibilityDate = made.compatibilityDate;
    this.signal = made.signal;
    this.#dir = made.dir;
    this.#database = made.database;
    this.#postgres = made.database.postgres;
  }

  static async start(signal: AbortSignal): Promise<Ground> {
    const dir = await mkdtemp(join(tmpdir(), 'onceward-simulation-'));
    const database = await startDatabase({ dir: join(dir, 'database'), settings: SETTINGS });
    return new Ground({
      credentials: await Credentials.create(),
      database,
      compatibilityDate: await compatibilityDate(),
      dir,
      signal,
    });
  }

  get urls(): DatabaseUrls {
    return this.#database;
  }

  /** A folder that nobody else has. */
  newPlace(): string {
    this.#places += 1;
    return join(this.#dir, `place-${this.#places}`);
  }

  /** Bundles the Worker as `wrangler deploy` would; `root`: a checkout other than this one. */
  build(root?: string): Promise<string> {
    const { signal } = this;
    return buildWorker({ entry: 'src/worker.ts', dir: this.newPlace(), signal, ...(root && { root }) });
  }

  /** Another database beside the first, migrated, with the same roles. */
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

  /** SIGKILL, then recovery at the same port: whatever was acknowledged must be there again. */
  async crashPostgres(): Promise<void> {
    const { port } = this.#postgres;
    await this.#postgres.kill();
    const dataDir = join(this.#dir, 'database', 'postgres');
    this.#postgres = await startPostgres({ dataDir, port, settings: SETTINGS });
  }

  async stop(): Promise<void> {
    await this.endpoint.stop();
    await this.#postgres.remove();
    await rm(this.#dir, { recursive: true, force: true });
  }
}
