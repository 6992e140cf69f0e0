/**
 * The outbox: carries each intent from the moment it is stored to exactly one final outcome, through lost replies, crashes and
 * restarts. Key and input are stored before the first byte is sent, sent again unchanged until there is a final answer, and removed
 * only after the app has handled it.
 */
import { type Attempt, OncewardError } from './client.ts';
import type { Outcome, StoredIntent } from './intent.ts';
import type { MutationOperation } from './operation.ts';
import type { Outbox, OutboxOptions, OutboxState, SendOptions, Sent, Settled } from './outbox-types.ts';
import { type Now, nextStep, type Pause, pauseAfter } from './queue.ts';
import { StorageError } from './store.ts';
import { type Message, openTabs, type Tabs } from './tabs.ts';

/** How long a player who is signed out is left in peace, unless `wake` is called. */
const SIGNED_OUT_PAUSE_MS = 60_000;
const NOTE_TIME_EVERY_MS = 3_600_000;

export function openOutbox(options: OutboxOptions): Outbox {
  return new StoredOutbox(options);
}

class StoredOutbox implements Outbox {
  readonly #options: OutboxOptions;
  readonly #tabs: Tabs;
  readonly #closing = new AbortController();
  /** Resolves when `#latestTime` is what the store has. */
  readonly #timeKnown: Promise<void>;
  readonly #running: Promise<void>;
  readonly #waiters = new Map<string, Set<(outcome: Outcome) => void>>();
  readonly #listeners = new Set<() => void>();
  /** What this tab knows of intents that are not removed. It outlives a store that the user clears. */
  readonly #known = new Map<string, StoredIntent>();
  readonly #pauses = new Map<string, Pause>();
  readonly #attempts = new Map<string, number>();
  /** Intents of which an attempt may have been executed. */
  readonly #uncertain = new Set<string>();
  readonly #withdrawn = new Set<string>();
  /** Intents that the app has handled. A store that fails may still list them. */
  readonly #handled = new Set<string>();
  /** How many intents are being stored, and what ended meanwhile: a store may return an intent that another tab has just ended. */
  #storing = 0;
  readonly #announced = new Map<string, Outcome>();
  #latestTime = 0;
  #timeNotedAt = 0;
  #wake: () => void = () => {};
  #state: OutboxState = { intents: [], status: 'following' };

