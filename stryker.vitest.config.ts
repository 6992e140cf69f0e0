/** The tests that Stryker runs against each mutant (stryker.config.json): the pure ones, which need no database. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { include: ['test/{domain,config}/**/*.test.ts'] },
});
