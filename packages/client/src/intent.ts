/** What the outbox stores of an intent, and how an intent can end. */

/** How an intent ended, for good. */
export type Outcome<Result = unknown> =
  /** The result of the mutation: a receipt, or a rejection with its message. */
  | { readonly kind: 'result'; readonly result: Result; readonly correlationId: string }
  /** The API refused the request itself: the player may not do this, or an input is out of bounds. */
  | {
      readonly kind: 'fault';
      readonly code: string;
      readonly message: string;
      readonly field: string | null;
      readonly correlationId: string | null;
      /** False: an attempt before this one got no answer, so the operation may have been executed. */
      readonly certain: boolean;
    }
  /** It was not answered within 29 days. Its key may be free again, so it is never sent again. */
  | { readonly kind: 'expired'; readonly certain: boolean }
  /** The app withdrew it before it was sent. */
  | { readonly kind: 'withdrawn' };

export interface StoredIntent {
  /** The idempotency key. It names the intent everywhere. */
  readonly key: string;
  /** Intents are sent in this order. The store assigns it. */
  readonly order: number;
  /** Given by the app: while an intent of this name is in the outbox, another `send` of the name returns it. */
  readonly name: string | null;
  /** The mutation and its document, so that an app that no longer has the code still sends what it stored. */
  readonly operation: string;
  readonly document: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** Whether it waits for all intents before it, however long they wait. */
  readonly dependent: boolean;
  /** Milliseconds since 1970, like every time here. */
  readonly madeAt: number;
  /** Stored before the first byte is sent; null: it was never sent. */
  readonly firstSentAt: number | null;
  /** Null: it has none yet. Otherwise it waits to be delivered to the app. */
  readonly outcome: Outcome | null;
}

/** What `send` knows of an intent before the store has given it its place. */
export type NewIntent = Omit<StoredIntent, 'order'>;

export const DAY_MS = 86_400_000;
/** Onceward keeps rejections for 30 days at least, and then decides the same key again. */
export const MAX_AGE_MS = 29 * DAY_MS;
