// Lets a worker of the console decide claims as the Worker does. Deciding computes a digest of each request with node:crypto, which
// a browser does not have: nothing that is decided here is sent, so the digest is an empty text.
import type { Plugin } from 'vite';

const MODULE = '\0onceward:no-digests';

export function noDigests(): Plugin {
  return {
    name: 'onceward:no-digests',
    enforce: 'pre',
    resolveId: (id, importer) =>
      id === 'node:crypto' && importer?.endsWith('/src/domain/canonical.ts') ? MODULE : null,
    load: (id) => (id === MODULE ? "export const hash = () => '';" : null),
  };
}
