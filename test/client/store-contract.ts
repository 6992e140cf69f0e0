/** What every store promises, as tests: an outbox relies on nothing else. */
import { expect, it } from 'vitest';
import type { NewIntent } from '../../packages/client/src/intent.ts';
import type { IntentStore } from '../../packages/client/src/store.ts';

export function intent(key: string, overrides: Partial<NewIntent> = {}): NewIntent {
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
export type Opened = readonly [IntentStore, (() => IntentStore | Promise<IntentStore>) | null];

/** Registers the tests of the store that `open` opens, an empty one each time. */
export function itKeepsThePromisesOfStores(open: () => Opened | Promise<Opened>): void {
  it('keeps intents in the order in which they were added, and removes them', async () => {
    const [store] = await open();
    const added = await Promise.all(['a', 'b', 'c'].map((key) => store.add(intent(key))));
    expect(added.map(({ order }) => order)).toEqual([1, 2, 3]);
    await store.remove('b');
    await store.remove('unknown');
    expect((await store.all()).map(({ key }) => key)).toEqual(['a', 'c']);
    expect((await store.add(intent('d'))).order).toBe(4);
  });

  it('returns the stored intent for a name that it has, also when both are added at once', async () => {
    const [store] = await open();
    const [first, second] = await Promise.all([
      store.add(intent('a', { name: 'daily' })),
      store.add(intent('b', { name: 'daily' })),
    ]);
    expect(second).toEqual(first);
    await store.remove('a');
    expect((await store.add(intent('c', { name: 'daily' }))).key).toBe('c');
  });

  it('replaces an intent, and does not bring one back that was removed', async () => {
    const [store] = await open();
    const stored = await store.add(intent('a'));
    const changed = { ...stored, firstSentAt: 5, outcome: { kind: 'withdrawn' as const } };
    await store.update(changed);
    expect(await store.all()).toEqual([changed]);
    await store.remove('a');
    await store.update(changed);
    expect(await store.all()).toEqual([]);
  });

  it('shows the next process what was stored', async () => {
    const [store, reopen] = await open();
    if (!reopen) return;
    const kept = [await store.add(intent('a')), await store.add(intent('b', { name: 'n' }))];
    await store.noteTime(42);
    const next = await reopen();
    expect([await next.all(), await next.latestTime()]).toEqual([kept, 42]);
    expect((await next.add(intent('c', { name: 'n' }))).key).toBe('b');
  });
}
