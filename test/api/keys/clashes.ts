/** Requests that fail two checks, of which the earlier one is a fault. */
import {
  type Answer,
  asPlayer,
  asServer,
  asStaff,
  type Client,
  rejectionOf,
  withToken,
} from '../../support/worker/client.ts';
import { startWithoutConfig } from '../../support/worker/isolate.ts';
import { addStaffMember, changeStaffMember } from '../../support/worker/ledger-state.ts';
import { seasonedPlayer, victory } from '../../support/worker/scenes.ts';
import { fresh, freshKey, playerToken, ticket } from '../../support/worker/service.ts';
import { spending } from '../../support/worker/stat-points.ts';

/** An isolate without a balance config. */
export const door = startWithoutConfig();

export interface World {
  readonly playerId: string;
  readonly staffId: string;
  readonly key: string;
  readonly player: Client;
  readonly server: Client;
  /** Support with a limit of 100 for one reward and a budget of 150 for a day. */
  readonly staff: Client;
  readonly expired: Client;
}

/** The player is at version 1 with 500 experience, and has the reward of cup-0. */
export async function createWorld(): Promise<World> {
  const playerId = await seasonedPlayer();
  const staffId = await addStaffMember(fresh('staff'), { limit: 100, budget: 150 });
  return {
    playerId,
    staffId,
    key: freshKey(),
    player: asPlayer(playerId),
    server: asServer(),
    staff: asStaff(staffId),
    expired: withToken(playerToken(playerId, -60)),
  };
}

export interface Clash {
  readonly clash: string;
  readonly outcome: string;
  readonly send: (world: World) => Promise<Answer<{ readonly __typename: string }>>;
}

export const award = { grants: [{ resource: 'lumees', amount: 5 }], reason: 'for the tests' };
export const lumees = (amount: number) => ({ ...award, grants: [{ resource: 'lumees', amount }] });
export const chest = { type: 'arena_chest', key: 'chest-1' };
export const gift = { toPlayerId: 'nobody-at-all', resource: 'lumees', amount: 5 };
export const cup = { ...victory, key: 'cup-0' };
export const reason = 'the client never came back';

export const FAULTS: readonly Clash[] = [
  {
    clash: 'token before input: an expired token spends no points',
    outcome: 'UNAUTHENTICATED',
    send: ({ expired }) => expired.spendStatPoints(spending({ energy: 0 })),
  },
  {
    clash: 'permission before input: a player gives an award without grants',
    outcome: 'FORBIDDEN',
    send: ({ playerId, player }) => player.manualReward({ playerId, ...award, grants: [] }),
  },
  {
    clash: 'permission before input: staff spend no points of their own',
    outcome: 'FORBIDDEN',
    send: ({ staff }) => staff.spendStatPoints(spending({})),
  },
  {
    clash: 'permission before input: a player claims for another player, with a ticket of another type',
    outcome: 'FORBIDDEN',
    send: async ({ playerId, player }) => {
      const other = await ticket({ playerId, type: 'daily_quest_bonus', key: 'x' });
      return player.claimReward({ type: 'pve_victory', playerId: fresh('player'), ticket: other });
    },
  },
  {
    clash: 'permission before input: a player exchanges more than is allowed, for another player',
    outcome: 'FORBIDDEN',
    send: ({ player }) => player.exchange({ exchange: 'drop', quantity: 2, playerId: fresh('player') }),
  },
  {
    clash: 'permission before input: staff transfer from a player to the same player',
    outcome: 'FORBIDDEN',
    send: ({ playerId, staff }) => staff.transferResource({ ...gift, playerId, toPlayerId: playerId }),
  },
  {
    clash: 'types of variables before permission: a server spends half a point',
    outcome: 'BAD_USER_INPUT',
    send: ({ server }) => server.spendStatPoints(spending({ energy: 0.5 })),
  },
  {
    clash: 'types of variables before permission: a player deals no damage',
    outcome: 'BAD_USER_INPUT',
    send: ({ playerId, player }) => player.applyDamage({ playerId, amount: 0 }),
  },
  {
    clash: 'types of variables before permission: a player recovers, with a reason that is too short',
    outcome: 'BAD_USER_INPUT',
    send: ({ playerId, player }) => player.recoverReward({ ...chest, playerId, reason: 'x' }),
  },
  {
    clash: 'input before config: an award without grants, and no config',
    outcome: 'BAD_USER_INPUT',
    send: ({ playerId, staff }) => staff.manualReward({ playerId, ...award, grants: [] }, { door }),
  },
  {
    clash: 'input before config: no points to spend, and no config',
    outcome: 'BAD_USER_INPUT',
    send: ({ player }) => player.spendStatPoints(spending({}), { door }),
  },
  {
    clash: 'input before config: a transfer to oneself, and no config',
    outcome: 'BAD_USER_INPUT',
    send: ({ playerId, player }) => player.transferResource({ ...gift, toPlayerId: playerId }, { door }),
  },
  {
    clash: 'input before config: staff recover without a reason, and no config',
    outcome: 'BAD_USER_INPUT',
    send: ({ playerId, staff }) => staff.recoverReward({ ...chest, playerId }, { door }),
  },
  {
    clash: 'input before the staff row: disabled staff recover without a reason',
    outcome: 'BAD_USER_INPUT',
    send: async ({ playerId, staffId, staff }) => {
      await changeStaffMember(staffId, { disabled: true });
      return staff.recoverReward({ ...chest, playerId });
    },
  },
  {
    clash: 'input before key: a known key without points to spend',
    outcome: 'BAD_USER_INPUT',
    send: async ({ player, key }) => {
      const first = await player.spendStatPoints({ ...spending({ energy: 9 }), expectedVersion: 9 }, { key });
      rejectionOf(first, 'VersionConflict');
      return player.spendStatPoints(spending({}), { key });
    },
  },
  {
    clash: 'config before plan: an unknown claim type, in an isolate without a config',
    outcome: 'UnknownClaimType',
    send: ({ player }) => player.claimReward({ type: 'no_such_type' }, { door }),
  },
  {
    clash: 'config before plan: an unknown exchange, in an isolate without a config',
    outcome: 'UnknownExchange',
    send: ({ player }) => player.exchange({ exchange: 'no_such_exchange' }, { door }),
  },
  {
    clash: 'config before plan: an unknown resource is transferred, in an isolate without a config',
    outcome: 'BAD_USER_INPUT',
    send: ({ player }) => player.transferResource({ ...gift, resource: 'gold' }, { door }),
  },
  {
    clash: 'config before plan: an unknown claim type is announced, in an isolate without a config',
    outcome: 'UnknownClaimType',
    send: ({ playerId, server }) =>
      server.announceReward({ ...chest, type: 'no_such_type', playerId }, { door }),
  },
  {
    clash: 'the staff row before key: a key that was rejected, of staff who were disabled',
    outcome: 'FORBIDDEN',
    send: async ({ playerId, staffId, staff, key }) => {
      const input = { ...chest, playerId, reason };
      rejectionOf(await staff.recoverReward(input, { key }), 'NotAnnounced');
      await changeStaffMember(staffId, { disabled: true });
      return staff.recoverReward(input, { key });
    },
  },
];
