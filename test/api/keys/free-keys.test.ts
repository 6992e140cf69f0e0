/** Row: authentication, authorisation and malformed input record nothing; the key stays free. */
import { beforeAll, describe } from 'vitest';
import { serveExample } from '../../support/worker/balance.ts';
import { addStaffMember, owner } from '../../support/worker/ledger-state.ts';
import { claimReward, manualReward, spendStatPoints } from '../../support/worker/mutations.ts';
import { victory } from '../../support/worker/scenes.ts';
import { fresh, playerToken, serverToken, staffToken, ticket } from '../../support/worker/service.ts';
import { type Case, keepsTheKeyFree, type World } from './keeps-the-key-free.ts';

beforeAll(serveExample);

const tower = { type: 'ascension_victory', key: 'tower-1', facts: { floor: 10 } };
const withTicket = async ({ playerId }: World, over: object = {}) => ({
  type: tower.type,
  ticket: await ticket({ playerId, ...tower, ...over }),
});
const cup = ({ playerId }: World, over: object = {}): object => ({
  ...victory,
  playerId,
  key: 'cup-1',
  ...over,
});

describe('authentication, authorisation, malformed input: claimReward of a player', () => {
  keepsTheKeyFree(claimReward, async (world) => [await withTicket(world), world.player], [
    { name: 'no token', code: 'UNAUTHENTICATED', bad: async (world) => [await withTicket(world), undefined] },
    {
      name: 'a token that is none',
      code: 'UNAUTHENTICATED',
      bad: async (world) => [await withTicket(world), 'x.y.z'],
    },
    {
      name: 'an expired token',
      code: 'UNAUTHENTICATED',
      bad: async (world) => [await withTicket(world), await playerToken(world.playerId, -60)],
    },
    {
      name: 'a player for another player',
      code: 'FORBIDDEN',
      field: 'playerId',
      bad: async (world) => [{ ...(await withTicket(world)), playerId: fresh('player') }, world.player],
    },
    {
      name: 'facts out of the mouth of a player',
      code: 'FORBIDDEN',
      field: 'facts',
      bad: async (world) => [{ ...(await withTicket(world)), facts: { floor: 500 } }, world.player],
    },
    {
      name: 'a ticket for another player',
      code: 'FORBIDDEN',
      field: 'ticket',
      bad: async (world) => [await withTicket(world, { playerId: fresh('player') }), world.player],
    },
    {
      name: 'a forged ticket',
      code: 'FORBIDDEN',
      field: 'ticket',
      bad: async (world) => {
        const { type, ticket: genuine } = await withTicket(world);
        const [head, , signature] = genuine.split('.');
        const { ticket: other } = await withTicket(world, { facts: { floor: 500 } });
        return [{ type, ticket: [head, other.split('.')[1], signature].join('.') }, world.player];
      },
    },
    {
      name: 'a ticket for another type',
      code: 'BAD_USER_INPUT',
      field: 'type',
      bad: async (world) => [{ ...(await withTicket(world)), type: 'pve_victory' }, world.player],
    },
    {
      name: 'a ticket for another key',
      code: 'BAD_USER_INPUT',
      field: 'key',
      bad: async (world) => [{ ...(await withTicket(world)), key: 'tower-2' }, world.player],
    },
    {
      name: 'a ticket with facts that its claim type does not know',
      code: 'BAD_USER_INPUT',
      field: 'ticket.facts.floor',
      bad: async (world) => [await withTicket(world, { facts: { floor: 501 } }), world.player],
    },
  ]);
});

describe('authentication, authorisation, malformed input: claimReward of a server or staff', () => {
  keepsTheKeyFree(claimReward, async (world) => [cup(world), await serverToken()], [
    {
      name: 'facts out of bounds',
      code: 'BAD_USER_INPUT',
      field: 'facts.rank',
      bad: async (world) => [cup(world, { facts: { rank: 65, participants: 16 } }), await serverToken()],
    },
    {
      name: 'a fact left out',
      code: 'BAD_USER_INPUT',
      field: 'facts.participants',
      bad: async (world) => [cup(world, { facts: { rank: 1 } }), await serverToken()],
    },
    {
      name: 'a key left out',
      code: 'BAD_USER_INPUT',
      field: 'key',
      bad: async (world) => [cup(world, { key: null }), await serverToken()],
    },
    {
      name: 'a key for a calendar claim',
      code: 'BAD_USER_INPUT',
      field: 'key',
      bad: async (world) => [cup(world, { type: 'daily_quest', facts: null }), await serverToken()],
    },
    {
      name: 'staff unknown to the database',
      code: 'FORBIDDEN',
      bad: async (world) => [cup(world), await staffToken(fresh('staff'))],
    },
    {
      name: 'staff without the role',
      code: 'FORBIDDEN',
      bad: async (world) => [
        cup(world),
        await staffToken(await addStaffMember(fresh('staff'), { role: 'auditor' })),
      ],
    },
    {
      name: 'a variable that is not of its type',
      code: 'BAD_USER_INPUT',
      bad: async (world) => [cup(world, { expectedVersion: 1.5 }), await serverToken()],
    },
  ]);
});