  constructor(options: OutboxOptions) {
    this.#options = options;
    this.#tabs = openTabs(options.player, (message) => this.#receive(message));
    globalThis.addEventListener?.('online', this.#online);
    this.#timeKnown = this.#loadTime();
    this.#running = this.#tabs.lead(() => this.#run(), this.#closing.signal);
  }

  async send<Name extends string, Input extends { readonly idempotencyKey: string }, Result>(
    operation: MutationOperation<Name, Input, Result>,
    input: Omit<Input, 'idempotencyKey'>,
    { name, dependent = false }: SendOptions = {},
  ): Promise<Sent<Result>> {
    await this.#timeKnown;
    const key = this.#options.makeKey?.() ?? crypto.randomUUID();
    this.#storing += 1;
    const intent = await this.#options.store
      .add({
        key,
        name: name ?? null,
        operation: operation.name,
        document: operation.document,
        input: { ...input, idempotencyKey: key },
        dependent,
        madeAt: this.#now().wall,
        firstSentAt: null,
        outcome: null,
      })
      .catch((error: unknown) => {
        this.#hasStored();
        throw new StorageError(error);
      });
    const ended = intent.outcome ?? this.#announced.get(intent.key);
    this.#hasStored();
    if (intent.operation !== operation.name)
      throw new OncewardError('NAME_IN_USE', `"${name}" is an intent of ${intent.operation} already`);
    const outcome = ended
      ? Promise.resolve(ended)
      : new Promise<Outcome>((resolve) => this.#waitFor(intent.key, resolve));
    if (!ended) this.#known.set(intent.key, this.#known.get(intent.key) ?? intent);
    this.#show(this.#state.status);
    this.#wake();
    this.#tabs.tell({ kind: 'wake' });
    return { key: intent.key, outcome: outcome as Promise<Outcome<Result>> };
  }

  withdraw(key: string): void {
    this.#receive({ kind: 'withdraw', key });
    this.#tabs.tell({ kind: 'withdraw', key });
  }

  wake(): void {
    for (const [key, { requested }] of this.#pauses) if (!requested) this.#pauses.delete(key);
    this.#wake();
  }

  state(): OutboxState {
    return this.#state;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    globalThis.removeEventListener?.('online', this.#online);
    this.#closing.abort();
    this.#wake();
    await this.#running;
    this.#tabs.close();
  }

  readonly #online = () => this.wake();

  #receive(message: Message): void {
    if (message.kind === 'settled') this.#announce(message.key, message.outcome);
    if (message.kind === 'withdraw') this.#withdrawn.add(message.key);
    this.#wake();
  }

  /** Of the tab that sends: one step after the other until the outbox is closed. */
  async #run(): Promise<void> {
    await this.#timeKnown;
    await this.#takeOver();
    while (!this.#closing.signal.aborted) {
      const woken = this.#woken();
      const intents = await this.#intents();
      await this.#noteTime();
      const step = nextStep(intents, this.#pauses, this.#now());
      if (step.kind === 'deliver') await this.#deliver(step.intent);
      else if (step.kind === 'expire') await this.#settle(step.intent, this.#expired(step.intent));
      else if (step.kind === 'send') await this.#send(step.intent);
      else {
        if (intents.length === 0) this.#show('idle');
        await woken(step.until === null ? null : step.until - this.#now().monotonic);
      }
    }
  }

  /** The tab or process before this one may have sent what it left here, and may have ended what this tab remembers. */
  async #takeOver(): Promise<void> {
    for (const key of this.#known.keys()) if (!this.#waiters.has(key)) this.#known.delete(key);
    for (const { key, firstSentAt } of await this.#intents()) {
      if (firstSentAt !== null) this.#uncertain.add(key);
    }
  }

  async #send(intent: StoredIntent): Promise<void> {
    if (intent.firstSentAt === null && this.#withdrawn.has(intent.key))
      return this.#settle(intent, { kind: 'withdrawn' });
    let sending = intent;
    if (intent.firstSentAt === null) {
      sending = { ...intent, firstSentAt: this.#now().wall };
      try {
        await this.#options.store.update(sending);
      } catch {
        return this.#pause(intent, null, 'storage_failed');
      }
      this.#known.set(intent.key, sending);
    }
    this.#show(this.#attempts.has(intent.key) ? 'retrying' : 'sending');
    const attempt = await this.#options.client.attempt(sending.document, { input: sending.input });
    await this.#conclude(sending, attempt);
  }

  async #conclude(intent: StoredIntent, attempt: Attempt<unknown>): Promise<void> {
    switch (attempt.kind) {
      case 'answer':
        return this.#settle(intent, {
          kind: 'result',
          result: attempt.result,
          correlationId: attempt.correlationId,
        });
      case 'signed_out':
        return this.#signedOut(intent);
      case 'lost':
        this.#uncertain.add(intent.key);
        return this.#pause(intent, null, 'retrying');
      case 'fault': {
        const { code, message, field, correlationId, retryable, retryAfterMs } = attempt;
        if (code === 'UNAUTHENTICATED' && !retryable) return this.#signedOut(intent);
        if (retryable) {
          if (['INTERNAL', 'UNAVAILABLE'].includes(code)) this.#uncertain.add(intent.key);
          return this.#pause(intent, retryAfterMs, 'retrying');
        }
        const certain = !this.#uncertain.has(intent.key);
        return this.#settle(intent, { kind: 'fault', code, message, field, correlationId, certain });
      }
    }
  }

  #signedOut({ key }: StoredIntent): void {
    this.#pauses.set(key, {
      until: this.#now().monotonic + SIGNED_OUT_PAUSE_MS,
      aside: false,
      requested: false,
    });
    this.#show('signed_out');
  }

  #pause({ key }: StoredIntent, retryAfterMs: number | null, status: OutboxState['status']): void {
    const count = (this.#attempts.get(key) ?? 0) + 1;
    this.#attempts.set(key, count);
    this.#pauses.set(key, pauseAfter(count, retryAfterMs, this.#now(), Math.random()));
    this.#show(status);
  }

  #expired({ key, firstSentAt }: StoredIntent): Outcome {
    return { kind: 'expired', certain: firstSentAt === null || !this.#uncertain.has(key) };
  }

  /** A store that cannot take the outcome is no reason to keep it from the app: sent again, the intent gets the same one. */
  async #settle(intent: StoredIntent, outcome: Outcome): Promise<void> {
    const settled = { ...intent, outcome };
    this.#pauses.delete(intent.key);
    this.#known.set(intent.key, settled);
    await this.#options.store.update(settled).catch(() => {});
    this.#show('sending');
  }

  async #deliver(intent: StoredIntent): Promise<void> {
    const { key, name, operation, input, outcome } = intent;
    try {
      await this.#options.onOutcome({ key, name, operation, input, outcome } as unknown as Settled);
    } catch (error) {
      // The app's handler failed: the outcome is kept, and given to it again.
      this.#pause(intent, null, 'retrying');
      console.error('onOutcome failed; it is called again with the same outcome', error);
      return;
    }
    this.#handled.add(key);
    await this.#options.store
      .remove(key)
      .then(() => this.#handled.delete(key))
      .catch(() => {});
    for (const memory of [this.#known, this.#pauses, this.#attempts, this.#uncertain, this.#withdrawn])
      memory.delete(key);
    this.#announce(key, outcome as Outcome);
    this.#tabs.tell({ kind: 'settled', key, outcome: outcome as Outcome });
    this.#show('sending');
  }

  #waitFor(key: string, resolve: (outcome: Outcome) => void): void {
    const waiters = this.#waiters.get(key) ?? new Set();
    this.#waiters.set(key, waiters.add(resolve));
  }

  #hasStored(): void {
    this.#storing -= 1;
    if (this.#storing === 0) this.#announced.clear();
  }

  #announce(key: string, outcome: Outcome): void {
    if (this.#storing > 0) this.#announced.set(key, outcome);
    for (const resolve of this.#waiters.get(key) ?? []) resolve(outcome);
    this.#waiters.delete(key);
    this.#known.delete(key);
    this.#show(this.#state.status);
  }

  /** What is stored and what this tab knows: each intent as it was last seen. */
  async #intents(): Promise<readonly StoredIntent[]> {
    const stored = await this.#options.store.all().catch(() => []);
    for (const intent of stored) {
      if (this.#handled.has(intent.key)) continue;
      if (!this.#known.get(intent.key)?.outcome) this.#known.set(intent.key, intent);
    }
    const intents = [...this.#known.values()].sort((one, other) => one.order - other.order);
    this.#state = { ...this.#state, intents };
    return intents;
  }

  #show(status: OutboxState['status']): void {
    const intents = [...this.#known.values()].sort((one, other) => one.order - other.order);
    this.#state = { intents, status };
    for (const listener of this.#listeners) listener();
  }

  /** Ages are computed with the latest time ever seen: a clock that is set back makes no intent younger. */
  #now(): Now {
    this.#latestTime = Math.max(this.#latestTime, Date.now());
    return { wall: this.#latestTime, monotonic: performance.now() };
  }

  async #loadTime(): Promise<void> {
    const stored = await this.#options.store.latestTime().catch(() => 0);
    this.#latestTime = Math.max(this.#latestTime, stored);
  }

  async #noteTime(): Promise<void> {
    const { wall } = this.#now();
    if (wall - this.#timeNotedAt < NOTE_TIME_EVERY_MS) return;
    this.#timeNotedAt = wall;
    await this.#options.store.noteTime(wall).catch(() => {});
  }

  /** Taken before the intents are read, so that a wake in between is not missed. */
  #woken(): (ms: number | null) => Promise<void> {
    const woken = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    const wake = this.#wake;
    return async (ms) => {
      const timer = ms === null ? undefined : setTimeout(wake, Math.max(0, ms));
      await woken;
      clearTimeout(timer);
    };
  }
}
