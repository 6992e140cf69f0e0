// The claim types of the ledger itself, which no config may use. They follow from the operations' definitions when the page is built.
import type { Plugin } from 'vite';

const MODULE = 'virtual:reserved-names';

/** Provides the names as the module `virtual:reserved-names`. */
export function reservedNamesModule(): Plugin {
  return {
    name: 'onceward:reserved-names',
    resolveId: (id) => (id === MODULE ? `\0${MODULE}` : null),
    async load(id) {
      if (id !== `\0${MODULE}`) return null;
      // Not a literal import: Vite would bundle the Worker into its config.
      const { href } = new URL('../../src/resolvers/schema.ts', import.meta.url);
      const { RESERVED_CLAIM_TYPES }: typeof import('../../src/resolvers/schema.ts') = await import(href);
      return `export default ${JSON.stringify(RESERVED_CLAIM_TYPES)};`;
    },
  };
}
