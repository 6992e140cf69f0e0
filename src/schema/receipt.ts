/** Receipt: the answer to every granted operation, first or replayed. */
import type { ChangeRecord } from '../domain/outcome.ts';
import type { Receipt as ReceiptShape } from '../domain/receipt.ts';
import { builder } from './builder.ts';
import type { RequestContext } from './context.ts';
import { Player } from './player.ts';
import { BalanceChange, RewardClaim } from './reward-claim.ts';

/** The changes of another player's balances. Players do not see them. */
export function forOthers(changes: readonly ChangeRecord[] | null, { actor }: RequestContext) {
  return actor?.kind === 'player' || !changes ? null : [...changes];
}

export const Receipt = builder.objectRef<ReceiptShape>('Receipt').implement({
  description:
    'The operation was granted, once. A retry with the same key returns the same receipt with `replayed: true`, whatever has happened since.',
  fields: (t) => ({
    claim: t.expose('claim', { type: RewardClaim }),
    changes: t.expose('changes', {
      type: [BalanceChange],
      description: 'One per balance moved, in the order in which they moved; level-ups last.',
    }),
    counterpartyChanges: t.field({
      type: [BalanceChange],
      nullable: true,
      description:
        'Servers and staff: the changes of the other player’s balances. Null for players, and where there is no other player.',
      resolve: ({ counterpartyChanges }, _, context) => forOthers(counterpartyChanges, context),
    }),
    player: t.expose('player', { type: Player, description: 'The player directly after this claim.' }),
    levelBefore: t.exposeInt('levelBefore'),
    levelAfter: t.exposeInt('levelAfter'),
    tierBefore: t.exposeString('tierBefore', { nullable: true }),
    tierAfter: t.exposeString('tierAfter', { nullable: true }),
    replayed: t.exposeBoolean('replayed', {
      description: 'True: this key was granted before, and these are the original numbers.',
    }),
    correlationId: t.exposeID('correlationId', {
      description:
        'Of the attempt that was granted. The one of this request is in the response header x-correlation-id.',
    }),
  }),
});
