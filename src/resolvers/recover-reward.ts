/** recoverReward: servers and staff pay a reward that was announced and never claimed. Staff give a reason. */
import { badInput } from '../domain/fault.ts';
import { decideRecoverReward, RECOVER_REWARD } from '../domain/recover-reward.ts';
import { pendingReward } from '../schema/inputs.ts';
import { defineMutation } from './define-mutation.ts';
import { FaultError } from './observe.ts';

export const recoverReward = defineMutation({
  ...RECOVER_REWARD,
  description:
    'Servers and staff: pays a reward that was announced and never claimed, as announced. Opening balances and regeneration follow the current config. It is the claim that the player would have made: a second one is AlreadyClaimed.',
  actors: ['server', 'staff'],
  input: (t) => ({
    ...pendingReward(t),
    reason: t.field({
      type: 'Reason',
      description: 'Why. Required of staff.',
    }),
  }),
  rejections: [
    'already_claimed',
    'emission_paused',
    'limit_exceeded',
    'not_announced',
    'player_frozen',
    'reward_expired',
    'reward_held',
    'unknown_player',
  ],
  logDetails: ({ type, key, reason }) => ({ claimType: type, claimKey: key, reason }),
  parse: (input, { actor }) => {
    if (input.reason === null && actor.kind === 'staff')
      throw new FaultError(badInput('reason', 'required for staff'));
    return input;
  },
  decide: decideRecoverReward,
  example: {
    playerId: 'player-1',
    type: 'pve_victory',
    key: 'battle-1',
    reason: 'the client never came back',
  },
  notes: 'pendingRewards lists what is owed.',
});
