/** Creates another ledger in the benchmark's server, with the schema and roles of the first, and its config or another one. */
import { publishBalanceConfig } from '../../cli/config-store.ts';
import { withClient } from '../../cli/connect.ts';
import { migrate } from '../../cli/migrate.ts';
import type { Stack } from './stack.ts';

export interface NewLedger {
  /** Connects with the role of the Worker. */
  readonly databaseUrl: string;
  readonly ownerDatabaseUrl: string;
}

export async function createLedger(
  { database }: Stack,
  name: string,
  document: unknown = database.config.document,
): Promise<NewLedger> {
  await withClient(database.ownerDatabaseUrl, (client) => client.query(`CREATE DATABASE ${name}`));
  const ownerDatabaseUrl = withDatabase(database.ownerDatabaseUrl, name);
  const databaseUrl = withDatabase(database.databaseUrl, name);
  await migrate({ databaseUrl: ownerDatabaseUrl, appPassword: new URL(databaseUrl).password });
  // Workers read the config from KV, so this database must hold the same version and digest.
  const published = await publishBalanceConfig({
    document,
    by: 'bench',
    reason: null,
    ownerDatabaseUrl,
    writeKv: async () => {},
  });
  if ('problems' in published) throw new Error(`the config of ${name} cannot be published`);
  return { databaseUrl, ownerDatabaseUrl };
}

export function withDatabase(url: string, name: string): string {
  const other = new URL(url);
  other.pathname = `/${name}`;
  return other.href;
}
