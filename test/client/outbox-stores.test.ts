/** What the outbox does where its store fails, and where tabs share one. */
import { describe, expect, it } from 'vitest';
import { type IntentStore, memoryStore, StorageError } from '../../packages/client/src/store.ts';
import { current, fakeTimersAndOutboxes, lost, open, settle } from './setup.ts';

fakeTimersAndOutboxes();

describe('a store that fails', () => {
  it('keeps an intent from being sent that could not be stored', async () => {
    const store = { ...memoryStore(), add: () => Promise.reject(new Error('QuotaExceededError')) };
    const { claim, sent, settled } = open({ store });
    await expect(claim()).rejects.toThrow(StorageError);
    await settle(60_000);
    expect([sent, settled]).toEqual([[], []]);
  });

  it('is tried again before the first attempt, which is noted first', async () => {
    const whole = memoryStore();
    let isFull = true;
    const store: IntentStore = {
      ...whole,
      update: (one) => (isFull ? Promise.reject(new Error('full')) : whole.update(one)),
    };
    const { claim, sent, outbox } = open({ store });
    await claim();
    await settle();
    expect([sent, outbox.state().status]).toEqual([[], 'storage_failed']);
    isFull = false;
    await settle(501);
    expect(sent).toHaveLength(1);
  });

  it('does not end an intent of this session when the user clears it', async () => {
    const store = memoryStore();
    const { claim, sent, settled } = open({ store, replies: [lost] });
    const { key } = await claim();
    await settle();
    await store.remove(key);
    await settle(501);
    expect(sent).toEqual([key, key]);
    expect(settled).toMatchObject([[key, { kind: 'result' }]]);
  });

  it('gives an outcome to the app once where it cannot remove the intent', async () => {
    const whole = memoryStore();
    const store: IntentStore = { ...whole, remove: () => Promise.reject(new Error('broken')) };
    const { claim, sent, settled } = open({ store });
    await claim();
    await settle(5_000);
    expect(sent).toHaveLength(1);
    expect(settled).toHaveLength(1);
  });
});

describe('two tabs with one store', () => {
  it('send each intent once, and each learns the outcome of its own', async () => {
    const store = memoryStore();
    const first = open({ store });
    const second = open({ store });
    const sent = await Promise.all([first.claim('daily'), second.claim('daily'), second.claim()]);
    await settle();
    const keys = [...new Set(sent.map(({ key }) => key))];
    expect(keys).toHaveLength(2);
    expect([...first.sent, ...second.sent].sort()).toEqual(keys.sort());
    for (const { outcome } of sent) expect(await outcome).toMatchObject({ kind: 'result' });
    expect([...first.settled, ...second.settled]).toHaveLength(2);
  });

  it('learn an outcome that was announced while the name was being stored', async () => {
    const store = memoryStore();
    const first = open({ store });
    let release = () => {};
    const stored = new Promise<void>((resolve) => {
      release = resolve;
    });
    const slow: IntentStore = { ...store, add: (intent) => store.add(intent).finally(() => stored) };
    const second = open({ store: slow });
    const claiming = second.claim('daily');
    first.outbox.wake();
    await settle();
    expect(first.settled).toHaveLength(1);
    release();
    const { outcome } = await claiming;
    expect(await Promise.race([outcome, settle().then(() => 'never')])).toMatchObject({ kind: 'result' });
    expect(second.outbox.state().intents).toEqual([]);
  });

  it('go on with the tab that is left', async () => {
    const store = memoryStore();
    const first = open({ store, replies: [lost] });
    const second = open({ store });
    const { key, outcome } = await second.claim();
    await settle();
    const leader = first.sent.length > 0 ? first : second;
    const other = leader === first ? second : first;
    await leader.outbox.close();
    current.opened = [other.outbox];
    await settle(501);
    expect([...first.sent, ...second.sent]).toContain(key);
    expect(await outcome).toMatchObject({ kind: 'result' });
  });
});
