/** Requests that are rejected or fail, and what their log line says. */

import { expect } from 'vitest';
import { anonymous, asPlayer, asServer, asStaff, type Client } from '../../support/worker/client.ts';
import { addStaffMember, UNKNOWN_CLAIM } from '../../support/worker/ledger-state.ts';
import { seasonedPlayer, victory } from '../../support/worker/scenes.ts';
import { fresh } from '../../support/worker/service.ts';
import { spending } from '../../support/worker/stat-points.ts';

export interface World {
  readonly playerId: string;
  readonly staffId: string;
  readonly player: Client;
  readonly server: Client;
  /** With a limit of 100 for one reward. */
  readonly staff: Client;
}

export async function createWorld(): Promise<World> {
  const playerId = await seasonedPlayer();
  const staffId = await addStaffMember(fresh('staff'), { limit: 100 });
  return { playerId, staffId, player: asPlayer(playerId), server: asServer(), staff: asStaff(staffId) };
}

export interface Case {
  readonly operation: string;
  readonly code: string;
  readonly send: (world: World) => Promise<{ readonly headers: Headers }>;
  readonly logged?: object | ((world: World) => object);
}

export const award = (
  { playerId }: Pick<World, 'playerId'>,
  amount: number,
  over: Partial<Parameters<Client['manualReward']>[0]> = {},
) => ({
  playerId,
  grants: [{ resource: 'lumees', amount }],
  reason: `worth ${amount}`,
  ...over,
});
const reason = 'the client never came back';
const chest = ({ playerId }: World) => ({ playerId, type: 'arena_chest', key: 'chest-1' });
const gift = { toPlayerId: 'nobody-at-all', resource: 'lumees', amount: 3 };

