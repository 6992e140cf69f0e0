// Builds the console into dist/admin, the folder that wrangler.toml serves: the page at /admin/, its files under
// /admin/assets with hashes in their names. Nothing on the page comes from another origin.
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { headersFile } from './build/headers-file.ts';
import { noDigests } from './build/no-digests.ts';
import { openingTabsModule } from './build/opening-tabs.ts';
import { reservedNamesModule } from './build/reserved-names.ts';
import { splitFonts } from './build/split-fonts.ts';

const assetsRoot = fileURLToPath(new URL('../dist/admin/', import.meta.url));

export default defineConfig({
  base: '/admin/',
  plugins: [
    react(),
    openingTabsModule(),
    reservedNamesModule(),
    splitFonts('/admin/'),
    headersFile(assetsRoot),
  ],
  // Two copies of graphql reject each other's types; two copies of React lose their hooks.
  resolve: {
    dedupe: ['graphql', 'react', 'react-dom'],
    alias: { '@onceward/client': fileURLToPath(new URL('../packages/client/src/index.ts', import.meta.url)) },
  },
  build: {
    outDir: `${assetsRoot}admin`,
    emptyOutDir: true,
    target: 'es2023',
    // The editor alone exceeds Vite's limit for a warning; it loads after the page.
    chunkSizeWarningLimit: 4_000,
    // GraphiQL's modules have directives for React's compiler, which are useless after it has run.
    rolldownOptions: { checks: { moduleLevelDirective: false } },
  },
  worker: { format: 'es', plugins: () => [noDigests()] },
  server: { proxy: { '/graphql': 'http://127.0.0.1:8787' } },
});
