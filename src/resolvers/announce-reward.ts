/** announceReward: game servers record that a player is owed a reward. */
import { ANNOUNCE_REWARD, decideAnnounceReward } from '../domain/announce-reward.ts';
import { derivedKey } from '../domain/canonical.ts';
import { pendingReward } from '../schema/inputs.ts';
import { defineMutation } from './define-mutation.ts';

export const announceReward = defineMutation({
  ...ANNOUNCE_REWARD,
  description:
    'Game servers: records that a reward is owed when an encounter or slip is over, before anyone claims it. Nothing moves yet; the reward is listed in `pendingRewards` until it is claimed or recovered, and is then paid as announced. It counts against the limits of the claim type now, and paying it does not. AlreadyClaimed: it was announced or paid before.',
  actors: ['server'],
  input: (t) => ({
    ...pendingReward(t),
    facts: t.field({ type: 'Facts', description: 'The values that the reward formulas use.' }),
  }),
  rejections: [
    'already_claimed',
    'limit_exceeded',
    'not_available',
    'progress_not_reached',
    'requirements_not_met',
    'unknown_claim_type',
  ],
  logDetails: ({ type, key }) => ({ claimKey: derivedKey(type, key) }),
  decide: decideAnnounceReward,
  example: {
    playerId: 'player-1',
    type: 'pve_victory',
    key: 'battle-1',
    facts: { difficulty: 'hard', enemy_level: 20 },
  },
  notes: 'Only game servers. recoverReward pays what nobody claims.',
});
