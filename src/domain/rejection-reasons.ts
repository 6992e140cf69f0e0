/** The sentences of the rejections that have several reasons. */
import type { NotEligibleReason, NotReversibleReason } from './rejection-row.ts';

export const NOT_REVERSIBLE: Readonly<
  Record<NotReversibleReason, (claimId: string, remaining: number) => string>
> = {
  reversal: (claimId) =>
    `Claim ${claimId} is a reversal and cannot be reversed. Use manualReward to give back what it took.`,
  merge: (claimId) =>
    `Claim ${claimId} merged a guest into an account and cannot be reversed. Correct amounts with manualReward or takeResource.`,
  expired: (claimId) =>
    `Claim ${claimId} is the expiry of a reward and gave nothing. Announce the reward again under a new key, or use manualReward.`,
  collected: (claimId) =>
    `Claim ${claimId} paid what did not fit when it was given. Reverse the transfer or grant that gave it.`,
  archived: (claimId) =>
    `Claim ${claimId} is in the archive. Use manualReward or takeResource, or have an operator put it back first.`,
  not_by_servers: (claimId) =>
    `Game servers may not reverse claim ${claimId}. Ask staff, or add "server" to reversibleBy of its type.`,
  quantity: (claimId, remaining) =>
    `Claim ${claimId} has ${remaining} left to reverse. Send a quantity of at most ${remaining}, or none for all of it.`,
  draws: (claimId, remaining) =>
    `Claim ${claimId} made draws and can only be reversed whole: ${remaining} left. Leave quantity out.`,
  reopen: (claimId, remaining) =>
    `Only a claim that is reversed whole can be reopened, and claim ${claimId} has ${remaining} left. Leave quantity out.`,
};

export const NOT_ELIGIBLE: Readonly<Record<NotEligibleReason, (claimType: string) => string>> = {
  ticket_required: (claimType) => `${claimType} needs a ticket that a game server signed.`,
  server_only: (claimType) => `Only a game server can claim ${claimType}, for the player.`,
  not_by_staff: (claimType) =>
    `Staff cannot claim ${claimType}: what it pays follows from a streak or from draws. The player or a game server can.`,
};
