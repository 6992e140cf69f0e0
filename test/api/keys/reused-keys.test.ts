/** Row: the same key with other input. */
import { beforeAll, describe, expect, it } from 'vitest';
import { serveExample } from '../../support/worker/balance.ts';
import { addStaffMember } from '../../support/worker/ledger-state.ts';
import { claimReward, manualReward, resultOf, spendStatPoints } from '../../support/worker/mutations.ts';
import { seasonedPlayer, victory } from '../../support/worker/scenes.ts';
import {
  fresh,
  freshKey,
  playerToken,
  serverToken,
  staffToken,
  ticket,
} from '../../support/worker/service.ts';
import { writingNothing } from '../../support/worker/stillness.ts';
import { expectReuse, type Pair } from './expect-reuse.ts';

beforeAll(serveExample);

const slip = { type: 'rating_slip', key: 'one', facts: { minutes: 60, average_bet: 1000 } };
const cup = { ...victory, key: 'one' };

describe('same key, other input', () => {
  it.each<Pair>([
    { fields: ['key'], first: cup, second: { ...cup, key: 'two' } },
    { fields: ['facts'], first: cup, second: { ...cup, facts: { rank: 2, participants: 16 } } },
    { fields: ['facts', 'type'], first: cup, second: { ...cup, type: slip.type, facts: slip.facts } },
    { fields: ['type'], first: { type: 'daily_quest' }, second: { type: 'weekly_chest' } },
    { fields: ['key'], first: { type: 'daily_quest' }, second: { type: 'daily_quest', key: 'today' } },
    { fields: ['facts'], first: { type: 'daily_quest' }, second: { type: 'daily_quest', facts: { x: 1 } } },
    { fields: ['type'], first: cup, second: { ...cup, type: 'no_such_type' } },
    { fields: ['expectedVersion'], first: cup, second: { ...cup, expectedVersion: 1 } },
    { fields: ['expectedVersion'], first: { ...cup, expectedVersion: 1 }, second: cup },
    {
      fields: ['expectedVersion'],
      first: { ...cup, expectedVersion: 1 },
      second: { ...cup, expectedVersion: 2 },
    },
    {
      fields: ['expectedVersion', 'facts', 'key', 'type'],
      first: cup,
      second: { ...slip, key: 'two', expectedVersion: 2 },
    },
  ])('claimReward of a server names $fields ($second.type)', async (pair) => {
    const playerId = await seasonedPlayer();
    const token = await serverToken();
    await expectReuse(pair, { playerId, ask: (input) => claimReward({ playerId, ...input }, { token }) });
  });

  it.each<{ fields: readonly string[]; changed: object; key?: string }>([
    { fields: ['ticket'], changed: { facts: { floor: 6 } } },
    { fields: ['ticket'], changed: { key: 'tower-2' } },
    { fields: ['ticket', 'type'], changed: { type: 'daily_quest_bonus', facts: {} } },
    { fields: ['key'], changed: {}, key: 'tower-1' },
  ])('claimReward of a player names $fields (ticket with $changed)', async ({ fields, changed, key }) => {
    const playerId = await seasonedPlayer();
    const token = await playerToken(playerId);
    const contents = { playerId, type: 'ascension_victory', key: 'tower-1', facts: { floor: 5 } };
    const other = { ...contents, ...changed };
    const first = { type: contents.type, ticket: await ticket(contents) };
    const second = { type: other.type, ticket: await ticket(other), key: key ?? null };
    await expectReuse({ fields, first, second }, { playerId, ask: (input) => claimReward(input, { token }) });
  });

  it('claimReward of a player names ticket where a calendar claim came without one', async () => {
    const playerId = await seasonedPlayer();
    const token = await playerToken(playerId);
    const type = 'daily_quest';
    const second = { type, ticket: await ticket({ playerId, type, key: 'today' }) };
    const pair = { fields: ['ticket'], first: { type }, second };
    await expectReuse(pair, { playerId, ask: (input) => claimReward(input, { token }) });
  });

  const award = { grants: [{ resource: 'lumees', amount: 5 }], reason: 'for the tests' };
  it.each<Pair>([
    { fields: ['reason'], first: award, second: { ...award, reason: 'for the tests.' } },
    { fields: ['rewardId'], first: award, second: { ...award, rewardId: 'promo-1' } },
    {
      fields: ['rewardId'],
      first: { ...award, rewardId: 'promo-1' },
      second: { ...award, rewardId: 'promo-2' },
    },
    { fields: ['grants'], first: award, second: { ...award, grants: [{ resource: 'lumees', amount: 6 }] } },
    {
      fields: ['grants'],
      first: award,
      second: { ...award, grants: [{ resource: 'auric_coins', amount: 5 }] },
    },
    {
      fields: ['grants'],
      first: award,
      second: { ...award, grants: [...award.grants, { resource: 'auric_coins', amount: 5 }] },
    },
    { fields: ['expectedVersion'], first: award, second: { ...award, expectedVersion: 2 } },
    { fields: ['grants'], first: award, second: { ...award, grants: [{ resource: 'nonsense', amount: 5 }] } },
  ])('manualReward names $fields ($second)', async (pair) => {
    const playerId = await seasonedPlayer();
    const token = await staffToken(await addStaffMember(fresh('staff')));
    await expectReuse(pair, { playerId, ask: (input) => manualReward({ playerId, ...input }, { token }) });
  });

  it.each<Pair>([
    { fields: ['energy'], first: { energy: 1 }, second: { energy: 2 } },
    { fields: ['stamina'], first: { energy: 1 }, second: { energy: 1, stamina: 1 } },
    { fields: ['energy', 'health'], first: { energy: 1 }, second: { health: 1 } },
    { fields: ['health'], first: { health: 1 }, second: { health: 1_000_000 } },
    { fields: ['expectedVersion'], first: { energy: 1 }, second: { energy: 1, expectedVersion: 2 } },
  ])('spendStatPoints names $fields ($second)', async (pair) => {
    const playerId = await seasonedPlayer();
    const token = await playerToken(playerId);
    await expectReuse(pair, { playerId, ask: (input) => spendStatPoints(input, { token }) });
  });

  it('holds for a key whose outcome was a "no" as well', async () => {
    const playerId = await seasonedPlayer();
    const token = await playerToken(playerId);
    const idempotencyKey = freshKey();
    const refused = resultOf(await spendStatPoints({ idempotencyKey, energy: 7 }, { token }));
    expect(refused.__typename).toBe('InsufficientBalance');
    const retry = () => spendStatPoints({ idempotencyKey, energy: 6 }, { token });
    expect(resultOf(await writingNothing(playerId, retry))).toMatchObject({
      __typename: 'IdempotencyKeyReused',
      fields: ['energy'],
      correlationId: refused.correlationId,
    });
    expect(resultOf(await spendStatPoints({ idempotencyKey, energy: 7 }, { token }))).toEqual(refused);
  });
});
