/**
 * Remembers which access tokens carried a genuine signature, since a client sends the same one with every request
 * and verifying costs more than all else in this room. It remembers the signature's verdict alone: expiry, issuer,
 * audience and the key's presence in the JWKS are judged again at every request.
 */
import type { VerificationKey } from './verification-key.ts';

/** A token has at most 4,096 characters, so this stays within a few MB of the isolate's 128. */
const MAX_REMEMBERED = 1_024;

export interface Genuine {
  readonly keyId: string;
  /** The very key object: a key that was replaced or withdrawn takes its tokens with it. */
  readonly key: VerificationKey;
  readonly claims: Readonly<Record<string, unknown>>;
}

/**
 * Keyed by the token itself, not by a hash of it: hashing costs an asynchronous call, and the token is in this
 * isolate's memory anyhow. Only tokens that were accepted are added, so forgeries cannot push others out.
 */
export class GenuineCache {
  readonly #tokens = new Map<string, Genuine>();

  get(token: string): Genuine | undefined {
    return this.#tokens.get(token);
  }

  /** The oldest makes room: a Map keeps the order of insertion, and reordering at each hit is not worth its cost. */
  add(token: string, genuine: Genuine): void {
    if (this.#tokens.size >= MAX_REMEMBERED) {
      for (const oldest of this.#tokens.keys()) {
        this.#tokens.delete(oldest);
        break;
      }
    }
    this.#tokens.set(token, genuine);
  }

  forget(token: string): void {
    this.#tokens.delete(token);
  }

  get size(): number {
    return this.#tokens.size;
  }
}
