import { defineConfig } from 'vitest/config';

// One project for each kind of ground that tests stand on; `npm test -- --project domain` runs one.
export default defineConfig({
  test: {
    projects: [
      { test: { name: 'domain', include: ['test/{domain,config,auth}/**/*.test.ts'] } },
      { test: { name: 'dev', include: ['test/dev/**/*.test.ts'], testTimeout: 60_000, hookTimeout: 60_000 } },
    ],
  },
});
