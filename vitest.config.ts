/**
 * Defines one project for each environment that tests need; `npm test -- --project domain` runs one of them.
 *
 * `isolate: false` reuses a process for many files, and with it all modules that they import. A file of such a project must
 * not leave module state behind that another file would see.
 */
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { cloudflareTest } from '@cloudflare/vitest-plugin';
import { defineConfig } from 'vitest/config';
import {
  LOCAL_AUDIENCE,
  LOCAL_CODE_SECRET,
  LOCAL_ERASURE_SECRET,
  LOCAL_EVENTS_SECRET,
  LOCAL_ISSUER,
} from './dev/sign.ts';
import { isLongRun } from './test/support/long-run.ts';
import './test/support/provided.ts';

const globalSetup = ['test/support/global-setup.ts'];
/** The path of a JSON report, which .ci/run counts tests from. */
const report = process.env.ONCEWARD_TEST_REPORT;

/** Every run uses the same seed, so that failures are reproducible. ONCEWARD_FUZZ_SEED sets another one. */
const fuzzSeed = Number(process.env.ONCEWARD_FUZZ_SEED ?? 20_261_122);

/**
 * `npm run test:long` sends every hostile value to every input and every failure to every mutation, measures the heap over 1,000
 * documents, and runs all tests of keys and concurrency through lanes. `npm test` takes a part of each, chosen by the seed.
 */

/** Of the projects with property tests. Those of the Worker give fast-check the seed themselves. */
const SEEDED = { setupFiles: ['test/support/seed.ts'], provide: { fuzzSeed } };

/** The packages name each other as they do where they are installed. */
const PACKAGES = {
  resolve: {
    alias: { '@onceward/client': fileURLToPath(new URL('./packages/client/src/index.ts', import.meta.url)) },
  },
};

/** Only a test that hangs fails by its duration, however busy the machine is. */
const PATIENT = { testTimeout: 90_000, hookTimeout: 120_000, expect: { poll: { timeout: 30_000 } } };

/** Coverage is measured only in `npm test` and when all tests run: fewer of them would fail the thresholds. */
const APART = ['browser', 'proofs', 'dev', 'operations'].map((name) => `--project=!${name}`);
const isWholeRun = ['run', `run ${APART.join(' ')}`].includes(process.argv.slice(2).join(' '));

/** On what operators run: migrations, commands, imports and backups. They start servers and processes of their own. */
const OPERATIONS = [
  'test/ledger/{migrate,migrate-locks,migrate-owner,upgrade,restore,load-seed}.test.ts',
  'test/ledger/{publish,server,staff}-command.test.ts',
  'test/ledger/{import,import-runs}.test.ts',
];

/** The short forms of what proves a guarantee under kills. Each starts whole stacks. */
const PROOFS = ['test/dev/prove-*.test.ts', 'test/dev/clients.test.ts'];

/**
 * What must hold however operations reach the kernel: the tests of keys and concurrency, and those of lanes. A long run includes
 * those that take long, or that are about what is decided before an operation is sent or what the kernel records.
 */
const ON_LANES = ['test/api/{keys,lanes}/**/*.test.ts', 'test/api/{concurrency,mixed-operations}.test.ts'];
const SHORTER = [
  '!test/api/keys/{config-*,changed-config,order-of-checks,round-trips}.test.ts',
  '!test/api/keys/{awards,levels,matron-victory,players,rejections,staff-limits,time}.test.ts',
  '!test/api/keys/{failures,free-keys,reused-keys,client-gone}.test.ts',
  '!test/api/mixed-operations.test.ts',
];

/** A project whose tests call the kernel in a real Postgres. */
function onPostgres(name: string, include: string[], exclude: string[] = []) {
  return { test: { name, include, exclude, globalSetup, isolate: false, ...SEEDED, ...PATIENT } };
}

/** A project whose tests run in the Worker's runtime, with variables of their own. */
function inWorkerd(name: string, include: string[], variables: Record<string, string>) {
  /** The number of workerd processes that have been started. */
  let workers = 0;
  return {
    ...PACKAGES,
    plugins: [
      // Called for each workerd that is started.
      cloudflareTest(({ inject }) => {
        const databases = inject('databases');
        const database = databases[workers++ % databases.length];
        return {
          wrangler: { configPath: './wrangler.toml' },
          main: './test/support/worker/entry.ts',
          miniflare: {
            bindings: {
              ENVIRONMENT: 'production',
              DATABASE_URL: database?.databaseUrl ?? '',
              OWNER_DATABASE_URL: database?.ownerDatabaseUrl ?? '',
              NEON_ENDPOINT: inject('neonEndpoint'),
              JWKS: inject('jwks'),
              TOKEN_ISSUER: LOCAL_ISSUER,
              TOKEN_AUDIENCE: LOCAL_AUDIENCE,
              CODE_SECRET: LOCAL_CODE_SECRET,
              ERASURE_SECRET: LOCAL_ERASURE_SECRET,
              EVENTS_SECRET: LOCAL_EVENTS_SECRET,
              SERVER_SCOPE: 'all',
              // The next request must see a config that was just published.
              CONFIG_POINTER_TTL_SECONDS: '0',
              ...variables,
            },
          },
        };
      }),
    ],
    test: {
      name,
      include,
      globalSetup,
      isolate: false,
      setupFiles: ['test/support/worker/each-file.ts'],
      ...PATIENT,
      provide: { fuzzSeed, isLongRun },
    },
  };
}

export default defineConfig({
  test: {
    // The Worker logs a line for each operation. Only those of failed tests are of interest.
    silent: 'passed-only',
    // More than cores: while a test waits for Postgres, a lock or a command, another one uses the core.
    maxWorkers: availableParallelism() + 1,
    reporters: report ? ['default', ['json', { outputFile: report }]] : ['default'],
    coverage: {
      enabled: isWholeRun,
      // Istanbul instruments the code, so it also measures code that runs in workerd.
      provider: 'istanbul',
      include: ['src/**/*.ts'],
      reporter: ['text-summary'],
      thresholds: { lines: 90, branches: 90, functions: 90, statements: 90 },
    },
    projects: [
      {
        ...PACKAGES,
        test: {
          name: 'domain',
          include: ['test/{domain,config,auth,architecture,simulation,client,conformance}/**/*.test.ts'],
          // Its calendar is compared with ours.
          execArgv: ['--harmony-temporal'],
          isolate: false,
          ...SEEDED,
          ...PATIENT,
        },
      },
      {
        test: {
          name: 'admin',
          include: ['test/browser/**/*.test.ts'],
          exclude: ['**/*.browser.test.ts'],
          isolate: false,
          ...PATIENT,
        },
      },
      {
        test: {
          name: 'browser',
          include: ['test/browser/**/*.browser.test.ts'],
          globalSetup: ['test/support/browser-setup.ts'],
          ...PATIENT,
        },
      },
      {
        ...PACKAGES,
        test: { name: 'dev', include: ['test/dev/**/*.test.ts'], exclude: PROOFS, ...PATIENT },
      },
      { ...PACKAGES, test: { name: 'proofs', include: PROOFS, ...PATIENT } },
      onPostgres('ledger', ['test/ledger/**/*.test.ts'], OPERATIONS),
      onPostgres('operations', OPERATIONS),
      inWorkerd('api', ['test/{api,systems}/**/*.test.ts', '!test/api/lanes/**'], {
        COMMIT_THROUGH: 'direct',
      }),
      inWorkerd('lanes', [...ON_LANES, ...(isLongRun ? [] : SHORTER)], {
        COMMIT_THROUGH: 'lanes',
        LANES: '2',
      }),
    ],
  },
});
