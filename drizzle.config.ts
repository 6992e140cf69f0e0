/** For `npm run migrate:generate` and the check that tables.ts and the migrations agree. Migrating itself is cli/migrate.ts. */
import { defineConfig } from 'drizzle-kit';

export default defineConfig({
  dialect: 'postgresql',
  schema: './src/ledger/{columns,tables,staff-tables}.ts',
  out: './drizzle',
  schemaFilter: ['onceward'],
});
