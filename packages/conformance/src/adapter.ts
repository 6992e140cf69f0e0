/** What an endpoint's adapter has to provide: one attempt of a claim, and what a player has. */

export interface ClaimRequest {
  readonly player: string;
  /** The client's key for this intent. Every attempt of it sends the same. */
  readonly idempotencyKey: string;
  /** What is paid for, such as a quest: paid once per player, under whatever idempotency key. */
  readonly claim: string;
  /** How much the claim pays, 1 to 1,000. An adapter of an endpoint with fixed amounts maps it to a kind of claim. */
  readonly amount: number;
}

/** What one attempt came to. An adapter does not retry: the suite does. */
export type Reply =
  | { readonly kind: 'granted'; readonly receipt: Receipt }
  /** A business rejection. `already_claimed`: another key was paid for the claim. `key_reused`: the key belongs to another input. */
  | {
      readonly kind: 'rejected';
      readonly code: 'already_claimed' | 'key_reused' | string;
      /** Of `already_claimed`: the receipt of the claim that was paid. */
      readonly original: Receipt | null;
    }
  /** The endpoint refused or failed. `retryable`: the same request may succeed later. */
  | { readonly kind: 'failed'; readonly retryable: boolean; readonly message: string };

export interface Receipt {
  /** Identifies the claim. */
  readonly id: string;
  /** Whether the endpoint says that the key was answered before. */
  readonly replayed: boolean;
  readonly before: number;
  readonly delta: number;
  readonly after: number;
}

export interface Adapter {
  /** Sends one request to `url`, with a body of known length. Throws where no answer came. */
  claim(url: string, request: ClaimRequest): Promise<Reply>;
  /** What the player has now of the resource that claims pay. */
  balance(url: string, player: string): Promise<number>;
  /** Kills the server and starts it again. Left out: tests of restarts are skipped. */
  restart?(): Promise<void>;
}
