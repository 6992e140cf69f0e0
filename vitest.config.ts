/** One project for each kind of ground that tests stand on; `npm test -- --project domain` runs one of them. */
import { cloudflareTest } from '@cloudflare/vitest-plugin';
import { defineConfig } from 'vitest/config';
import { LOCAL_AUDIENCE, LOCAL_ISSUER } from './dev/sign.ts';
import './test/support/provided.ts';

const globalSetup = ['test/support/global-setup.ts'];

export default defineConfig({
  test: {
    // The Worker logs a line for each operation; only those of a failed test are of interest.
    silent: 'passed-only',
    projects: [
      { test: { name: 'domain', include: ['test/{domain,config,auth,architecture}/**/*.test.ts'] } },
      { test: { name: 'dev', include: ['test/dev/**/*.test.ts'], testTimeout: 60_000, hookTimeout: 60_000 } },
      { test: { name: 'ledger', include: ['test/ledger/**/*.test.ts'], globalSetup, testTimeout: 30_000 } },
      {
        plugins: [
          cloudflareTest(({ inject }) => ({
            wrangler: { configPath: './wrangler.toml' },
            miniflare: {
              bindings: {
                ENVIRONMENT: 'production',
                DATABASE_URL: inject('databaseUrl'),
                NEON_ENDPOINT: inject('neonEndpoint'),
                JWKS: inject('jwks'),
                TOKEN_ISSUER: LOCAL_ISSUER,
                TOKEN_AUDIENCE: LOCAL_AUDIENCE,
                // A change of config counts from the very next request.
                CONFIG_POINTER_TTL_SECONDS: '0',
              },
            },
          })),
        ],
        test: { name: 'api', include: ['test/api/**/*.test.ts'], globalSetup, testTimeout: 30_000 },
      },
    ],
  },
});
