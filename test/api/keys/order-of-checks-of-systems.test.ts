/**
 * The order of checks, for exchanges, transfers, combat and what is owed: token → permission → input → config → plan → key →
 * claim → what is owed → version → limits of a day → own balances → the other's. Each case fails two checks at once.
 */
import { beforeEach, describe, expect } from 'vitest';
import { startWithoutConfig } from '../../support/worker/isolate.ts';
import { owner } from '../../support/worker/ledger-state.ts';
import {
  announceReward,
  applyDamage,
  exchange,
  heal,
  recoverReward,
  resultOf,
  transferResource,
} from '../../support/worker/mutations.ts';
import { publishChanged, serveNext } from '../../support/worker/refused.ts';
import { seasonedPlayer } from '../../support/worker/scenes.ts';
import { fresh } from '../../support/worker/service.ts';
import { type Clash, theEarlierAnswers } from './clashes.ts';

beforeEach(serveNext);

const door = startWithoutConfig();
const chest = { type: 'arena_chest', key: 'chest-1' };
const gift = { toPlayerId: 'nobody-at-all', resource: 'lumees', amount: 5 };
const reason = 'the client never came back';

const FAULTS: readonly Clash[] = [
  {
    clash: 'token before permission: an expired player deals damage',
    told: 'UNAUTHENTICATED',
    ask: ({ playerId, expired }) => applyDamage({ playerId, amount: 5 }, { token: expired }),
  },
  {
    clash: 'permission before input: a player deals no damage at all',
    told: 'FORBIDDEN',
    ask: ({ playerId, player }) => applyDamage({ playerId, amount: 0 }, { token: player }),
  },
  {
    clash: 'permission before input: staff heal a negative number of points',
    told: 'FORBIDDEN',
    ask: ({ playerId, staff }) => heal({ playerId, amount: -1 }, { token: staff }),
  },
  {
    clash: 'permission before input: a player exchanges nothing for another',
    told: 'FORBIDDEN',
    ask: ({ player }) =>
      exchange({ exchange: 'drop', quantity: 0, playerId: fresh('player') }, { token: player }),
  },
  {
    clash: 'permission before input: staff give away nothing of a player',
    told: 'FORBIDDEN',
    ask: ({ playerId, staff }) => transferResource({ ...gift, playerId, amount: 0 }, { token: staff }),
  },
  {
    clash: 'permission before input: a player recovers, with a reason too short',
    told: 'FORBIDDEN',
    ask: ({ playerId, player }) => recoverReward({ ...chest, playerId, reason: 'x' }, { token: player }),
  },
  {
    clash: 'permission before config: a player announces, and no config',
    told: 'FORBIDDEN',
    ask: ({ playerId, player }) => announceReward({ ...chest, playerId }, { token: player, door }),
  },
  {
    clash: 'input before config: an exchange of nothing, and no config',
    told: 'BAD_USER_INPUT',
    ask: ({ player }) => exchange({ exchange: 'drop', quantity: 0 }, { token: player, door }),
  },
  {
    clash: 'input before config: a transfer to oneself, and no config',
    told: 'BAD_USER_INPUT',
    ask: ({ playerId, player }) =>
      transferResource({ ...gift, toPlayerId: playerId }, { token: player, door }),
  },
  {
    clash: 'input before config: staff recover without a reason, and no config',
    told: 'BAD_USER_INPUT',
    ask: ({ playerId, staff }) => recoverReward({ ...chest, playerId }, { token: staff, door }),
  },
  {
    clash: 'input before the staff row: staff who were disabled recover without a reason',
    told: 'BAD_USER_INPUT',
    ask: async ({ playerId, staffId, staff }) => {
      await owner`UPDATE onceward.staff SET disabled_at = now() WHERE id = ${staffId}`;
      return recoverReward({ ...chest, playerId }, { token: staff });
    },
  },
  {
    clash: 'config before plan: an unknown exchange, and no config',
    told: 'CONFIG_UNAVAILABLE',
    ask: ({ player }) => exchange({ exchange: 'no_such_exchange' }, { token: player, door }),
  },
  {
    clash: 'config before plan: what may not be given, and no config',
    told: 'CONFIG_UNAVAILABLE',
    ask: ({ player }) => transferResource({ ...gift, resource: 'gold' }, { token: player, door }),
  },
  {
    clash: 'config before plan: an unknown claim type is announced, and no config',
    told: 'CONFIG_UNAVAILABLE',
    ask: ({ playerId, server }) =>
      announceReward({ ...chest, type: 'no_such_type', playerId }, { token: server, door }),
  },
  {
    clash: 'permission of the staff row before key: a known key of somebody who was disabled',
    told: 'FORBIDDEN',
    ask: async ({ playerId, staffId, staff }, idempotencyKey) => {
      const input = { ...chest, playerId, reason, idempotencyKey };
      expect(resultOf(await recoverReward(input, { token: staff })).__typename).toBe('NotAnnounced');
      await owner`UPDATE onceward.staff SET disabled_at = now() WHERE id = ${staffId}`;
      return recoverReward(input, { token: staff });
    },
  },
];

