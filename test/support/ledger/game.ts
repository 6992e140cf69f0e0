/** Limits of the game for tests: publishing sets their bounds, and claims of chests use them. */
import type { KernelRules } from '../../../src/config/publication.ts';
import type { KernelLimitUse } from '../../../src/ledger/kernel-contract.ts';
import { limitUse } from './systems.ts';

type GameLimit = KernelRules['game_limits'][number];

/** A stock of chests in a period. */
export const stock = (period: string, bound: number, stripes = 1): GameLimit => ({
  limit: 'stock:chest',
  period,
  since: '-infinity',
  claim_types: ['chest'],
  resource: null,
  bound,
  stripes,
});

/** One of the stock. The bound of the operation does not count: the published one does. */
export const stockUse = (period: string, over: Partial<KernelLimitUse> = {}): KernelLimitUse =>
  limitUse({
    kind: 'game',
    name: 'stock:chest',
    period,
    since: '-infinity',
    claim_type: 'chest',
    bound: Number.MAX_SAFE_INTEGER,
    rejection: 'stock',
    renews_at: null,
    ...over,
  });
