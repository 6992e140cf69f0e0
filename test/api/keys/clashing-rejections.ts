/** Requests that fail two checks, of which the earlier one is a rejection. */
import { rejectionOf } from '../../support/worker/client.ts';
import { seasonedPlayer } from '../../support/worker/scenes.ts';
import { fresh } from '../../support/worker/service.ts';
import { spending } from '../../support/worker/stat-points.ts';
import { type Clash, chest, cup, door, gift, lumees, reason, type World } from './clashes.ts';

const NO_TERMS = '0'.repeat(32);

/** The key has been rejected, for a version that never was. */
async function rejectKey({ player, key }: World): Promise<void> {
  rejectionOf(await player.exchange({ exchange: 'drop', expectedVersion: 9 }, { key }), 'VersionConflict');
}

export const REJECTIONS: readonly Clash[] = [
  {
    clash: 'key before plan: a reused key, for an unknown claim type',
    outcome: 'IdempotencyKeyReused',
    send: async ({ playerId, server, key }) => {
      await server.claimReward({ ...cup, playerId }, { key });
      return server.claimReward({ type: 'no_such_type', playerId }, { key });
    },
  },
  {
    clash: 'key before plan: a reused key, for an unknown exchange',
    outcome: 'IdempotencyKeyReused',
    send: async (world) => {
      await rejectKey(world);
      return world.player.exchange({ exchange: 'no_such_exchange' }, { key: world.key });
    },
  },
  {
    clash: 'key before config: a reused key for another mutation, and no config',
    outcome: 'IdempotencyKeyReused',
    send: async (world) => {
      await rejectKey(world);
      return world.player.transferResource(gift, { key: world.key, door });
    },
  },
  {
    clash: 'key before claim: a reused key, for a claim that was granted',
    outcome: 'IdempotencyKeyReused',
    send: async ({ playerId, server, key }) => {
      await server.claimReward({ type: 'no_such_type', playerId }, { key });
      return server.claimReward({ ...cup, playerId }, { key });
    },
  },
  {
    clash: 'plan before version: not eligible, and another version',
    outcome: 'NotEligible',
    send: ({ player }) => player.claimReward({ type: 'tournament_reward', expectedVersion: 9 }),
  },
  {
    clash: 'plan before version: an unknown exchange, and another version',
    outcome: 'UnknownExchange',
    send: ({ player }) => player.exchange({ exchange: 'no_such_exchange', expectedVersion: 9 }),
  },
  {
    clash: 'plan before terms: an unknown exchange, and terms that do not hold',
    outcome: 'UnknownExchange',
    send: ({ player }) => player.exchange({ exchange: 'no_such_exchange', terms: NO_TERMS }),
  },
  {
    clash: 'the terms of an exchange before version and balances: none of them holds',
    outcome: 'TermsChanged',
    send: ({ player }) => player.exchange({ exchange: 'summon', terms: NO_TERMS, expectedVersion: 9 }),
  },
  {
    clash: 'player before the terms of a claim: an unknown player, and terms that do not hold',
    outcome: 'UnknownPlayer',
    send: ({ staff }) => staff.claimReward({ ...chest, playerId: fresh('nobody'), terms: NO_TERMS }),
  },
  {
    clash: 'claim before its terms: claimed before, and terms that do not hold',
    outcome: 'AlreadyClaimed',
    send: ({ playerId, server }) => server.claimReward({ ...cup, playerId, terms: NO_TERMS }),
  },
  {
    clash: 'the terms of a claim before version: terms that do not hold, and another version',
    outcome: 'TermsChanged',
    send: ({ playerId, server }) =>
      server.claimReward({ ...chest, playerId, terms: NO_TERMS, expectedVersion: 9 }),
  },
  {
    clash: 'plan before player: an unknown claim type for an unknown player',
    outcome: 'UnknownClaimType',
    send: ({ staff }) => staff.claimReward({ type: 'no_such_type', playerId: fresh('nobody') }),
  },
  {
    clash: 'plan before player: more than one transfer may hold, to an unknown player',
    outcome: 'LimitExceeded',
    send: ({ player }) => player.transferResource({ ...gift, amount: 5_001 }),
  },
  {
    clash: 'player before version and limits: an unknown player, another version, more than the limit',
    outcome: 'UnknownPlayer',
    send: ({ staff }) =>
      staff.manualReward({ playerId: fresh('nobody'), ...lumees(101), expectedVersion: 9 }),
  },
  {
    clash: 'player before version: a transfer to an unknown player, and another version',
    outcome: 'UnknownPlayer',
    send: ({ player }) => player.transferResource({ ...gift, expectedVersion: 9 }),
  },
  {
    clash: 'player before pending reward: no reward is pending for an unknown player',
    outcome: 'UnknownPlayer',
    send: ({ staff }) => staff.recoverReward({ ...chest, playerId: fresh('nobody'), reason }),
  },
  {
    clash: 'claim before staff limits: claimed before, and more than the limit',
    outcome: 'AlreadyClaimed',
    send: ({ playerId, staff }) => staff.claimReward({ ...cup, playerId }),
  },
  {
    clash: 'claim before pending reward and version: claimed before, not announced, another version',
    outcome: 'AlreadyClaimed',
    send: ({ playerId, server }) =>
      server.recoverReward({ playerId, type: cup.type, key: cup.key, expectedVersion: 9 }),
  },
  {
    clash: 'claim before version: announced after it was claimed, and another version',
    outcome: 'AlreadyClaimed',
    send: ({ playerId, server }) => server.announceReward({ ...cup, playerId, expectedVersion: 9 }),
  },
  {
    clash: 'pending reward before version: not announced, and another version',
    outcome: 'NotAnnounced',
    send: ({ playerId, server }) => server.recoverReward({ ...chest, playerId, expectedVersion: 9 }),
  },
  {
    clash: 'version before staff limits: another version, and more than the limit',
    outcome: 'VersionConflict',
    send: ({ playerId, staff }) => staff.manualReward({ playerId, ...lumees(101), expectedVersion: 9 }),
  },
  {
    clash: 'version before balances: another version, and too few points',
    outcome: 'VersionConflict',
    send: ({ player }) => player.spendStatPoints({ ...spending({ energy: 100 }), expectedVersion: 9 }),
  },
];

export const LUMEES = {
  'at most 4 a day may be transferred': { transfer: { perDay: 4 } },
  'at most 4 fit into a balance': { ceiling: 4 },
};
/** Under a changed rule for lumees. */
export const LIMITS: readonly (Clash & { readonly rule: keyof typeof LUMEES })[] = [
  {
    clash: 'version before the limits of a day: another version, and more than a day allows',
    rule: 'at most 4 a day may be transferred',
    outcome: 'VersionConflict',
    send: async ({ player }) =>
      player.transferResource({ ...gift, toPlayerId: await seasonedPlayer(), expectedVersion: 9 }),
  },
  {
    clash: 'the limits of a day before balances: more than a day allows, and than there is',
    rule: 'at most 4 a day may be transferred',
    outcome: 'LimitExceeded',
    send: async ({ player }) => player.transferResource({ ...gift, toPlayerId: await seasonedPlayer() }),
  },
  {
    clash: "own balances before the other player's: more than there is, and than fits",
    rule: 'at most 4 fit into a balance',
    outcome: 'InsufficientBalance',
    send: async ({ player }) => player.transferResource({ ...gift, toPlayerId: await seasonedPlayer() }),
  },
];