/** The key has had a "no" for a version that never was. */
const refusedBefore = async (token: string, idempotencyKey: string) => {
  const input = { exchange: 'drop', expectedVersion: 9, idempotencyKey };
  expect(resultOf(await exchange(input, { token })).__typename).toBe('VersionConflict');
};

const REJECTIONS: readonly Clash[] = [
  {
    clash: 'key before plan: a reused key, now for an unknown exchange',
    told: 'IdempotencyKeyReused',
    ask: async ({ player }, idempotencyKey) => {
      await refusedBefore(player, idempotencyKey);
      return exchange({ exchange: 'no_such_exchange', idempotencyKey }, { token: player });
    },
  },
  {
    clash: 'key before config: a reused key, and no config',
    told: 'IdempotencyKeyReused',
    ask: async ({ player }, idempotencyKey) => {
      await refusedBefore(player, idempotencyKey);
      return transferResource({ ...gift, idempotencyKey }, { token: player, door });
    },
  },
  {
    clash: 'plan before version: an unknown exchange, and the wrong version',
    told: 'UnknownExchange',
    ask: ({ player }) => exchange({ exchange: 'no_such_exchange', expectedVersion: 9 }, { token: player }),
  },
  {
    clash: 'plan before player: more than one transfer may be, to an unknown player',
    told: 'LimitExceeded',
    ask: ({ player }) => transferResource({ ...gift, amount: 5_001 }, { token: player }),
  },
  {
    clash: 'player before version: to an unknown player, and the wrong version',
    told: 'UnknownPlayer',
    ask: ({ player }) => transferResource({ ...gift, expectedVersion: 9 }, { token: player }),
  },
  {
    clash: 'player before what is owed: nothing is owed to an unknown player',
    told: 'UnknownPlayer',
    ask: ({ staff }) => recoverReward({ ...chest, playerId: fresh('nobody'), reason }, { token: staff }),
  },
  {
    clash: 'claim before what is owed and version: paid before, never announced, and the wrong version',
    told: 'AlreadyClaimed',
    ask: ({ playerId, server }) =>
      recoverReward(
        { playerId, type: 'tournament_reward', key: 'cup-0', expectedVersion: 9 },
        { token: server },
      ),
  },
  {
    clash: 'claim before version: announced after it was paid, and the wrong version',
    told: 'AlreadyClaimed',
    ask: ({ playerId, server }) => {
      const facts = { rank: 1, participants: 16 };
      const input = { playerId, type: 'tournament_reward', key: 'cup-0', facts, expectedVersion: 9 };
      return announceReward(input, { token: server });
    },
  },
  {
    clash: 'what is owed before version: never announced, and the wrong version',
    told: 'NotAnnounced',
    ask: ({ playerId, server }) =>
      recoverReward({ ...chest, playerId, expectedVersion: 9 }, { token: server }),
  },
  {
    clash: 'version before the limits of a day: the wrong version, and more than a day allows',
    told: 'VersionConflict',
    ask: async ({ player }) => {
      await publishChanged(({ resources }) => {
        resources.lumees.transfer = { perDay: 4 };
      });
      const input = { ...gift, toPlayerId: await seasonedPlayer(), expectedVersion: 9 };
      return transferResource(input, { token: player });
    },
  },
  {
    clash: 'the limits of a day before balances: more than a day allows, and than there is',
    told: 'LimitExceeded',
    ask: async ({ player }) => {
      await publishChanged(({ resources }) => {
        resources.lumees.transfer = { perDay: 4 };
      });
      return transferResource({ ...gift, toPlayerId: await seasonedPlayer() }, { token: player });
    },
  },
  {
    clash: "own balances before the other's: more than there is, and than fits",
    told: 'InsufficientBalance',
    ask: async ({ player }) => {
      await publishChanged(({ resources }) => {
        resources.lumees.ceiling = 4;
      });
      return transferResource({ ...gift, toPlayerId: await seasonedPlayer() }, { token: player });
    },
  },
];

describe('the earlier check answers', () => {
  theEarlierAnswers(FAULTS);
  theEarlierAnswers(REJECTIONS);
});