const award = { grants: [{ resource: 'lumees', amount: 5 }], reason: 'for the tests' };

describe('authentication, authorisation, malformed input: manualReward', () => {
  const bad = (name: string, field: string, over: object): Case => ({
    name,
    field,
    code: 'BAD_USER_INPUT',
    bad: ({ playerId, staff }) => [{ playerId, ...award, ...over }, staff],
  });
  keepsTheKeyFree(manualReward, ({ playerId, staff }) => [{ playerId, ...award }, staff], [
    { name: 'no token', code: 'UNAUTHENTICATED', bad: ({ playerId }) => [{ playerId, ...award }, undefined] },
    { name: 'a player', code: 'FORBIDDEN', bad: ({ playerId, player }) => [{ playerId, ...award }, player] },
    {
      name: 'a server',
      code: 'FORBIDDEN',
      bad: async ({ playerId }) => [{ playerId, ...award }, await serverToken()],
    },
    {
      name: 'staff who are disabled, and enabled again',
      code: 'FORBIDDEN',
      bad: async ({ playerId, staffId, staff }) => {
        await owner`UPDATE onceward.staff SET disabled_at = now() WHERE id = ${staffId}`;
        return [{ playerId, ...award }, staff];
      },
      between: ({ staffId }) => owner`UPDATE onceward.staff SET disabled_at = NULL WHERE id = ${staffId}`,
    },
    {
      name: 'staff of another role, and promoted',
      code: 'FORBIDDEN',
      bad: async ({ playerId, staffId, staff }) => {
        await owner`UPDATE onceward.staff SET role = 'economist' WHERE id = ${staffId}`;
        return [{ playerId, ...award }, staff];
      },
      between: ({ staffId }) => owner`UPDATE onceward.staff SET role = 'admin' WHERE id = ${staffId}`,
    },
    bad('no grants', 'grants', { grants: [] }),
    bad('an amount of zero', 'grants[0].amount', { grants: [{ resource: 'lumees', amount: 0 }] }),
    bad('a negative amount', 'grants[0].amount', { grants: [{ resource: 'lumees', amount: -5 }] }),
    bad('a resource named twice', 'grants[1].resource', { grants: [...award.grants, ...award.grants] }),
    bad('a resource that staff may not give', 'grants[0].resource', {
      grants: [{ resource: 'levels_paid', amount: 1 }],
    }),
    bad('a resource that does not exist', 'grants[0].resource', {
      grants: [{ resource: 'gold', amount: 1 }],
    }),
    bad('a reason too short', 'reason', { reason: '  a ' }),
    bad('a reason too long', 'reason', { reason: 'a'.repeat(501) }),
  ]);
});

describe('authentication, authorisation, malformed input: spendStatPoints', () => {
  keepsTheKeyFree(spendStatPoints, ({ player }) => [{ energy: 1 }, player], [
    { name: 'no token', code: 'UNAUTHENTICATED', bad: () => [{ energy: 1 }, undefined] },
    { name: 'staff', code: 'FORBIDDEN', bad: ({ staff }) => [{ energy: 1 }, staff] },
    { name: 'a server', code: 'FORBIDDEN', bad: async () => [{ energy: 1 }, await serverToken()] },
    {
      name: 'nothing to spend',
      code: 'BAD_USER_INPUT',
      field: 'energy, stamina, health',
      bad: ({ player }) => [{}, player],
    },
    {
      name: 'negative points',
      code: 'BAD_USER_INPUT',
      field: 'energy',
      bad: ({ player }) => [{ energy: -1, health: 2 }, player],
    },
    { name: 'half a point', code: 'BAD_USER_INPUT', bad: ({ player }) => [{ energy: 0.5 }, player] },
    {
      name: 'more than a number can hold',
      code: 'BAD_USER_INPUT',
      bad: ({ player }) => [{ energy: Number.MAX_SAFE_INTEGER, health: 1 }, player],
      field: 'energy, stamina, health',
    },
  ]);
});
