/** Every store keeps the same promises. IndexedDB: test/browser/outbox.browser.test.ts. */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memoryStore } from '../../packages/client/src/store.ts';
import { fileStore } from '../../packages/client/src/stores/files.ts';
import { keyValueStore } from '../../packages/client/src/stores/key-value.ts';
import { intent, itKeepsThePromisesOfStores, type Opened } from './store-contract.ts';

let folder = '';
let made = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'onceward-outbox-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const STORES: Readonly<Record<string, () => Opened>> = {
  memory: () => [memoryStore(), null],
  'key-value': () => {
    const entries = new Map<string, string>();
    const storage = {
      getItem: (key: string) => entries.get(key) ?? null,
      setItem: async (key: string, value: string) => void entries.set(key, value),
      removeItem: (key: string) => void entries.delete(key),
    };
    return [keyValueStore('ana', storage), () => keyValueStore('ana', storage)];
  },
  files: () => {
    made += 1;
    const own = join(folder, String(made));
    return [fileStore(own), () => fileStore(own)];
  },
};

describe.each(Object.keys(STORES))('the %s store', (kind) => {
  itKeepsThePromisesOfStores(STORES[kind] as () => Opened);
});

describe('the file store', () => {
  it('ignores a file that a crash left half-written', async () => {
    const own = join(folder, 'crashed');
    const store = fileStore(own);
    await store.add(intent('a'));
    const [file = ''] = await readdir(own);
    await writeFile(join(own, `${file}.new`), '{"key":"a","ord');
    expect((await fileStore(own).all()).map(({ key }) => key)).toEqual(['a']);
  });
});
