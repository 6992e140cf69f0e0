/**
 * Starts a real Postgres 18 with Onceward's schema, the example config and Neon's endpoint, for all tests of a project.
 * Postgres is not reset between tests: each test creates its own players.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { readConfigFile } from '../../cli/config-document.ts';
import { publishBalanceConfig, readCurrent } from '../../cli/config-store.ts';
import { withClient } from '../../cli/connect.ts';
import { type LocalDatabase, startDatabase } from '../../dev/database.ts';
import { createSigner, createSigningKeys } from '../../dev/sign.ts';
import { backdateRules, publishTestRules } from './ledger/rules.ts';
import { PROBES } from './probes.ts';
import type { Provided } from './provided.ts';

/** Not imported from dev/local-stack.ts: Vite would transform everything that it imports, which includes wrangler. */
const EXAMPLE_CONFIG = join(import.meta.dirname, 'game.json');

/** An upper bound for the sessions of one worker: the Neon endpoint keeps up to 64 for each of the two roles. */
const SESSIONS = 150;

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { provided, stop } = await start(project.config.maxWorkers);
  for (const [name, value] of Object.entries(provided))
    project.provide(name as keyof Provided, value as never);
  return stop;
}

async function start(workers: number) {
  const dir = await mkdtemp(join(tmpdir(), 'onceward-test-'));
  // No test needs data that survives a power failure. The simulation tests that.
  const database = await startDatabase({
    dir,
    settings: {
      fsync: 'off',
      synchronous_commit: 'off',
      full_page_writes: 'off',
      max_connections: String(SESSIONS * workers),
    },
  });
  const templates = await createTemplates(database);
  const signingKeys = await createSigningKeys();
  const config = await publishExample(database);
  const databases = await copies(database, workers);
  // Tests of the kernel share the original; those of the Worker use the copies.
  await publishTestRules(database.ownerDatabaseUrl);
  const provided: Provided = {
    databaseUrl: database.databaseUrl,
    ownerDatabaseUrl: database.ownerDatabaseUrl,
    databases,
    templates,
    neonEndpoint: database.endpoint.url,
    neonControl: database.endpoint.controlUrl,
    jwks: (await createSigner(signingKeys)).jwks,
    signingKeys,
    config,
  };
  const stop = async () => {
    await database.stop();
    await database.postgres.remove();
    await rm(dir, { recursive: true, force: true });
  };
  return { provided, stop };
}

const nameOf = ({ databaseUrl }: LocalDatabase) => new URL(databaseUrl).pathname.slice(1);

function copy({ postgres }: LocalDatabase, template: string, names: readonly string[]): Promise<void> {
  return withClient(postgres.superuserUrl(), async (client) => {
    for (const name of names) await client.query(`CREATE DATABASE ${name} TEMPLATE ${template}`);
  });
}

/** Nobody connects to them: Postgres copies no database that is in use. */
async function createTemplates(database: LocalDatabase): Promise<Provided['templates']> {
  const templates = { withRules: 'with_rules', withoutRules: 'without_rules' };
  await copy(database, nameOf(database), Object.values(templates));
  await publishTestRules(database.postgres.superuserUrl(templates.withRules));
  return templates;
}

/**
 * Of the app role in these databases. Many tests let 64 requests wait for one row, and on a busy machine the two seconds of production
 * are soon over. Still less than the Worker waits for an answer.
 */
const TIME_OUTS = { lock_timeout: '6s', statement_timeout: '9s' };

/** Copies the database, so that each worker has its own. */
async function copies(database: LocalDatabase, count: number): Promise<Provided['databases']> {
  const { postgres, databaseUrl } = database;
  const names = Array.from({ length: count }, (_, index) => `${nameOf(database)}_${index + 1}`);
  await copy(database, nameOf(database), names);
  for (const name of names) {
    await withClient(postgres.superuserUrl(name), async (client) => {
      await client.query(PROBES);
      for (const [setting, value] of Object.entries(TIME_OUTS))
        await client.query(`ALTER ROLE onceward_app IN DATABASE ${name} SET ${setting} = '${value}'`);
    });
  }
  return names.map((name) => ({
    databaseUrl: new URL(name, databaseUrl).href,
    ownerDatabaseUrl: postgres.superuserUrl(name),
  }));
}

/** The example lets nobody charge or take, and no server give rewards. The scenes of these mutations need a config that does. */
function forScenes(example: unknown): unknown {
  const document = structuredClone(example) as { resources: { lumees: object }; manualRewards: object };
  Object.assign(document.manualRewards, { servers: { limitPerReward: 10_000, budgetPerDay: 1_000_000 } });
  Object.assign(document.resources.lumees, {
    spend: { perCall: 5_000, perDay: 20_000 },
    take: { perCall: 5_000, perDay: 20_000, debt: true },
  });
  return document;
}

async function publishExample({ ownerDatabaseUrl }: LocalDatabase): Promise<Provided['config']> {
  const document = forScenes(await readConfigFile(EXAMPLE_CONFIG));
  // Test files of the Worker start with an empty KV and fill it themselves.
  const published = await publishBalanceConfig({
    document,
    by: 'tests',
    reason: null,
    ownerDatabaseUrl,
    writeKv: async () => {},
  });
  await withClient(ownerDatabaseUrl, backdateRules);
  const current = await readCurrent(ownerDatabaseUrl);
  if ('problems' in published || !current) throw new Error('the example config is not valid');
  return current;
}
