/** takeResource: staff take something from a player. The kernel checks role and limits against what was published. */
import { decideTakeResource, TAKE_RESOURCE } from '../domain/take-resource.ts';
import { builder } from '../schema/builder.ts';
import { defineMutation } from './define-mutation.ts';

const TakeIfInsufficient = builder.enumType('TakeIfInsufficient', {
  description: 'What happens where the player has less than the amount above the floor of the balance.',
  values: {
    REFUSE: { value: 'refuse', description: 'Nothing moves: InsufficientBalance.' },
    TAKE_WHAT_IS_THERE: {
      value: 'clamp',
      description:
        'Takes what is above the floor, perhaps nothing. The change shows what was taken (`delta`) and what was missing (`cutOff`).',
    },
    DEBT: {
      value: 'debt',
      description:
        'The balance falls below its floor; future grants pay the debt first. Only for resources whose `take` has `debt`.',
    },
  } as const,
});

export const takeResource = defineMutation({
  ...TAKE_RESOURCE,
  description:
    'Staff: takes a resource from a player, with a reason. Taking is no award: it has limits of its own, per resource, at once and in a day of the staff member. reverseClaim gives it back.',
  actors: ['staff'],
  input: (t) => ({
    playerId: t.field({ type: 'PlayerId', required: true, description: 'An existing player.' }),
    resource: t.field({
      type: 'ResourceName',
      required: true,
      description: 'A resource that the balance config lets staff take.',
    }),
    amount: t.field({
      type: 'PositiveInt',
      required: true,
      description: 'Counts against the limits, even if less is there.',
    }),
    reason: t.field({ type: 'Reason', required: true, description: 'Why. Kept with the claim forever.' }),
    ifInsufficient: t.field({ type: TakeIfInsufficient, defaultValue: 'refuse' }),
  }),
  rejections: ['insufficient_balance', 'limit_exceeded', 'unknown_player'],
  logDetails: ({ resource, amount, reason }) => ({ reason, requested: { [resource]: amount } }),
  parse: (input) => ({ ...input, ifInsufficient: input.ifInsufficient ?? 'refuse' }),
  decide: decideTakeResource,
  example: { playerId: 'player-1', resource: 'lumees', amount: 10, reason: 'given twice by a defect' },
  notes: 'Only staff, for resources with "take".',
});
