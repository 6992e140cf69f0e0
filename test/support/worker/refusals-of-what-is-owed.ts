/** Every business "no" of game servers alone: damage, healing, announcements and their recovery. */
import { expect } from 'vitest';
import { announceReward, applyDamage, claimReward, heal, recoverReward } from './mutations.ts';
import { another, asServer, asStaff, publishChanged, type Refusal, serveNext } from './refused.ts';
import { seasonedPlayer } from './scenes.ts';
import { fresh, serverToken } from './service.ts';

const chest = { type: 'arena_chest', key: 'chest-1' };
const announce = async (playerId: string, over: object = {}) =>
  announceReward({ ...chest, playerId, ...over }, { token: await serverToken() });

const versionConflict =
  (mutation: typeof heal, input: object): Refusal['prepare'] =>
  async () => {
    const refused = await asServer({ ...input, expectedVersion: 2 }, { mutation });
    return { ...refused, mend: () => another(refused.playerId) };
  };
const CONFLICT = { __typename: 'VersionConflict', expected: 2, current: 1 };

export const OF_WHAT_IS_OWED: readonly Refusal[] = [
  {
    name: 'applyDamage: version conflict, version reached since',
    prepare: versionConflict(applyDamage, { amount: 5 }),
    told: CONFLICT,
  },
  {
    name: 'heal: version conflict, version reached since',
    prepare: versionConflict(heal, { amount: 5 }),
    told: CONFLICT,
  },
  {
    name: 'announceReward: version conflict, version reached since',
    prepare: versionConflict(announceReward, chest),
    told: CONFLICT,
  },
  {
    name: 'announceReward: unknown claim type, claim type added since',
    prepare: async () => ({
      ...(await asServer({ type: 'gift', key: 'gift-1' }, { mutation: announceReward })),
      mend: () =>
        publishChanged(({ claimTypes }) => {
          claimTypes.gift = { proof: 'server', rewards: { lumees: 1 } };
        }),
    }),
    told: { __typename: 'UnknownClaimType', claimType: 'gift' },
  },
  {
    name: 'recoverReward: never announced, announced since',
    prepare: async () => {
      const refused = await asServer(chest, { mutation: recoverReward });
      return { ...refused, mend: () => announce(refused.playerId) };
    },
    told: { __typename: 'NotAnnounced', claimType: 'arena_chest', claimKey: 'chest-1' },
  },
  {
    name: 'recoverReward: version conflict, version reached since',
    prepare: async () => {
      const refused = await asServer({ ...chest, expectedVersion: 3 }, { mutation: recoverReward });
      await announce(refused.playerId);
      return { ...refused, mend: () => another(refused.playerId) };
    },
    told: { __typename: 'VersionConflict', expected: 3, current: 2 },
  },
  {
    name: 'recoverReward: as many of a type as a day allows, more allowed since',
    prepare: async () => {
      await publishChanged(({ claimTypes }) => {
        claimTypes.arena_chest.perDay = 1;
      });
      const refused = await asServer(chest, { mutation: recoverReward });
      const { playerId } = refused;
      await announce(playerId);
      await claimReward({ ...chest, key: 'chest-2', playerId }, { token: await serverToken() });
      return { ...refused, mend: serveNext };
    },
    told: {
      __typename: 'LimitExceeded',
      limit: 'CLAIMS_PER_DAY',
      bound: 1,
      remaining: 0,
      requested: 1,
      renewsAt: expect.any(String),
    },
  },
  {
    name: 'recoverReward of staff: unknown player, player created and owed since',
    prepare: async () => {
      const refused = await asStaff(
        { ...chest, reason: 'the client never came back' },
        { playerId: fresh('nobody'), mutation: recoverReward },
      );
      return { ...refused, mend: () => announce(refused.playerId) };
    },
    told: { __typename: 'UnknownPlayer' },
  },
  {
    name: 'recoverReward of staff: version conflict, version reached since',
    prepare: async () => {
      const playerId = await seasonedPlayer();
      await announce(playerId);
      const input = { ...chest, reason: 'the client never came back', expectedVersion: 3 };
      const refused = await asStaff(input, { playerId, mutation: recoverReward });
      return { ...refused, mend: () => another(playerId) };
    },
    told: { __typename: 'VersionConflict', expected: 3, current: 2 },
  },
];
