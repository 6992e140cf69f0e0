/**
 * A ready-to-use database for the local stack and the tests: Postgres with Onceward's schema and roles, behind a local
 * Neon endpoint. It has no balance config yet.
 */
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withClient } from '../cli/connect.ts';
import { migrate } from '../cli/migrate.ts';
import { type NeonEndpoint, type NeonEndpointOptions, startNeonEndpoint } from './neon-endpoint.ts';
import { type LocalPostgres, type PostgresOptions, startPostgres } from './postgres.ts';

const DATABASE = 'onceward';

export interface LocalDatabase {
  /** The connection string of the app role, which the Worker uses. */
  readonly databaseUrl: string;
  /** The connection string of the owner, for migrations, publishing and staff. */
  readonly ownerDatabaseUrl: string;
  readonly postgres: LocalPostgres;
  readonly endpoint: NeonEndpoint;
  stop(): Promise<void>;
}

export async function startDatabase({
  dir,
  neon,
  ...options
}: {
  /** The folder that keeps the data and the app role's password between starts. */
  dir: string;
  neon?: NeonEndpointOptions;
} & Pick<PostgresOptions, 'settings' | 'log'>): Promise<LocalDatabase> {
  const postgres = await startPostgres({ dataDir: join(dir, 'postgres'), ...options });
  try {
    await createDatabase(postgres.superuserUrl());
    const ownerDatabaseUrl = postgres.superuserUrl(DATABASE);
    const appPassword = await readOrCreatePassword(join(dir, 'app-password'));
    await migrate({ databaseUrl: ownerDatabaseUrl, appPassword });
    const endpoint = await startNeonEndpoint(neon);
    return {
      databaseUrl: `postgresql://onceward_app:${appPassword}@127.0.0.1:${postgres.port}/${DATABASE}`,
      ownerDatabaseUrl,
      postgres,
      endpoint,
      stop: async () => {
        await endpoint.stop();
        await postgres.stop();
      },
    };
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}

async function createDatabase(superuserUrl: string): Promise<void> {
  await withClient(superuserUrl, async (client) => {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
  });
}

async function readOrCreatePassword(file: string): Promise<string> {
  const existing = await readFile(file, 'utf8').catch(() => null);
  if (existing) return existing;
  const password = randomBytes(18).toString('base64url');
  await writeFile(file, password, { mode: 0o600 });
  return password;
}
