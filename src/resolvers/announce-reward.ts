/** announceReward: game servers and staff record that a player is owed a reward. */
import { ANNOUNCE_REWARD, type AnnounceReward, decideAnnounceReward } from '../domain/announce-reward.ts';
import { derivedKey } from '../domain/canonical.ts';
import { badInput } from '../domain/fault.ts';
import type { Facts } from '../domain/rules.ts';
import type { Reason } from '../domain/values.ts';
import { pendingReward } from '../schema/inputs.ts';
import { type Caller, defineMutation } from './define-mutation.ts';
import { type MessageInput, messageFields, messageOf } from './inbox-message.ts';
import { FaultError } from './observe.ts';

interface AnnouncementInput extends MessageInput {
  readonly type: string;
  readonly key: string;
  readonly facts: Facts | null;
  readonly expiresAt: Date | null;
  readonly reason: Reason | null;
}

function parseAnnouncement(input: AnnouncementInput, { actor }: Caller): AnnounceReward {
  const { type, key, facts, expiresAt, reason } = input;
  if (reason === null && actor.kind === 'staff')
    throw new FaultError(badInput('reason', 'required for staff'));
  return { type, key, facts, message: messageOf(input), expiresAt, reason };
}

export const announceReward = defineMutation({
  ...ANNOUNCE_REWARD,
  description:
    'Game servers and staff: records that a reward is owed, such as when an encounter is over, before anyone claims it. Nothing moves yet. The player finds it in `inbox` until it is claimed, recovered or expired, and it is paid as announced. It counts against the limits of the claim type now, and paying it does not; its expiry gives them back. Of staff it counts against their own limits as well. AlreadyClaimed: it was announced or paid before.',
  actors: ['server', 'staff'],
  input: (t) => ({
    ...pendingReward(t),
    facts: t.field({ type: 'Facts', description: 'The values that the reward formulas use.' }),
    ...messageFields(t, 'the texts of the claim type'),
    expiresAt: t.field({
      type: 'DateTime',
      description:
        'From this moment on it cannot be paid, by the clock of the database; at most 3,650 days ahead. Left out: it does not expire.',
    }),
    reason: t.field({ type: 'Reason', description: 'Why. Required of staff.' }),
  }),
  rejections: [
    'already_claimed',
    'limit_exceeded',
    'not_available',
    'not_eligible',
    'progress_not_reached',
    'requirements_not_met',
    'reward_expired',
    'unknown_claim_type',
    'unknown_player',
  ],
  logDetails: ({ type, key, reason }) => ({ claimKey: derivedKey(type, key), reason }),
  parse: (input, caller) => parseAnnouncement(input, caller),
  decide: decideAnnounceReward,
  example: {
    playerId: 'player-1',
    type: 'pve_victory',
    key: 'battle-1',
    facts: { difficulty: 'hard', enemy_level: 20 },
  },
  notes: 'Servers and staff; staff add "reason". recoverReward pays what nobody claims.',
});
