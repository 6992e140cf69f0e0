/** Receipt: the answer to every mutation that did its work, now or before. */
import type { ChangeRecord } from '../domain/outcome.ts';
import type { Receipt as ReceiptShape } from '../domain/receipt.ts';
import type { RequestContext } from '../resolvers/context.ts';
import { builder } from './builder.ts';
import { Player } from './player.ts';
import { BalanceChange, RewardClaim } from './reward-claim.ts';

/** What moved of another player's balances, for those who may see it: no player. */
export function forOthers(changes: readonly ChangeRecord[] | null, { actor }: RequestContext) {
  return actor?.kind === 'player' || !changes ? null : [...changes];
}

export const Receipt = builder.objectRef<ReceiptShape>('Receipt').implement({
  description:
    'The work was done, once. A retry with the same key brings the same receipt, with `replayed: true`, whatever has happened since.',
  fields: (t) => ({
    claim: t.expose('claim', { type: RewardClaim }),
    changes: t.expose('changes', {
      type: [BalanceChange],
      description: 'One for each balance moved, in the order in which they moved; level-ups last.',
    }),
    counterpartyChanges: t.field({
      type: [BalanceChange],
      nullable: true,
      description:
        'Servers and staff: what moved of the other player’s balances. Null for players, whose business it is not, and where there is no other player.',
      resolve: ({ counterpartyChanges }, _, context) => forOthers(counterpartyChanges, context),
    }),
    player: t.expose('player', {
      type: Player,
      description: 'The player as they were right after this claim.',
    }),
    levelBefore: t.exposeInt('levelBefore'),
    levelAfter: t.exposeInt('levelAfter'),
    tierBefore: t.exposeString('tierBefore', { nullable: true }),
    tierAfter: t.exposeString('tierAfter', { nullable: true }),
    replayed: t.exposeBoolean('replayed', {
      description: 'True: this key had done its work before, and these are the original numbers.',
    }),
    correlationId: t.exposeID('correlationId', {
      description:
        'Of the attempt that did the work. The one of this request is in the response header x-correlation-id.',
    }),
  }),
});
