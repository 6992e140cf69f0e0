/** Values that fit their scalars and that an operation, a claim type or the balance config does not take. */
import { beforeAll, describe, expect, it } from 'vitest';
import { serveExample } from '../../support/worker/balance.ts';
import {
  type Answer,
  anonymous,
  asPlayer,
  asServer,
  asStaff,
  receiptOf,
  rejectionOf,
} from '../../support/worker/client.ts';
import { onlyError, withoutDatabase } from '../../support/worker/fault-answers.ts';
import { addStaffMember, ledgerState } from '../../support/worker/ledger-state.ts';
import { seasonedPlayer, victory } from '../../support/worker/scenes.ts';
import { fresh, freshKey, ticket } from '../../support/worker/service.ts';
import { spending } from '../../support/worker/stat-points.ts';
import { writingNothing } from '../../support/worker/stillness.ts';

let playerId: string;
let [player, server, staff] = [anonymous(), anonymous(), anonymous()];
beforeAll(async () => {
  await serveExample();
  playerId = await seasonedPlayer();
  [player, server] = [asPlayer(playerId), asServer()];
  staff = asStaff(await addStaffMember(fresh('staff')));
});

const MAX = Number.MAX_SAFE_INTEGER;
const statsOf = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ stat: `stat_${index}`, points: 1 }));
const lumees = (amount: number) => ({ resource: 'lumees', amount });

function expectMalformed(answer: Answer<unknown>, field: string, bound: RegExp): void {
  const { message, extensions } = onlyError(answer);
  expect(extensions).toMatchObject({ code: 'BAD_USER_INPUT', field });
  expect(message).toMatch(bound);
}

describe('an input whose fields do not go together is refused before the database, naming fields and bound', () => {
  it.each([
    { name: 'no grants', grants: [], field: 'grants', bound: /1 to 10 resources/ },
    {
      name: 'eleven grants',
      grants: Array.from({ length: 11 }, (_, i) => ({ resource: `r${i}`, amount: 1 })),
      field: 'grants',
      bound: /1 to 10/,
    },
    {
      name: 'a resource twice',
      grants: [lumees(1), lumees(2)],
      field: 'grants[1].resource',
      bound: /a second time/,
    },
  ])('manualReward: $name', async ({ grants, field, bound }) => {
    const input = { playerId, grants, reason: 'an honest reason' };
    expectMalformed(await withoutDatabase(playerId, () => staff.manualReward(input)), field, bound);
  });

  it.each([
    { name: 'no stats', points: [], field: 'points', bound: /must name 1 to 16 stats/ },
    { name: 'more stats than allowed', points: statsOf(17), field: 'points', bound: /1 to 16 stats/ },
    {
      name: 'a stat twice',
      points: [...statsOf(1), ...statsOf(1)],
      field: 'points[1].stat',
      bound: /names stat_0 a second time/,
    },
    {
      name: 'points that add up to more than 2^53 − 1',
      points: spending({ energy: MAX, health: 1 }).points,
      field: 'points',
      bound: /add up to at most 9007199254740991/,
    },
  ])('spendStatPoints: $name', async ({ points, field, bound }) => {
    const answer = await withoutDatabase(playerId, () => player.spendStatPoints({ points }));
    expectMalformed(answer, field, bound);
  });
});

