/** The outbox over a client that answers as each test says. How it survives crashes is proved with real processes elsewhere. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Attempt, Client } from '../../packages/client/src/client.ts';
import { claimReward, exchange } from '../../packages/client/src/generated.ts';
import { DAY_MS, type Outcome, type StoredIntent } from '../../packages/client/src/intent.ts';
import { type Outbox, openOutbox, type Settled } from '../../packages/client/src/outbox.ts';
import { type IntentStore, memoryStore, StorageError } from '../../packages/client/src/store.ts';

type Reply = Attempt<unknown> | Promise<Attempt<unknown>>;

const RECEIPT = { __typename: 'Receipt' };
const answered: Attempt<unknown> = { kind: 'answer', result: RECEIPT, correlationId: 'c-1' };
const lost: Attempt<unknown> = { kind: 'lost', message: 'connection reset' };
const fault = (
  code: string,
  { retryable = false, retryAfterMs = null as number | null } = {},
): Attempt<unknown> => ({
  kind: 'fault',
  code,
  message: `${code}!`,
  field: null,
  correlationId: 'c-2',
  retryable,
  retryAfterMs,
});

let players = 0;
let opened: Outbox[] = [];
let player = '';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
  vi.spyOn(Math, 'random').mockReturnValue(0);
  players += 1;
  player = `p${players}`;
  opened = [];
});

afterEach(async () => {
  await Promise.all(opened.map((outbox) => outbox.close()));
  vi.useRealTimers();
  vi.restoreAllMocks();
});

interface Setup {
  readonly replies?: Reply[];
  readonly store?: IntentStore;
  readonly onOutcome?: (settled: Settled) => void | Promise<void>;
}

/** An outbox whose attempts get `replies` in turn, then receipts. `sent` has the keys and `settled` the outcomes in their order. */
function open({ replies = [], store = memoryStore(), onOutcome = () => {} }: Setup = {}) {
  const sent: string[] = [];
  const settled: [string, Outcome][] = [];
  const client = {
    attempt: async (_: string, { input }: { input: { idempotencyKey: string } }) => {
      sent.push(input.idempotencyKey);
      return replies.shift() ?? answered;
    },
  } as unknown as Client;
  const outbox = openOutbox({
    client,
    store,
    player,
    onOutcome: async (one) => {
      await onOutcome(one);
      settled.push([one.key, one.outcome]);
    },
  });
  opened.push(outbox);
  const claim = (name?: string) =>
    outbox.send(claimReward, { type: 'daily' }, name === undefined ? {} : { name });
  return { outbox, store, sent, settled, claim };
}

/** Web Locks and messages between tabs take turns of the event loop, which no faked timer runs. */
async function settle(ms = 0) {
  for (let turn = 0; turn < 20; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    await vi.advanceTimersByTimeAsync(turn === 10 ? ms : 0);
  }
}

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
    player = `${player}-restarted`;
    const after = open({ store, replies: [fault('FORBIDDEN')] });
    await settle();
    expect(after.sent).toEqual([key]);
    expect(after.settled).toMatchObject([[key, { kind: 'fault', certain: false }]]);
    opened.shift();
  });

  it('gives an outcome again that the app had not handled', async () => {
    const store = memoryStore();
    vi.spyOn(console, 'error').mockImplementation(() => {});
    const before = open({ store, onOutcome: () => Promise.reject(new Error('the game crashed')) });
    const { key } = await before.claim();
    await settle();
    await before.outbox.close();
    opened = [];
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
    opened = [];
    await store.noteTime(Date.now() + 30 * DAY_MS);
    vi.setSystemTime(Date.now() - DAY_MS);
    const after = open({ store });
    await settle();
    expect(after.sent).toEqual([]);
    expect(after.settled).toEqual([[key, { kind: 'expired', certain: false }]]);
  });
});

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

  it('go on with the tab that is left', async () => {
    const store = memoryStore();
    const first = open({ store, replies: [lost] });
    const second = open({ store });
    const { key, outcome } = await second.claim();
    await settle();
    const leader = first.sent.length > 0 ? first : second;
    const other = leader === first ? second : first;
    await leader.outbox.close();
    opened = [other.outbox];
    await settle(501);
    expect([...first.sent, ...second.sent]).toContain(key);
    expect(await outcome).toMatchObject({ kind: 'result' });
  });
});
