/** spendResource: game servers charge a player an amount that no price of the config knows. */
import { decideSpendResource, SPEND_RESOURCE } from '../domain/spend-resource.ts';
import { defineMutation } from './define-mutation.ts';

export const spendResource = defineMutation({
  ...SPEND_RESOURCE,
  description:
    'Game servers: charges a player an amount that no price of the balance config knows, such as an entry fee. The config says of which resources, and how much at once and in a day. Never below the floor of the balance.',
  actors: ['server'],
  input: (t) => ({
    playerId: t.field({ type: 'PlayerId', required: true, description: 'The player who pays.' }),
    resource: t.field({
      type: 'ResourceName',
      required: true,
      description: 'A resource that the balance config lets game servers charge.',
    }),
    amount: t.field({ type: 'PositiveInt', required: true }),
    reason: t.field({
      type: 'Reason',
      required: true,
      description: 'What it is for. Kept with the claim forever.',
    }),
  }),
  rejections: ['insufficient_balance', 'limit_exceeded', 'player_frozen'],
  logDetails: ({ resource, amount, reason }) => ({ reason, requested: { [resource]: amount } }),
  decide: decideSpendResource,
  example: { playerId: 'player-1', resource: 'lumees', amount: 10, reason: 'entry fee of cup-7' },
  notes: 'Only game servers, for resources with "spend".',
});
