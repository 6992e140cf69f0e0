/** One project for each kind of ground that tests stand on; `npm test -- --project domain` runs one of them. */
import { availableParallelism } from 'node:os';
import { cloudflareTest } from '@cloudflare/vitest-plugin';
import { defineConfig } from 'vitest/config';
import { LOCAL_AUDIENCE, LOCAL_ISSUER } from './dev/sign.ts';
import './test/support/provided.ts';

const globalSetup = ['test/support/global-setup.ts'];
/** A file for the counts as JSON, beside what the terminal shows: .ci/run sums up from it. */
const report = process.env.ONCEWARD_TEST_REPORT;

/** The same for every run, so that a failure comes back; ONCEWARD_FUZZ_SEED tries other values. */
const fuzzSeed = Number(process.env.ONCEWARD_FUZZ_SEED ?? 20_261_122);

/** Only a run of everything can say how much of src is covered; a part of it would fail for what it left out. */
const isWholeRun = process.argv.slice(2).join(' ') === 'run';

/** How many workerds have been started. */
let workers = 0;

export default defineConfig({
  test: {
    // The Worker logs a line for each operation; only those of a failed test are of interest.
    silent: 'passed-only',
    // Vitest leaves a core free; of two, that is half of them, and most tests wait for Postgres anyway.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    reporters: report ? ['default', ['json', { outputFile: report }]] : ['default'],
    coverage: {
      enabled: isWholeRun,
      // Counts in the code itself, so that it also counts inside workerd.
      provider: 'istanbul',
      include: ['src/**/*.ts'],
      reporter: ['text-summary'],
      thresholds: { lines: 90, branches: 90, functions: 90, statements: 90 },
    },
    projects: [
      {
        test: {
          name: 'domain',
          include: ['test/{domain,config,auth,architecture,simulation}/**/*.test.ts'],
          isolate: false,
        },
      },
      {
        test: {
          name: 'admin',
          include: ['test/browser/**/*.test.ts'],
          exclude: ['**/*.browser.test.ts'],
          isolate: false,
        },
      },
      {
        test: {
          name: 'browser',
          include: ['test/browser/**/*.browser.test.ts'],
          globalSetup: ['test/support/browser-setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      { test: { name: 'dev', include: ['test/dev/**/*.test.ts'], testTimeout: 60_000, hookTimeout: 60_000 } },
      {
        test: {
          name: 'ledger',
          include: ['test/ledger/**/*.test.ts'],
          globalSetup,
          isolate: false,
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        plugins: [
          // Called for each workerd that starts.
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
                  // A change of config counts from the very next request.
                  CONFIG_POINTER_TTL_SECONDS: '0',
                },
              },
            };
          }),
        ],
        test: {
          name: 'api',
          include: ['test/{api,systems}/**/*.test.ts'],
          globalSetup,
          // One workerd for many files: starting it and loading the Worker takes longer than most files do.
          isolate: false,
          setupFiles: ['test/support/worker/each-file.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
          provide: { fuzzSeed },
        },
      },
    ],
  },
});
