/** Configures `npm run migrate:generate`. cli/migrate.ts applies the migrations. */
import { defineConfig } from 'drizzle-kit';

export default defineConfig({
  dialect: 'postgresql',
  schema: './src/ledger/{columns,*tables}.ts',
  out: './drizzle',
  schemaFilter: ['onceward'],
});
