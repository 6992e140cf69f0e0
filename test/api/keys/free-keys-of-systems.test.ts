/**
 * Row: authentication, authorisation and malformed input record nothing; the key stays free. For exchanges, transfers,
 * combat, announcements and their recovery.
 */
import { beforeAll, describe } from 'vitest';
import { serveExample } from '../../support/worker/balance.ts';
import { addStaffMember, owner } from '../../support/worker/ledger-state.ts';
import {
  announceReward,
  applyDamage,
  claimReward,
  exchange,
  heal,
  recoverReward,
  transferResource,
} from '../../support/worker/mutations.ts';
import { seasonedPlayer } from '../../support/worker/scenes.ts';
import { fresh, playerToken, serverToken, staffToken } from '../../support/worker/service.ts';
import { type Case, keepsTheKeyFree, type World } from './keeps-the-key-free.ts';

let [friend, server] = ['', ''];
beforeAll(async () => {
  await serveExample();
  [friend, server] = [await seasonedPlayer(), await serverToken()];
});

/** The refusals that every one of them has, for somebody else's token. */
const strangers = (
  input: (world: World) => object,
  refused: readonly ('player' | 'server' | 'staff' | 'another player')[],
): Case[] => [
  { name: 'no token', code: 'UNAUTHENTICATED', bad: (world) => [input(world), undefined] },
  {
    name: 'an expired token',
    code: 'UNAUTHENTICATED',
    bad: async (world) => [input(world), await playerToken(world.playerId, -60)],
  },
  ...refused.map(
    (who): Case => ({
      name: who,
      code: 'FORBIDDEN',
      bad: async (world) => [
        { ...input(world), ...(who === 'another player' && { playerId: world.playerId }) },
        who === 'another player'
          ? await playerToken(fresh('player'))
          : who === 'server'
            ? server
            : world[who],
      ],
    }),
  ),
];
const malformed = (
  name: string,
  field: string | undefined,
  bad: (world: World) => [object, string],
): Case => ({ name, code: 'BAD_USER_INPUT', bad, ...(field !== undefined && { field }) });

const chest = ({ playerId }: World) => claimReward({ type: 'weekly_chest', playerId }, { token: server });

describe('authentication, authorisation, malformed input: exchange', () => {
  const drop = { exchange: 'drop' };
  keepsTheKeyFree(exchange, ({ player }) => [drop, player], [
    ...strangers(() => drop, ['staff', 'another player']),
    malformed('a quantity of none', 'quantity', ({ player }) => [{ ...drop, quantity: 0 }, player]),
    malformed('half a quantity', undefined, ({ player }) => [{ ...drop, quantity: 0.5 }, player]),
    malformed('more than any may be', 'quantity', ({ player }) => [{ ...drop, quantity: 101 }, player]),
    malformed('more than this one may be', 'quantity', ({ player }) => [{ ...drop, quantity: 2 }, player]),
    malformed('a server that does not say for whom', 'playerId', () => [drop, server]),
  ]);
});

describe('authentication, authorisation, malformed input: transferResource', () => {
  const gift = (over: object = {}) => ({ toPlayerId: friend, resource: 'lumees', amount: 7, ...over });
  keepsTheKeyFree(
    transferResource,
    ({ player }) => [gift(), player],
    [
      ...strangers(() => gift(), ['staff', 'another player']),
      malformed('nothing to give', 'amount', ({ player }) => [gift({ amount: 0 }), player]),
      malformed('a negative gift, which would take', 'amount', ({ player }) => [
        gift({ amount: -7 }),
        player,
      ]),
      malformed('to oneself', 'toPlayerId', ({ player, playerId }) => [
        gift({ toPlayerId: playerId }),
        player,
      ]),
      malformed('what may not be given', 'resource', ({ player }) => [
        gift({ resource: 'auric_coins' }),
        player,
      ]),
      malformed('what does not exist', 'resource', ({ player }) => [gift({ resource: 'gold' }), player]),
      malformed('a server that does not say from whom', 'playerId', () => [gift(), server]),
    ],
    chest,
  );
});

describe.each([
  ['applyDamage', applyDamage],
  ['heal', heal],
])('authentication, authorisation, malformed input: %s', (_, mutation) => {
  const points = ({ playerId }: World, amount = 5) => ({ playerId, amount });
  keepsTheKeyFree(mutation, (world) => [points(world), server], [
    ...strangers(points, ['player', 'staff', 'another player']),
    malformed('no points', 'amount', (world) => [points(world, 0), server]),
    malformed('negative points', 'amount', (world) => [points(world, -5), server]),
    malformed('half a point', undefined, (world) => [points(world, 0.5), server]),
  ]);
});

describe('authentication, authorisation, malformed input: announceReward', () => {
  const battle = ({ playerId }: World, over: object = {}) => ({
    playerId,
    type: 'pve_victory',
    key: 'battle-1',
    facts: { difficulty: 'hard', enemy_level: 20 },
    ...over,
  });
  keepsTheKeyFree(announceReward, (world) => [battle(world), server], [
    ...strangers(battle, ['player', 'staff', 'another player']),
    malformed('a fact left out', 'facts.enemy_level', (world) => [
      battle(world, { facts: { difficulty: 'hard' } }),
      server,
    ]),
    malformed('a fact out of bounds', 'facts.enemy_level', (world) => [
      battle(world, { facts: { difficulty: 'hard', enemy_level: 201 } }),
      server,
    ]),
    malformed('a claim of the calendar', 'type', (world) => [
      battle(world, { type: 'daily_quest', facts: null }),
      server,
    ]),
  ]);
});

describe('authentication, authorisation, malformed input: recoverReward', () => {
  const battle = ({ playerId }: World, reason: string | null = 'the client never came back') => ({
    playerId,
    type: 'arena_chest',
    key: 'chest-1',
    reason,
  });
  keepsTheKeyFree(
    recoverReward,
    (world) => [battle(world), world.staff],
    [
      ...strangers(battle, ['player', 'another player']),
      malformed('no reason', 'reason', (world) => [battle(world, null), world.staff]),
      malformed('a reason too short', 'reason', (world) => [battle(world, ' a '), world.staff]),
      malformed('a reason too long', 'reason', (world) => [battle(world, 'a'.repeat(501)), world.staff]),
      {
        name: 'staff without the role',
        code: 'FORBIDDEN',
        bad: async (world) => [
          battle(world),
          await staffToken(await addStaffMember(fresh('staff'), { role: 'auditor' })),
        ],
      },
      {
        name: 'staff who are disabled, and enabled again',
        code: 'FORBIDDEN',
        bad: async (world) => {
          await owner`UPDATE onceward.staff SET disabled_at = now() WHERE id = ${world.staffId}`;
          return [battle(world), world.staff];
        },
        between: ({ staffId }) => owner`UPDATE onceward.staff SET disabled_at = NULL WHERE id = ${staffId}`,
      },
    ],
    ({ playerId }) => announceReward({ playerId, type: 'arena_chest', key: 'chest-1' }, { token: server }),
  );
});