describe('facts are checked against the claim type', () => {
  const slip = { minutes: 60, average_bet: 500 };
  it.each([
    {
      name: 'no facts',
      facts: undefined,
      field: 'facts.average_bet',
      bound: /required: an integer from 0 to 10000000/,
    },
    {
      name: 'a missing fact',
      facts: { minutes: 60 },
      field: 'facts.average_bet',
      bound: /required: an integer from 0 to 10000000/,
    },
    {
      name: 'an unknown fact',
      facts: { ...slip, tip: 1 },
      field: 'facts.tip',
      bound: /no such fact.*average_bet, minutes/,
    },
    {
      name: 'a fact below its bound',
      facts: { ...slip, minutes: -1 },
      field: 'facts.minutes',
      bound: /from 0 to 1440/,
    },
    {
      name: 'a fact above its bound',
      facts: { ...slip, minutes: 1441 },
      field: 'facts.minutes',
      bound: /from 0 to 1440/,
    },
    {
      name: 'a text for a number',
      facts: { ...slip, minutes: '60' },
      field: 'facts.minutes',
      bound: /from 0 to 1440/,
    },
    {
      name: 'a boolean for a number',
      facts: { ...slip, minutes: true },
      field: 'facts.minutes',
      bound: /from 0 to 1440/,
    },
    {
      name: 'a name that every object has',
      facts: { ...slip, constructor: 1 },
      field: 'facts.constructor',
      bound: /no such fact/,
    },
  ])('$name: names the fact and its bound, and leaves the key free', async ({ facts, field, bound }) => {
    const input = { type: 'rating_slip', playerId, key: fresh('slip') };
    const key = freshKey();
    const wrong = { ...input, ...(facts && { facts: facts as Record<string, number> }) };
    expectMalformed(await writingNothing(playerId, () => server.claimReward(wrong, { key })), field, bound);
    receiptOf(await server.claimReward({ ...input, facts: slip }, { key }));
  });

  it.each([
    {
      name: 'a number out of bounds',
      type: 'ascension_victory',
      facts: { floor: 501 },
      field: 'ticket.facts.floor',
      bound: /from 1 to 500/,
    },
    {
      name: 'a missing fact',
      type: 'ascension_victory',
      facts: {},
      field: 'ticket.facts.floor',
      bound: /required/,
    },
    {
      name: 'a value that is not on the list',
      type: 'matron_victory',
      facts: { element: 'wind', flawless: true },
      field: 'ticket.facts.element',
      bound: /one of fire, water, shadow/,
    },
    {
      name: 'a number for a boolean',
      type: 'matron_victory',
      facts: { element: 'fire', flawless: 1 },
      field: 'ticket.facts.flawless',
      bound: /true or false/,
    },
  ])('in a ticket, $name: names the fact and its bound', async ({ type, facts, field, bound }) => {
    const contents = { playerId, type, key: fresh('encounter'), facts: facts as Record<string, number> };
    const signed = await ticket(contents);
    const answer = await writingNothing(playerId, () => player.claimReward({ type, ticket: signed }));
    expectMalformed(answer, field, bound);
  });
});

describe('names that the balance config does not have', () => {
  it.each([
    'doubloons',
    'levels_paid',
    'stat:energy',
  ])('%s cannot be given by hand, and the key stays free', async (resource) => {
    const input = { playerId, grants: [lumees(1), { resource, amount: 1 }], reason: fresh('reason') };
    const key = freshKey();
    const answer = await writingNothing(playerId, () => staff.manualReward(input, { key }));
    expectMalformed(answer, 'grants[1].resource', /auric_coins, .*lumees/);
    receiptOf(await staff.manualReward({ ...input, grants: [lumees(1)] }, { key }));
  });

  it('an unknown claim type is a rejection, recorded under the key', async () => {
    const before = await ledgerState(playerId);
    const key = freshKey();
    const claim = () =>
      server.claimReward({ ...victory, type: 'no_such_victory', playerId, key: 'cup-1' }, { key });
    const first = rejectionOf(await claim(), 'UnknownClaimType');
    expect(first.claimType).toBe('no_such_victory');
    expect(rejectionOf(await claim(), 'UnknownClaimType')).toEqual(first);
    expect(await ledgerState(playerId)).toEqual({ ...before, rejected: before.rejected + 1 });
  });

  it.each([
    { name: 'a claim without a key where one is needed', input: victory, message: /key: required/ },
    {
      name: 'a calendar claim with a key',
      input: { type: 'daily_quest', key: '2026-01-01' },
      message: /key: leave it out/,
    },
  ])('$name is refused', async ({ input, message }) => {
    const answer = await writingNothing(playerId, () => server.claimReward({ ...input, playerId }));
    expectMalformed(answer, 'key', message);
  });
});
