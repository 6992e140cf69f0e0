/** The rejections of what pays pending rewards, and of what a breaker stops: a part of the catalogue (rejections.ts). */
import { row } from './rejection-row.ts';

export const PENDING_REJECTIONS = {
  reward_expired: row({
    description:
      'The reward was announced and expired before it was paid. Nothing was given now. What the balance config gives instead is the claim in this answer, which is made once.',
    fields: {
      expiredAt: { type: 'DateTime', description: 'The `expiresAt` of its announcement.' },
    },
    message: ({ expiredAt }) => `This reward expired at ${expiredAt}.`,
  }),
  unknown_reward: row({
    description:
      'Nothing is pending for this player under the ID, and nothing was paid: it was taken back, or it is not theirs.',
    fields: { rewardId: { type: 'ID' } },
    message: ({ rewardId }) =>
      `Nothing is pending for this player under ${rewardId}. \`inbox\` lists what is.`,
  }),
  reward_held: row({
    description:
      'The reward was held back when its claim was made, and nobody can collect it yet. Nothing was paid now.',
    fields: { rewardId: { type: 'ID' } },
    message: ({ rewardId }) =>
      `Reward ${rewardId} is held for review. Once staff have released it, it is paid, or can be collected with a new key.`,
  }),
  emission_paused: row({
    description:
      'A breaker of the balance config stops this until the hour is over: more was given than it allows. Nothing was charged and nothing moved; a pending reward stays pending.',
    fields: {
      retryAt: { type: 'DateTime', description: 'When the next hour begins.' },
    },
    message: ({ retryAt }) => `This is paused. Nothing was charged. Try again with a new key at ${retryAt}.`,
  }),
  not_announced: row({
    description: 'No reward was announced for this claim.',
    fields: { claimType: { type: 'ClaimType' }, claimKey: { type: 'ClaimKey' } },
    message: ({ claimType, claimKey }) =>
      `No reward is pending for ${claimType} ${claimKey} of this player. pendingRewards lists what is pending.`,
  }),
} as const;
