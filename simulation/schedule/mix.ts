/** How often the clients do what. */

/** In percent of all operations. Reversals are part of `manual`. */
export const MIX = {
  fresh: 30,
  replay: 15,
  same_claim: 10,
  key_reuse: 5,
  spending: 15,
  manual: 10,
  unauthorised: 5,
  boundary: 5,
  config: 2,
  read: 3,
} as const;

export type Category = keyof typeof MIX;

/** The categories of first requests. Each operation has a weight in one or more of them. */
export type Share = 'fresh' | 'spending' | 'manual';

/** Replays and second claims repeat one of the newest few intents, so that the first is often still running. */
export const HOT_CLAIMS = 20;
export const HOT_SHARE = 0.8;
/** The part of all mutations that many clients send at the same moment. */
export const STAMPEDE_SHARE = 0.003;
/** Higher for awards, which rarely compete otherwise: there are few staff, and a budget ends once a day. */
export const STAMPEDE_SHARE_OF_MANUAL = 0.06;
/** The part of all seeds whose KV never shows a publication. */
export const KV_NEVER_UPDATES_SHARE = 0.2;
/** The part of all seeds whose queries go on, and may commit, after the Worker that sent them is gone: Neon with TLS to Postgres. */
export const NOTHING_CANCELLED_SHARE = 0.5;
/** The part of all requests whose document has a second mutation. */
export const SECOND_MUTATION_SHARE = 0.02;
export const STAMPEDE_SIZES = [4, 8, 16, 64] as const;
