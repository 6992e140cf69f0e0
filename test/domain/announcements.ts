/** Announcements for tests of the domain. */
import type { AnnounceReward } from '../../src/domain/announce-reward.ts';

/** Without a message of its own, and without an expiry. */
export const announcementOf = (
  request: Pick<AnnounceReward, 'type' | 'key' | 'facts'> & Partial<AnnounceReward>,
): AnnounceReward => ({ message: null, expiresAt: null, reason: null, ...request });
