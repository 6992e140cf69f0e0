/** transferResource: a player gives another player a resource; a game server may do so for a player. */
import { checkRecipient, decideTransferResource, TRANSFER_RESOURCE } from '../domain/transfer-resource.ts';
import { optionalPlayerId } from '../schema/inputs.ts';
import { defineMutation } from './define-mutation.ts';
import { throwIfFault } from './observe.ts';

export const transferResource = defineMutation({
  ...TRANSFER_RESOURCE,
  description:
    'Gives another player what the balance config allows: both sides in one transaction, under one claim, or neither. The config has limits per transfer and per day. It also says whether a gift that does not fit is refused or waits in the inbox of its recipient (`becamePending`).',
  actors: ['player', 'server'],
  input: (t) => ({
    toPlayerId: t.field({
      type: 'PlayerId',
      required: true,
      description: 'The recipient: a player who exists.',
    }),
    resource: t.field({
      type: 'ResourceName',
      required: true,
      description: 'A resource that the balance config lets players give each other.',
    }),
    amount: t.field({ type: 'PositiveInt', required: true }),
    playerId: optionalPlayerId(t),
  }),
  rejections: ['gifts_declined', 'insufficient_balance', 'limit_exceeded', 'player_frozen', 'unknown_player'],
  parse: (input, { playerId }) => {
    throwIfFault(checkRecipient(playerId, input.toPlayerId));
    return input;
  },
  decide: decideTransferResource,
  example: { toPlayerId: 'player-2', resource: 'lumees', amount: 10 },
  notes: 'The other player must exist. Servers add "playerId".',
});
