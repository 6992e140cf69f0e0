/**
 * Another isolate of the Worker beside the one under test: freshly started, with its own memory and, where a test wants
 * it, with other places to read the balance config from. Same database, same keys.
 */
import { env } from 'cloudflare:workers';
import { tokenSettings } from '../../../src/auth/settings.ts';
import { type ConfigSources, createConfigLoader } from '../../../src/config/load.ts';
import type { Env } from '../../../src/env.ts';
import { createGraphqlServer } from '../../../src/http/graphql-server.ts';
import { openDatabase } from '../../../src/ledger/database.ts';
import { readPublishedConfig } from '../../../src/ledger/read-config.ts';
import { type Door, fresh } from './service.ts';

/** Left out: what the Worker itself would use. */
export type Sources = Partial<Pick<ConfigSources, 'kv' | 'readPublished'>>;

/** The door of a cold isolate. It re-reads the pointer with every request, like the one under test. */
export function startIsolate(sources: Sources = {}): Door {
  const bindings = env as unknown as Env;
  const database = openDatabase({ databaseUrl: bindings.DATABASE_URL, endpoint: bindings.NEON_ENDPOINT });
  const config = createConfigLoader({
    kv: bindings.BALANCE_KV,
    readPublished: () => readPublishedConfig(database, 'current'),
    ...sources,
    ttlMs: 0,
    now: Date.now,
    log: () => {},
  });
  const server = createGraphqlServer(bindings, { database, config, tokens: tokenSettings(bindings) });
  return async (url, init) =>
    server.fetch(new Request(url, init), { correlationId: fresh('correlation'), waitUntil: () => {} });
}

/** An isolate that finds no balance config, neither in KV nor in Postgres. */
export function startWithoutConfig(): Door {
  return startIsolate({
    kv: { get: () => Promise.reject(new Error('KV is down')) },
    readPublished: () => Promise.reject(new Error('so is the way to Postgres')),
  });
}
