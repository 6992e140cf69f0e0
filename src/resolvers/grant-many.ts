/** grantMany: staff and game servers give resources to many players in one call. The kernel checks role, limit and budget for each item. */
import { checkItems, decideGrant, GRANT_MANY, type GrantItem, sentOnFull } from '../domain/grant-many.ts';
import { MAX_GRANTS } from '../domain/manual-reward.ts';
import { builder } from '../schema/builder.ts';
import { GrantInput } from '../schema/inputs.ts';
import { defineBulk, MAX_ITEMS } from './define-bulk.ts';
import { onFullFields, onFullOf } from './inbox-message.ts';
import { throwIfFault } from './observe.ts';

const GrantItemInput = builder.inputType('GrantItemInput', {
  description: 'What one player gets.',
  fields: (t) => ({
    playerId: t.field({
      type: 'PlayerId',
      required: true,
      description: 'An existing player: an award of staff does not create one.',
    }),
    item: t.field({
      type: 'ClaimKey',
      required: true,
      description: 'Identifies what is given within the campaign. A list names each player and item once.',
    }),
    gives: t.field({
      type: [GrantInput],
      required: true,
      description: `1 to ${MAX_GRANTS} resources, each named once.`,
    }),
  }),
});

export const grantMany = defineBulk({
  ...GRANT_MANY,
  description:
    "Staff, and game servers where the balance config has limits for them: gives resources to many players at once, within the actor's limits. Each item is a claim of its own, unique per campaign, item and player.",
  actors: ['server', 'staff'],
  input: (t) => ({
    campaign: t.field({
      type: 'ClaimKey',
      required: true,
      description: 'The occasion. With `item` it identifies the claims: each is granted once per player.',
    }),
    items: t.field({
      type: [GrantItemInput],
      required: true,
      description: `1 to ${MAX_ITEMS}. They are granted in this order.`,
    }),
    reason: t.field({
      type: 'Reason',
      required: true,
      description: 'Why. Kept with each award forever.',
    }),
    ...onFullFields(t),
  }),
  rejections: ['player_merged', 'already_claimed', 'limit_exceeded', 'unknown_player'],
  itemFields: (t) => ({
    playerId: t.field({ type: 'PlayerId', resolve: ({ item }) => item.playerId }),
    item: t.string({ resolve: ({ item }) => item.item }),
  }),
  logDetails: ({ campaign, reason }) => ({ claimKey: campaign, reason }),
  parse: (input) => {
    throwIfFault(checkItems(input.items, MAX_ITEMS));
    return { ...input, onFull: onFullOf(input) };
  },
  sent: ({ campaign, items, reason, onFull }) => ({
    campaign,
    items: items.map(({ playerId, item, gives }) => ({
      playerId,
      item,
      gives: gives.map(({ resource, amount }) => ({ resource, amount })),
    })),
    reason,
    ...sentOnFull(onFull),
  }),
  items: ({ campaign, items, reason, onFull }): GrantItem[] =>
    items.map((each, index) => ({ ...each, campaign, reason, onFull, field: `items[${index}]` })),
  decide: decideGrant,
  example: {
    campaign: 'outage-2026-11-29',
    items: [
      { playerId: 'player-1', item: 'apology', gives: [{ resource: 'lumees', amount: 100 }] },
      { playerId: 'player-2', item: 'apology', gives: [{ resource: 'lumees', amount: 100 }] },
    ],
    reason: 'an outage of two hours',
  },
  notes: 'An item that is rejected leaves the others. Sending the same call again changes nothing.',
});
