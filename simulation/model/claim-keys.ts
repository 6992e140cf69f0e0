/** What a claim takes, uses and takes back, and the rewards that are pending by it. */
import type { ClaimEffect, PendingReward, SourceKey } from './effect.ts';
import type { LimitUse } from './limits.ts';
import type { PlayerZone } from './player-days.ts';

/** Its type and key, source keys, a pending reward, and parts of limits. */
export interface ClaimKeys {
  readonly type: string;
  readonly key: string;
  readonly sourceKeys: readonly SourceKey[];
  readonly announces?: PendingReward | undefined;
  /** What a breaker held back of it. */
  readonly holds?: PendingReward | undefined;
  readonly reverses?: ClaimEffect['reverses'];
  readonly limits?: readonly LimitUse[];
  readonly acceptsGifts?: boolean | undefined;
  readonly freezes?: boolean | undefined;
  /** The player's zones from the claim on. Left out: as before. */
  readonly zone?: PlayerZone | undefined;
}

export interface Announcement extends PendingReward {
  readonly player: string;
  readonly announcedBy: string;
  readonly configVersion: number;
  /** The number that announced it. */
  readonly from: number;
  /** The number that paid it, settled it after its expiry or took it back; Infinity while it is pending. */
  until: number;
  isTakenBack: boolean;
}

/**
 * The call of a gift has its time before it locks a receiver whom another call holds. So a refusal of the receiver may come before the
 * gift and have a later time.
 */
export const GIFT_SLACK_MS = 2_000;

/** The operation that settles an expired reward. No client sends it. */
export const EXPIRY = 'expireReward';