export const REJECTIONS: readonly Case[] = [
  {
    operation: 'claimReward',
    code: 'ALREADY_CLAIMED',
    send: (world) => world.server.claimReward({ ...victory, playerId: world.playerId, key: 'cup-0' }),
    logged: { claimKey: 'cup-0', requested: { experience: 500, auric_coins: 64 } },
  },
  {
    operation: 'claimReward',
    code: 'UNKNOWN_CLAIM_TYPE',
    send: (world) => world.server.claimReward({ type: 'no_such_type', key: 'k', playerId: world.playerId }),
    logged: { claimType: 'no_such_type', claimKey: 'k' },
  },
  {
    operation: 'claimReward',
    code: 'NOT_ELIGIBLE',
    send: (world) => world.player.claimReward({ type: 'tournament_reward', key: 'k' }),
    logged: (world) => ({ actor: `player:${world.playerId}` }),
  },
  {
    operation: 'spendStatPoints',
    code: 'VERSION_CONFLICT',
    send: (world) => world.player.spendStatPoints({ ...spending({ energy: 1 }), expectedVersion: 0 }),
    logged: { requested: { stat_points: -1, 'stat:energy': 1 } },
  },
  {
    operation: 'spendStatPoints',
    code: 'INSUFFICIENT_BALANCE',
    send: (world) => world.player.spendStatPoints(spending({ health: 1_000 })),
    logged: { requested: { stat_points: -1_000, 'stat:health': 1_000 } },
  },
  {
    operation: 'manualReward',
    code: 'LIMIT_EXCEEDED',
    send: (world) => world.staff.manualReward(award(world, 101)),
    logged: { requested: { lumees: 101 }, reason: 'worth 101' },
  },
  {
    operation: 'exchange',
    code: 'INSUFFICIENT_BALANCE',
    send: (world) => world.player.exchange({ exchange: 'summon' }),
    logged: { claimType: 'summon', requested: { summon_tokens: -1 } },
  },
  {
    operation: 'exchange',
    code: 'UNKNOWN_EXCHANGE',
    send: (world) => world.player.exchange({ exchange: 'no_such_exchange' }),
    logged: { claimType: 'no_such_exchange' },
  },
  {
    operation: 'transferResource',
    code: 'UNKNOWN_PLAYER',
    send: (world) => world.player.transferResource(gift),
    logged: { claimType: 'transfer', requested: { lumees: -3 } },
  },
  {
    operation: 'transferResource',
    code: 'LIMIT_EXCEEDED',
    send: (world) => world.player.transferResource({ ...gift, amount: 5_001 }),
    logged: { claimType: 'transfer', error: expect.stringMatching(/5000 lumees/) },
  },
  {
    operation: 'applyDamage',
    code: 'VERSION_CONFLICT',
    send: (world) => world.server.applyDamage({ playerId: world.playerId, amount: 5, expectedVersion: 0 }),
    logged: { claimType: 'damage', requested: { health: -5 }, actor: 'server:arena-1' },
  },
  {
    operation: 'heal',
    code: 'VERSION_CONFLICT',
    send: (world) => world.server.heal({ playerId: world.playerId, amount: 5, expectedVersion: 0 }),
    logged: { claimType: 'healing', requested: { health: 5 } },
  },
  {
    operation: 'announceReward',
    code: 'ALREADY_CLAIMED',
    send: (world) => world.server.announceReward({ ...victory, playerId: world.playerId, key: 'cup-0' }),
    logged: { claimType: 'announcement', claimKey: '17:tournament_reward5:cup-0' },
  },
  {
    operation: 'recoverReward',
    code: 'NOT_ANNOUNCED',
    send: (world) => world.staff.recoverReward({ ...chest(world), reason }),
    logged: { claimType: 'arena_chest', claimKey: 'chest-1', reason },
  },
  {
    operation: 'reverseClaim',
    code: 'UNKNOWN_CLAIM',
    send: (world) => world.staff.reverseClaim({ playerId: world.playerId, claimId: UNKNOWN_CLAIM, reason }),
    logged: { claimType: 'reversal', reason },
  },
  {
    operation: 'previewExchange',
    code: 'INSUFFICIENT_BALANCE',
    send: (world) => world.player.previewExchange({ exchange: 'summon' }),
    logged: { claimType: 'summon' },
  },
  {
    operation: 'previewClaim',
    code: 'ALREADY_CLAIMED',
    send: (world) => world.server.previewClaim({ ...victory, playerId: world.playerId, key: 'cup-0' }),
    logged: { claimType: 'tournament_reward', claimKey: 'cup-0' },
  },
];

