/** acceptGifts: players, and servers for a player, decide whether others can give the player resources. */
import { ACCEPT_GIFTS, decideAcceptGifts } from '../domain/accept-gifts.ts';
import { optionalPlayerId } from '../schema/inputs.ts';
import { defineMutation } from './define-mutation.ts';

export const acceptGifts = defineMutation({
  ...ACCEPT_GIFTS,
  description:
    'Sets whether other players can give this player resources. Transfers to a player who declines gifts are rejected as GiftsDeclined.',
  actors: ['player', 'server'],
  input: (t) => ({
    accept: t.boolean({ required: true, description: 'False: decline gifts. New players accept them.' }),
    playerId: optionalPlayerId(t),
  }),
  rejections: [],
  decide: decideAcceptGifts,
  example: { accept: false },
  notes: 'Servers add "playerId".',
});
