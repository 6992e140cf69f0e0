/** An outbox over a client that answers as each test says. How it survives crashes is proved with real processes. */
import { afterEach, beforeEach, vi } from 'vitest';
import type { Attempt, Client } from '../../packages/client/src/client.ts';
import { claimReward } from '../../packages/client/src/generated.ts';
import type { Outcome } from '../../packages/client/src/intent.ts';
import { openOutbox } from '../../packages/client/src/outbox.ts';
import type { Outbox, Settled } from '../../packages/client/src/outbox-types.ts';
import { type IntentStore, memoryStore } from '../../packages/client/src/store.ts';

type Reply = Attempt<unknown> | Promise<Attempt<unknown>>;

export const RECEIPT = { __typename: 'Receipt' };
const answered: Attempt<unknown> = { kind: 'answer', result: RECEIPT, correlationId: 'c-1' };
export const lost: Attempt<unknown> = { kind: 'lost', message: 'connection reset' };
export const fault = (
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
/** The outboxes that a test has opened and not closed, and the player whose they are. */
export const current: { opened: Outbox[]; player: string } = { opened: [], player: '' };

/** Registers what each test of a file needs. Files share this module. */
export function fakeTimersAndOutboxes(): void {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
    vi.spyOn(Math, 'random').mockReturnValue(0);
    players += 1;
    current.player = `p${players}`;
    current.opened = [];
  });

  afterEach(async () => {
    await Promise.all(current.opened.map((outbox) => outbox.close()));
    vi.useRealTimers();
    vi.restoreAllMocks();
  });
}

interface Setup {
  readonly replies?: Reply[];
  readonly store?: IntentStore;
  readonly onOutcome?: (settled: Settled) => void | Promise<void>;
}

/** An outbox whose attempts get `replies` in turn, then receipts. `sent` has the keys and `settled` the outcomes in their order. */
export function open({ replies = [], store = memoryStore(), onOutcome = () => {} }: Setup = {}) {
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
    player: current.player,
    onOutcome: async (one) => {
      await onOutcome(one);
      settled.push([one.key, one.outcome]);
    },
  });
  current.opened.push(outbox);
  const claim = (name?: string) =>
    outbox.send(claimReward, { type: 'daily' }, name === undefined ? {} : { name });
  return { outbox, store, sent, settled, claim };
}

/** Web Locks and messages between tabs take turns of the event loop, which no faked timer runs. */
export async function settle(ms = 0) {
  for (let turn = 0; turn < 20; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    await vi.advanceTimersByTimeAsync(turn === 10 ? ms : 0);
  }
}
