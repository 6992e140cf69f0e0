/** What an app sees of an outbox: its options, what it sends, how an intent ends, and what is waiting. */
import type { Client } from './client.ts';
import type { Mutations } from './generated.ts';
import type { Outcome, StoredIntent } from './intent.ts';
import type { MutationOperation } from './operation.ts';
import type { IntentStore } from './store.ts';

export interface OutboxOptions {
  readonly client: Client;
  readonly store: IntentStore;
  /** The player whose outbox it is. Tabs with the same player share one. */
  readonly player: string;
  /**
   * Handles a final outcome: update what the game shows, and what it stores. The outcome is kept until this resolves, so after a crash
   * it is called again with the same `key`.
   */
  readonly onOutcome: (settled: Settled) => void | Promise<void>;
  /** Makes idempotency keys: 16 to 255 characters that nobody can guess. `crypto.randomUUID` unless set; React Native has none. */
  readonly makeKey?: () => string;
}

/** An intent and how it ended. `operation` tells the type of input and result. */
export type Settled = {
  readonly [Name in keyof Mutations]: {
    readonly key: string;
    /** As given to `send`. */
    readonly name: string | null;
    readonly operation: Name;
    readonly input: Mutations[Name]['input'];
    readonly outcome: Outcome<Mutations[Name]['result']>;
  };
}[keyof Mutations];

export interface SendOptions {
  /**
   * What the player wants, such as `daily-2026-11-30`. While an intent of this name is in the outbox, sending the name again returns it: a
   * double tap is one intent.
   */
  readonly name?: string;
  /** Whether it waits for the intents before it, however long they have to wait. */
  readonly dependent?: boolean;
}

export interface Sent<Result> {
  /** The idempotency key. */
  readonly key: string;
  /** Resolves once the intent has ended. It never rejects, and stays pending if the process ends first. */
  readonly outcome: Promise<Outcome<Result>>;
}

/** What a game shows of its outbox. */
export interface OutboxState {
  /** In the order in which they are sent; those with an outcome are being handled by the app. */
  readonly intents: readonly StoredIntent[];
  /** `retrying`: the last attempt got no final answer. `following`: another tab sends. */
  readonly status: 'idle' | 'sending' | 'retrying' | 'signed_out' | 'storage_failed' | 'following';
}

export interface Outbox {
  /** Resolves once the intent is stored. Rejects with a StorageError, and nothing was sent, where that failed. */
  send<Name extends string, Input extends { readonly idempotencyKey: string }, Result>(
    operation: MutationOperation<Name, Input, Result>,
    input: Omit<Input, 'idempotencyKey'>,
    options?: SendOptions,
  ): Promise<Sent<Result>>;
  /** Ends an intent that was never sent as `withdrawn`. One that was sent goes on. */
  withdraw(key: string): void;
  /** Tries again at once: after the player has signed in, or the network is back. */
  wake(): void;
  state(): OutboxState;
  /** Calls `listener` after each change, until the function that it returns is called. */
  subscribe(listener: () => void): () => void;
  /** Stops sending. What is stored stays for the next outbox. */
  close(): Promise<void>;
}
