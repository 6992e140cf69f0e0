/** manualReward: staff and game servers give a player resources. The kernel checks role, limit and budget against its rows. */
import { badInput } from '../domain/fault.ts';
import { checkGrants, decideManualReward, MANUAL_REWARD, MAX_GRANTS } from '../domain/manual-reward.ts';
import { GrantInput } from '../schema/inputs.ts';
import { defineMutation } from './define-mutation.ts';
import { FaultError, throwIfFault } from './observe.ts';

export const manualReward = defineMutation({
  ...MANUAL_REWARD,
  description:
    "Staff, and game servers where the balance config has limits for them: gives a player resources, with a reason, within the actor's limits.",
  actors: ['server', 'staff'],
  input: (t) => ({
    playerId: t.field({
      type: 'PlayerId',
      required: true,
      description: 'An existing player: an award of staff does not create one.',
    }),
    grants: t.field({
      type: [GrantInput],
      required: true,
      description: `1 to ${MAX_GRANTS} resources, each named once.`,
    }),
    reason: t.field({
      type: 'Reason',
      required: true,
      description: 'Why. Kept with the award forever.',
    }),
    rewardId: t.field({
      type: 'ClaimKey',
      description:
        'The ID of this reward in a promotion system: awarded once per player, from whichever caller. Required of game servers. Without it: once per player, staff member, grants, reason and UTC date.',
    }),
  }),
  rejections: ['already_claimed', 'limit_exceeded', 'unknown_player'],
  logDetails: ({ grants, reason }) => ({
    reason,
    // Of a list that is too long, as many as are allowed.
    requested: Object.fromEntries(
      grants.slice(0, MAX_GRANTS).map(({ resource, amount }) => [resource, amount]),
    ),
  }),
  parse: (input, { actor }) => {
    if (input.rewardId === null && actor.kind === 'server')
      throw new FaultError(badInput('rewardId', 'required for game servers'));
    throwIfFault(checkGrants(input.grants));
    return input;
  },
  decide: decideManualReward,
  example: {
    playerId: 'player-1',
    grants: [{ resource: 'lumees', amount: 100 }],
    reason: 'compensation for ticket 4711',
  },
  notes:
    'Within the limit per award and the budget per day, in the value that the config gives each resource. Servers add "rewardId".',
});
