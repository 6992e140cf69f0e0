/** The effect of settling an expired reward, which the ledger does by itself. */
import type { Effect, EffectContext } from './effect.ts';

export const expireReward = {
  effect: ({ claim: { type, key } }: EffectContext): Effect => ({
    kind: 'claim',
    type,
    key,
    expires: true,
    postings: [],
  }),
};
