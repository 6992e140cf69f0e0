/** Every store keeps the same promises. IndexedDB is tested in a browser. */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NewIntent } from '../../packages/client/src/intent.ts';
import { type IntentStore, memoryStore } from '../../packages/client/src/store.ts';
import { fileStore } from '../../packages/client/src/stores/files.ts';
import { keyValueStore } from '../../packages/client/src/stores/key-value.ts';

let folder = '';
let made = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'onceward-outbox-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

function intent(key: string, overrides: Partial<NewIntent> = {}): NewIntent {
  return {
    key,
    name: null,
    operation: 'claimReward',
    document: 'mutation { x }',
    input: { type: 'daily' },
    dependent: false,
    madeAt: 1,
    firstSentAt: null,
    outcome: null,
    ...overrides,
  };
}

/** A store, and the store that the next process opens on the same data; null: memory does not outlive its process. */
type Opened = readonly [IntentStore, (() => IntentStore) | null];

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
  const open = () => (STORES[kind] as () => Opened)();

  it('keeps intents in the order in which they were added, and removes them', async () => {
    const [store] = open();
    const added = await Promise.all(['a', 'b', 'c'].map((key) => store.add(intent(key))));
    expect(added.map(({ order }) => order)).toEqual([1, 2, 3]);
    await store.remove('b');
    await store.remove('unknown');
    expect((await store.all()).map(({ key }) => key)).toEqual(['a', 'c']);
    expect((await store.add(intent('d'))).order).toBe(4);
  });

  it('returns the stored intent for a name that it has, also when both are added at once', async () => {
    const [store] = open();
    const [first, second] = await Promise.all([
      store.add(intent('a', { name: 'daily' })),
      store.add(intent('b', { name: 'daily' })),
    ]);
    expect(second).toEqual(first);
    await store.remove('a');
    expect((await store.add(intent('c', { name: 'daily' }))).key).toBe('c');
  });

  it('replaces an intent, and does not bring one back that was removed', async () => {
    const [store] = open();
    const stored = await store.add(intent('a'));
    const changed = { ...stored, firstSentAt: 5, outcome: { kind: 'withdrawn' as const } };
    await store.update(changed);
    expect(await store.all()).toEqual([changed]);
    await store.remove('a');
    await store.update(changed);
    expect(await store.all()).toEqual([]);
  });

  it('shows the next process what was stored', async () => {
    const [store, reopen] = open();
    if (!reopen) return;
    const kept = [await store.add(intent('a')), await store.add(intent('b', { name: 'n' }))];
    await store.noteTime(42);
    const next = reopen();
    expect([await next.all(), await next.latestTime()]).toEqual([kept, 42]);
    expect((await next.add(intent('c', { name: 'n' }))).key).toBe('b');
  });
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
