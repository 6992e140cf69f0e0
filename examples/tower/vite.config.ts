// Builds the example game into dist/play, which `npm run dev` serves at /play. `npx vite examples/tower` serves it from source, next to
// a running `npm run dev`.
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const STACK = 'http://127.0.0.1:8787';

export default defineConfig({
  base: '/play/',
  resolve: { alias: { '@onceward/client': path('../../packages/client/src/index.ts') } },
  build: { outDir: path('../../dist/play'), emptyOutDir: true, target: 'es2022', assetsInlineLimit: 0 },
  // The stack answers its own page alone: it compares host and origin.
  server: { proxy: { '/graphql': STACK, '/play/api': { target: STACK, changeOrigin: false } } },
});
