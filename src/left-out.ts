/**
 * What libraries of the Worker bring along and nothing here ever uses: wrangler.toml puts this file in its place, so that no
 * isolate has to read it. Should it be asked for after all, it says so.
 */

function leftOut(name: string): never {
  throw new Error(`${name} is left out of the bundle (alias in wrangler.toml)`);
}

/** @graphql-tools/executor, Yoga's own: src/http/graphql-server.ts executes with graphql-js. */
export function normalizedExecutor(): never {
  return leftOut('@graphql-tools/executor');
}

/** lru-cache, for Yoga's cache of documents: src/http/document-cache.ts keeps them instead. */
export class LRUCache {
  constructor() {
    leftOut('lru-cache');
  }
}
