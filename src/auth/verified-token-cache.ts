/**
 * Caches access tokens that were verified: clients send the same token with every request, and the signature check
 * is the most expensive step of authentication. Expiry and the key are checked again on every use (tokens.ts).
 */
import type { Actor } from '../domain/actor.ts';
import type { KeySource, VerificationKey } from './keys.ts';

/** A token has at most 4,096 characters, so the cache takes a few MB of the isolate's 128. */
const MAX_TOKENS = 1_024;

export interface CachedToken {
  readonly actor: Actor;
  readonly expiresAt: Date;
  /** Those of the token's issuer. */
  readonly keys: KeySource;
  readonly keyId: string;
  /** Compared by identity: when a key is replaced or withdrawn, its tokens are no longer valid. */
  readonly key: VerificationKey;
}

/**
 * The map's key is the token and not its hash: hashing needs an asynchronous call, and the token is in memory anyway.
 * Only accepted tokens are added, so forged ones cannot evict others.
 */
export class VerifiedTokenCache {
  readonly #tokens = new Map<string, CachedToken>();

  get(token: string): CachedToken | undefined {
    return this.#tokens.get(token);
  }

  /** Evicts the token that was added first. Tracking the least recently used one would cost more than it saves. */
  add(token: string, cached: CachedToken): void {
    if (this.#tokens.size >= MAX_TOKENS) {
      const [oldest] = this.#tokens.keys();
      if (oldest !== undefined) this.#tokens.delete(oldest);
    }
    this.#tokens.set(token, cached);
  }

  delete(token: string): void {
    this.#tokens.delete(token);
  }
}
