// The bundle is smaller by what nothing uses. Should something use it one day, it must be told plainly, and not silently misbehave.
import { expect, test } from 'vitest';
import { LRUCache, normalizedExecutor } from '../../src/left-out.ts';
import { readProjectFile } from './source-tree.ts';

test('what is left out of the bundle says so where it is asked for', () => {
  expect(() => normalizedExecutor()).toThrow(/@graphql-tools\/executor is left out of the bundle/);
  expect(() => new LRUCache()).toThrow(/lru-cache is left out of the bundle/);
});

test('nothing else stands in for a library', () => {
  const [, aliases = ''] = /^alias = \{(.*)\}$/m.exec(readProjectFile('wrangler.toml')) ?? [];
  expect(aliases.split(',').map((alias) => alias.trim())).toEqual([
    '"@graphql-tools/executor" = "./src/left-out.ts"',
    '"lru-cache" = "./src/left-out.ts"',
  ]);
});
