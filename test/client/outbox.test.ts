/** The life of an intent in the outbox. */
import { describe, expect, it, vi } from 'vitest';
import { claimReward, exchange } from '../../packages/client/src/generated.ts';
import { DAY_MS, type StoredIntent } from '../../packages/client/src/intent.ts';
import { memoryStore } from '../../packages/client/src/store.ts';
import { current, fakeTimersAndOutboxes, fault, lost, open, RECEIPT, settle } from './setup.ts';

fakeTimersAndOutboxes();

describe('an intent', () => {
  it('is stored with its key before it is sent, and removed after the app has handled its outcome', async () => {
    const store = memoryStore();
    const stored: (readonly StoredIntent[])[] = [];
    const { claim, sent, settled } = open({
      store,
      onOutcome: async () => void stored.push(await store.all()),
    });
    const { key, outcome } = await claim();
    expect(await store.all()).toMatchObject([
      { key, operation: 'claimReward', input: { idempotencyKey: key } },
    ]);
    await settle();
    expect(await outcome).toEqual({ kind: 'result', result: RECEIPT, correlationId: 'c-1' });
    expect(sent).toEqual([key]);
    expect(settled).toEqual([[key, await outcome]]);
    expect(stored).toMatchObject([[{ key, outcome: { kind: 'result' } }]]);
    expect(await store.all()).toEqual([]);
  });

  it.each([
    ['the reply was lost', lost],
    ['the API was unavailable', fault('UNAVAILABLE', { retryable: true })],
    ['too many requests were sent', fault('RATE_LIMITED', { retryable: true, retryAfterMs: 400 })],
  ])('is sent again under the same key after %s', async (_, reply) => {
    const { claim, sent, settled } = open({ replies: [reply] });
    const { key } = await claim();
    await settle();
    expect([sent, settled]).toEqual([[key], []]);
    await settle(501);
    expect(sent).toEqual([key, key]);
    expect(settled).toMatchObject([[key, { kind: 'result' }]]);
  });

  it('ends with a fault that is certain where no attempt may have been executed', async () => {
    const { claim, settled } = open({ replies: [fault('FORBIDDEN')] });
    await claim();
    await settle();
    expect(settled).toMatchObject([[expect.anything(), { kind: 'fault', code: 'FORBIDDEN', certain: true }]]);
  });

  it('ends with a fault that is not certain after a lost reply', async () => {
    const { claim, settled } = open({ replies: [lost, fault('FORBIDDEN')] });
    await claim();
    await settle();
    await settle(501);
    expect(settled).toMatchObject([
      [expect.anything(), { kind: 'fault', code: 'FORBIDDEN', certain: false }],
    ]);
  });

  it('waits while the player is signed out, and is sent after a sign-in', async () => {
    const { claim, sent, settled, outbox } = open({
      replies: [{ kind: 'signed_out' }, fault('UNAUTHENTICATED')],
    });
    const { key } = await claim();
    await settle();
    expect(outbox.state().status).toBe('signed_out');
    outbox.wake();
    await settle();
    expect(outbox.state().status).toBe('signed_out');
    expect(settled).toEqual([]);
    outbox.wake();
    await settle();
    expect(sent).toEqual([key, key, key]);
    expect(settled).toMatchObject([[key, { kind: 'result' }]]);
  });

  it('is one intent for a double tap of one name', async () => {
    const { claim, sent, settled } = open();
    const [first, second] = await Promise.all([claim('daily'), claim('daily')]);
    await settle();
    expect(second.key).toBe(first.key);
    expect(sent).toEqual([first.key]);
    expect(await second.outcome).toEqual(await first.outcome);
    expect(settled).toHaveLength(1);
    const later = await claim('daily');
    expect(later.key).not.toBe(first.key);
  });

  it('refuses a name that another operation has', async () => {
    const { claim, outbox } = open({ replies: [lost] });
    await claim('shop');
    await expect(outbox.send(exchange, { exchange: 'summon' }, { name: 'shop' })).rejects.toThrow(
      /claimReward/,
    );
    expect(outbox.state().intents).toHaveLength(1);
  });

  it('can be withdrawn until it is sent', async () => {
    const { claim, outbox, sent, settled } = open({ replies: [lost] });
    const first = await claim();
    await settle();
    const second = await claim();
    outbox.withdraw(first.key);
    outbox.withdraw(second.key);
    await settle(501);
    await settle();
    expect(sent).toEqual([first.key, first.key]);
    expect(settled).toMatchObject([
      [first.key, { kind: 'result' }],
      [second.key, { kind: 'withdrawn' }],
    ]);
  });

  it('is not overtaken while it is retried, but is where the API asks it to wait for minutes', async () => {
    const { claim, sent } = open({
      replies: [lost, fault('RATE_LIMITED', { retryable: true, retryAfterMs: 600_000 })],
    });
    const first = await claim();
    const second = await claim();
    await settle();
    expect(sent).toEqual([first.key]);
    await settle(501);
    expect(sent).toEqual([first.key, first.key, second.key]);
    await settle(600_000);
    expect(sent.at(-1)).toBe(first.key);
  });

  it('waits for one that steps aside where the app sent it as dependent', async () => {
    const pause = fault('RATE_LIMITED', { retryable: true, retryAfterMs: 61_000 });
    const { claim, outbox, sent } = open({ replies: [pause] });
    const first = await claim();
    const dependent = await outbox.send(claimReward, { type: 'daily' }, { dependent: true });
    const free = await claim();
    await settle();
    expect(sent).toEqual([first.key, free.key]);
    await settle(61_001);
    await settle();
    expect(sent).toEqual([first.key, free.key, first.key, dependent.key]);
  });

  it('keeps the pause that the API asked for when the app wakes the outbox', async () => {
    const { claim, sent, outbox } = open({
      replies: [fault('RATE_LIMITED', { retryable: true, retryAfterMs: 30_000 })],
    });
    await claim();
    await settle();
    outbox.wake();
    await settle(1_000);
    expect(sent).toHaveLength(1);
    await settle(30_000);
    expect(sent).toHaveLength(2);
  });
});

