/**
 * Starts another isolate of the Worker: with its own memory and, if a test needs it, other sources of the balance config. The
 * database and the keys are the same.
 */
import { env } from 'cloudflare:workers';
import { tokenSettings } from '../../../src/auth/settings.ts';
import { type ConfigSources, createConfigLoader } from '../../../src/config/load.ts';
import { createTextsLoader } from '../../../src/config/load-texts.ts';
import { POINTER_KEY } from '../../../src/config/published.ts';
import type { Env } from '../../../src/env.ts';
import { createGraphqlServer } from '../../../src/http/graphql-server.ts';
import { openDatabase } from '../../../src/ledger/database.ts';
import { commitPath } from '../../../src/ledger/lanes.ts';
import { readPublishedConfig } from '../../../src/ledger/read-config.ts';
import { readTexts, readTextsIndex } from '../../../src/ledger/read-texts.ts';
import { RESERVED_CLAIM_TYPES } from '../../../src/resolvers/schema.ts';
import { type Door, fresh } from './service.ts';

/** Without a source: the one that the Worker uses. */
export type Sources = Partial<Pick<ConfigSources, 'kv' | 'readPublished'>>;

/** A cold isolate. Like the Worker under test it reads the pointer with every request. */
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
  const texts = createTextsLoader({
    kv: bindings.BALANCE_KV,
    readIndex: () => readTextsIndex(database),
    readTexts: (version) => readTexts(database, version),
    ttlMs: 0,
    now: Date.now,
  });
  const server = createGraphqlServer(bindings, {
    database,
    commit: commitPath(bindings, database),
    config,
    texts,
    tokens: tokenSettings(bindings),
    codeSecret: bindings.CODE_SECRET ?? null,
    erasureSecret: bindings.ERASURE_SECRET ?? null,
    sender: null,
    wakeSender: null,
    reservedClaimTypes: RESERVED_CLAIM_TYPES,
    writeConfigKv: async () => false,
    beginCampaign: null,
    payRanking: async () => {},
  });
  return async (url, init) =>
    server.fetch(new Request(url, init), {
      requestId: crypto.randomUUID(),
      traceId: null,
      correlationId: fresh('correlation'),
      waitUntil: () => {},
    });
}

/** The KV of an isolate to which no publication ever arrives. */
export async function frozenKv(): Promise<ConfigSources['kv']> {
  const kv = (env as unknown as Env).BALANCE_KV;
  const pointer = await kv.get(POINTER_KEY);
  return { get: async (key) => (key === POINTER_KEY ? pointer : kv.get(key)) };
}

/** An isolate that cannot read a balance config, neither from KV nor from Postgres. */
export function startWithoutConfig(): Door {
  return startIsolate({
    kv: { get: () => Promise.reject(new Error('KV is down')) },
    readPublished: () => Promise.reject(new Error('so is the way to Postgres')),
  });
}
