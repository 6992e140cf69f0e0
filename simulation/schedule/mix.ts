/** How often what is done, in parts of a hundred. The shares are those of the design; reversals are a part of `manual`. */

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

/** Of replays and second claims: from the newest few, so that the first is often still under way. */
export const HOT_CLAIMS = 20;
export const HOT_SHARE = 0.8;
/** Of all mutations: sent by many clients at one barrier. */
export const STAMPEDE_SHARE = 0.003;
/** Awards from one budget meet seldom by themselves: staff are few, and a budget is at its end once a day. */
export const STAMPEDE_SHARE_OF_MANUAL = 0.06;
export const STAMPEDE_SIZES = [4, 8, 16, 64] as const;
