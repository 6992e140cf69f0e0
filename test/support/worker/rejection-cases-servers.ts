/** Rejections of applyDamage, heal, announceReward and recoverReward, and of claims by servers, with what removes the reason. */
import { expect } from 'vitest';
import { asServer, receiptOf } from './client.ts';
import {
  byServer,
  byStaff,
  giveChest,
  publishChanged,
  publishExample,
  publishLocked,
  REQUIREMENTS_NOT_MET,
  type RejectionCase,
} from './rejection-case.ts';
import { seasonedPlayer } from './scenes.ts';
import { fresh } from './service.ts';

const chest = { type: 'arena_chest', key: 'chest-1' };
const announce = async (playerId: string) =>
  receiptOf(await asServer().announceReward({ ...chest, playerId }));

/** A request that expects version 2 of a player at version 1. */
const conflict = (send: Parameters<typeof byServer>[0]) => async () => {
  const request = await byServer(send);
  return { ...request, removeReason: () => giveChest(request.playerId) };
};
const VERSION_CONFLICT = { __typename: 'VersionConflict', expected: 2, current: 1 } as const;

export const SERVER_REJECTIONS: readonly RejectionCase[] = [
  {
    name: 'applyDamage with another expected version',
    prepare: conflict(({ client, playerId, options }) =>
      client.applyDamage({ playerId, amount: 5, expectedVersion: 2 }, options),
    ),
    expected: VERSION_CONFLICT,
  },
  {
    name: 'heal with another expected version',
    prepare: conflict(({ client, playerId, options }) =>
      client.heal({ playerId, amount: 5, expectedVersion: 2 }, options),
    ),
    expected: VERSION_CONFLICT,
  },
  {
    name: 'announceReward with another expected version',
    prepare: conflict(({ client, playerId, options }) =>
      client.announceReward({ ...chest, playerId, expectedVersion: 2 }, options),
    ),
    expected: VERSION_CONFLICT,
  },
  {
    name: 'announceReward of what is locked for the player',
    prepare: async () => {
      await publishLocked('claimTypes', chest.type);
      const request = await byServer(({ client, playerId, options }) =>
        client.announceReward({ ...chest, playerId }, options),
      );
      return { ...request, removeReason: publishExample };
    },
    expected: { ...REQUIREMENTS_NOT_MET, claimType: chest.type },
  },
  {
    name: 'claimReward of what is locked for the player',
    prepare: async () => {
      await publishLocked('claimTypes', chest.type);
      const request = await byServer(({ client, playerId, options }) =>
        client.claimReward({ ...chest, playerId }, options),
      );
      return { ...request, removeReason: publishExample };
    },
    expected: { ...REQUIREMENTS_NOT_MET, claimType: chest.type },
  },
  {
    name: 'announceReward of an unknown claim type',
    prepare: async () => {
      const request = await byServer(({ client, playerId, options }) =>
        client.announceReward({ type: 'gift', key: 'gift-1', playerId }, options),
      );
      const removeReason = () =>
        publishChanged(({ claimTypes }) => {
          claimTypes.gift = { proof: 'server', rewards: { lumees: 1 } };
        });
      return { ...request, removeReason };
    },
    expected: { __typename: 'UnknownClaimType', claimType: 'gift' },
  },
  {
    name: 'recoverReward of a reward that was not announced',
    prepare: async () => {
      const request = await byServer(({ client, playerId, options }) =>
        client.recoverReward({ ...chest, playerId }, options),
      );
      return { ...request, removeReason: () => announce(request.playerId) };
    },
    expected: { __typename: 'NotAnnounced', claimType: 'arena_chest', claimKey: 'chest-1' },
  },
  {
    name: 'recoverReward with another expected version',
    prepare: async () => {
      const request = await byServer(({ client, playerId, options }) =>
        client.recoverReward({ ...chest, playerId, expectedVersion: 2 }, options),
      );
      await announce(request.playerId);
      return { ...request, removeReason: () => giveChest(request.playerId) };
    },
    expected: { __typename: 'VersionConflict', expected: 2, current: 1 },
  },
  {
    name: 'announceReward above the daily limit of its claim type',
    prepare: async () => {
      await publishChanged(({ claimTypes }) => {
        claimTypes.arena_chest.perDay = 1;
      });
      const request = await byServer(({ client, playerId, options }) =>
        client.announceReward({ ...chest, playerId }, options),
      );
      const { playerId } = request;
      receiptOf(await asServer().claimReward({ ...chest, key: 'chest-2', playerId }));
      return { ...request, removeReason: publishExample };
    },
    expected: {
      __typename: 'LimitExceeded',
      limit: 'CLAIMS',
      bound: 1,
      remaining: 0,
      requested: 1,
      renewsAt: expect.any(String),
    },
  },
  {
    name: 'recoverReward by staff for an unknown player',
    prepare: async () => {
      const request = await byStaff(
        ({ client, playerId, options }) =>
          client.recoverReward({ ...chest, playerId, reason: 'the client never came back' }, options),
        { playerId: fresh('nobody') },
      );
      return { ...request, removeReason: () => announce(request.playerId) };
    },
    expected: { __typename: 'UnknownPlayer' },
  },
  {
    name: 'recoverReward by staff with another expected version',
    prepare: async () => {
      const playerId = await seasonedPlayer();
      await announce(playerId);
      const input = { ...chest, playerId, reason: 'the client never came back', expectedVersion: 2 };
      const request = await byStaff(({ client, options }) => client.recoverReward(input, options), {
        playerId,
      });
      return { ...request, removeReason: () => giveChest(playerId) };
    },
    expected: { __typename: 'VersionConflict', expected: 2, current: 1 },
  },
];