export const FAULTS: readonly (Case & { readonly fault: string })[] = [
  {
    fault: 'missing facts',
    operation: 'claimReward',
    code: 'BAD_USER_INPUT',
    send: (world) =>
      world.server.claimReward({ type: 'rating_slip', key: 'slip-1', playerId: world.playerId }),
    logged: {
      actor: 'server:arena-1',
      claimType: 'rating_slip',
      claimKey: 'slip-1',
      error: expect.stringMatching(/^facts\./),
    },
  },
  {
    fault: 'a resource that is named twice',
    operation: 'manualReward',
    code: 'BAD_USER_INPUT',
    send: (world) =>
      world.staff.manualReward(award(world, 0, { grants: Array(2).fill({ resource: 'lumees', amount: 1 }) })),
    logged: {
      claimType: 'manual_reward',
      requested: { lumees: 1 },
      reason: 'worth 0',
      error: expect.stringMatching(/^grants\[1\]\.resource/),
    },
  },
  {
    fault: 'no points',
    operation: 'spendStatPoints',
    code: 'BAD_USER_INPUT',
    send: (world) => world.player.spendStatPoints(spending({})),
    logged: { claimType: 'spend_stat_points' },
  },
  {
    fault: 'a player',
    operation: 'manualReward',
    code: 'FORBIDDEN',
    send: (world) => world.player.manualReward(award(world, 5)),
    logged: { requested: { lumees: 5 }, reason: 'worth 5' },
  },
  {
    fault: 'no token',
    operation: 'manualReward',
    code: 'UNAUTHENTICATED',
    send: (world) => anonymous().manualReward(award(world, 6)),
    logged: { requested: { lumees: 6 } },
  },
  {
    fault: 'an unknown staff member',
    operation: 'manualReward',
    code: 'FORBIDDEN',
    send: (world) => asStaff('nobody-knows').manualReward(award(world, 8)),
    logged: { actor: 'staff:nobody-knows', requested: { lumees: 8 }, reason: 'worth 8' },
  },
  {
    fault: 'a forged ticket',
    operation: 'claimReward',
    code: 'FORBIDDEN',
    send: (world) => world.player.claimReward({ type: 'pve_victory', key: 'e-1', ticket: 'a.b.c' }),
    logged: { claimType: 'pve_victory', claimKey: 'e-1' },
  },
  {
    fault: 'more than the exchange allows at once',
    operation: 'exchange',
    code: 'BAD_USER_INPUT',
    send: (world) => world.player.exchange({ exchange: 'drop', quantity: 2 }),
    logged: { claimType: 'drop', error: expect.stringMatching(/^quantity/) },
  },
  {
    fault: 'staff',
    operation: 'exchange',
    code: 'FORBIDDEN',
    send: (world) => world.staff.exchange({ exchange: 'drop', playerId: world.playerId }),
    logged: (world) => ({ claimType: 'drop', actor: `staff:${world.staffId}` }),
  },
  {
    fault: 'no token',
    operation: 'exchange',
    code: 'UNAUTHENTICATED',
    send: (world) => anonymous().exchange({ exchange: 'drop', playerId: world.playerId }),
    logged: { claimType: 'drop' },
  },
  {
    fault: 'a resource that players may not transfer',
    operation: 'transferResource',
    code: 'BAD_USER_INPUT',
    send: (world) => world.player.transferResource({ ...gift, resource: 'auric_coins' }),
    logged: { claimType: 'transfer', error: expect.stringMatching(/^resource/) },
  },
  {
    fault: 'a player',
    operation: 'applyDamage',
    code: 'FORBIDDEN',
    send: (world) => world.player.applyDamage({ playerId: world.playerId, amount: 5 }),
    logged: { claimType: 'damage' },
  },
  {
    fault: 'missing facts',
    operation: 'announceReward',
    code: 'BAD_USER_INPUT',
    send: (world) =>
      world.server.announceReward({ playerId: world.playerId, type: 'pve_victory', key: 'battle-1' }),
    logged: {
      claimType: 'announcement',
      claimKey: '11:pve_victory8:battle-1',
      error: expect.stringMatching(/^facts\./),
    },
  },
  {
    fault: 'a player',
    operation: 'recoverReward',
    code: 'FORBIDDEN',
    send: (world) => world.player.recoverReward({ ...chest(world), reason }),
    logged: { claimType: 'arena_chest', claimKey: 'chest-1', reason },
  },
  {
    fault: 'staff',
    operation: 'previewExchange',
    code: 'FORBIDDEN',
    send: (world) => world.staff.previewExchange({ exchange: 'drop', playerId: world.playerId }),
    logged: { claimType: 'drop' },
  },
  {
    fault: 'another player',
    operation: 'pendingRewards',
    code: 'FORBIDDEN',
    send: (world) => asPlayer(fresh('player')).pendingRewards({ filter: { playerId: world.playerId } }),
  },
  {
    fault: 'staff',
    operation: 'offers',
    code: 'FORBIDDEN',
    send: (world) => asStaff(fresh('nobody')).offers({ playerId: world.playerId }),
  },
  {
    fault: 'another player',
    operation: 'claimables',
    code: 'FORBIDDEN',
    send: (world) => asPlayer(fresh('player')).claimables({ playerId: world.playerId }),
  },
];