describe('after a restart', () => {
  it('sends what was left under the same key, and says that an earlier attempt may have been executed', async () => {
    const store = memoryStore();
    const before = open({ store, replies: [new Promise(() => {})] });
    const { key } = await before.claim();
    await settle();
    // The process before ended without closing: another takes its place.
    current.player = `${current.player}-restarted`;
    const after = open({ store, replies: [fault('FORBIDDEN')] });
    await settle();
    expect(after.sent).toEqual([key]);
    expect(after.settled).toMatchObject([[key, { kind: 'fault', certain: false }]]);
    current.opened.shift();
  });

  it('gives an outcome again that the app had not handled', async () => {
    const store = memoryStore();
    vi.spyOn(console, 'error').mockImplementation(() => {});
    const before = open({ store, onOutcome: () => Promise.reject(new Error('the game crashed')) });
    const { key } = await before.claim();
    await settle();
    await before.outbox.close();
    current.opened = [];
    const after = open({ store });
    await settle();
    expect(after.sent).toEqual([]);
    expect(after.settled).toMatchObject([[key, { kind: 'result' }]]);
    expect(await store.all()).toEqual([]);
  });

  it('expires what is older than 29 days, also where the clock was set back', async () => {
    const store = memoryStore();
    const before = open({ store, replies: [lost] });
    const { key } = await before.claim();
    await settle();
    await before.outbox.close();
    current.opened = [];
    await store.noteTime(Date.now() + 30 * DAY_MS);
    vi.setSystemTime(Date.now() - DAY_MS);
    const after = open({ store });
    await settle();
    expect(after.sent).toEqual([]);
    expect(after.settled).toEqual([[key, { kind: 'expired', certain: false }]]);
  });

  it('sends a new intent where the clock was set back by months, in whichever tab it is made', async () => {
    const store = memoryStore();
    await store.noteTime(Date.now() + 90 * DAY_MS);
    const [first, second] = [open({ store }), open({ store })];
    const sent = await Promise.all([first.claim(), second.claim()]);
    await settle();
    for (const { outcome } of sent) expect(await outcome).toMatchObject({ kind: 'result' });
  });
});
