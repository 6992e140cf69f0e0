/** Preview: what every preview shows of what would be done. */
import type { Previewed } from '../domain/preview.ts';
import { builder } from './builder.ts';
import { Player } from './player.ts';
import { BalanceChange } from './reward-claim.ts';

export const Preview = builder.interfaceRef<Previewed>('Preview').implement({
  description:
    'What would be done with the balance config and the player of this moment. Nothing was written and no key taken; a preview promises nothing, since anything may come in between.',
  fields: (t) => ({
    changes: t.expose('changes', {
      type: [BalanceChange],
      description:
        'One for each balance that would move, in that order: what time has brought back first, level-ups last.',
    }),
    player: t.expose('player', { type: Player, description: 'The player as they would be right after.' }),
    levelBefore: t.exposeInt('levelBefore'),
    levelAfter: t.exposeInt('levelAfter'),
    tierBefore: t.exposeString('tierBefore', { nullable: true }),
    tierAfter: t.exposeString('tierAfter', { nullable: true }),
    playerVersion: t.expose('playerVersion', {
      type: 'SafeInt',
      description:
        'The version of the player that it was judged at. Send it as `expectedVersion` of the mutation to act on this player and no other.',
    }),
    configVersion: t.expose('configVersion', {
      type: 'SafeInt',
      description: 'The balance config that it was computed with.',
    }),
  }),
});
