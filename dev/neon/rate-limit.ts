/** Neon's limit of HTTP requests to an endpoint: a leaky bucket that holds a burst and drains at a constant rate. */
export type RateLimitOptions = { perSecond?: number; burst?: number };

/** The defaults of Neon's proxy. */
const NEON_PER_SECOND = 200;
const NEON_BURST = 500;

export class RateLimit {
  readonly #perSecond: number;
  readonly #burst: number;
  /** Requests in the bucket at `#at`. */
  #level = 0;
  #at = Number.NEGATIVE_INFINITY;

  constructor({ perSecond = NEON_PER_SECOND, burst = NEON_BURST }: RateLimitOptions = {}) {
    this.#perSecond = perSecond;
    this.#burst = burst;
  }

  /** False: the request is one too many, and does not count. `now`: milliseconds of any clock that never goes back. */
  admits(now: number): boolean {
    const drained = ((now - this.#at) / 1_000) * this.#perSecond;
    const level = Math.max(0, this.#level - drained);
    if (level + 1 > this.#burst) return false;
    this.#level = level + 1;
    this.#at = now;
    return true;
  }
}
