import { beforeAll, describe, expect, it } from 'vitest';
import { serveExample } from '../../support/worker/balance.ts';
import { askingNobody, onlyError } from '../../support/worker/fault-answers.ts';
import { addStaffMember, ledgerState } from '../../support/worker/ledger-state.ts';
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

let playerId: string;
let [server, staff, token] = ['', '', ''];
beforeAll(async () => {
  await serveExample();
  playerId = await seasonedPlayer();
  server = await serverToken();
  staff = await staffToken(await addStaffMember(fresh('staff')));
  token = await playerToken(playerId);
});

const MAX = Number.MAX_SAFE_INTEGER;
const lumees = (amount: number) => ({ resource: 'lumees', amount });

describe('values that a mutation cannot take are refused before the ledger, naming the field and the bound', () => {
  it.each([
    ['an amount of zero', { grants: [lumees(0)] }, 'grants[0].amount', /from 1 to 9007199254740991/],
    ['a negative amount', { grants: [lumees(-5)] }, 'grants[0].amount', /from 1 to 9007199254740991/],
    ['no grants', { grants: [] }, 'grants', /1 to 10 resources/],
    [
      'eleven grants',
      { grants: Array.from({ length: 11 }, (_, i) => ({ resource: `r${i}`, amount: 1 })) },
      'grants',
      /1 to 10/,
    ],
    ['a resource twice', { grants: [lumees(1), lumees(2)] }, 'grants[1].resource', /named twice/],
    [
      'amounts beyond 2^53 − 1 in all',
      { grants: [lumees(MAX), { resource: 'auric_coins', amount: 1 }] },
      'grants',
      /not add up to more than 9007199254740991/,
    ],
    ['a reason of two characters', { reason: 'ab' }, 'reason', /3 to 500 characters/],
    ['a reason of blanks', { reason: ' \t\n    ' }, 'reason', /3 to 500 characters/],
    ['a reason of 501 characters', { reason: 'r'.repeat(501) }, 'reason', /3 to 500 characters/],
    ['a reason of 501 emoji', { reason: '🏆'.repeat(501) }, 'reason', /3 to 500 characters/],
  ])('manualReward: %s', async (_, change, field, bound) => {
    const input = { playerId, grants: [lumees(5)], reason: 'an honest reason', ...change };
    const answer = await askingNobody(playerId, () => manualReward(input, { token: staff }));
    const { message, extensions } = onlyError(answer);
    expect(extensions).toMatchObject({ code: 'BAD_USER_INPUT', field });
    expect(message).toMatch(bound);
  });

  it.each([
    ['nothing at all', {}, 'energy, stamina, health', /at least one must be 1 or more/],
    ['zeroes', { energy: 0, stamina: 0 }, 'energy, stamina, health', /at least one must be 1 or more/],
    ['a negative number', { energy: 3, health: -2 }, 'health', /from 0 to 9007199254740991/],
    [
      'more than 2^53 − 1 in all',
      { energy: MAX, health: 1 },
      'energy, stamina, health',
      /not add up to more than/,
    ],
  ])('spendStatPoints: %s', async (_, input, field, bound) => {
    const answer = await askingNobody(playerId, () => spendStatPoints(input, { token }));
    const { message, extensions } = onlyError(answer);
    expect(extensions).toMatchObject({ code: 'BAD_USER_INPUT', field });
    expect(message).toMatch(bound);
  });
});

describe('facts that a formula needs are checked against its claim type, and the key stays free', () => {
  const slip = { minutes: 60, average_bet: 500 };
  it.each([
    ['no facts at all', undefined, 'facts.average_bet', /required: an integer from 0 to 10000000/],
    ['one too few', { minutes: 60 }, 'facts.average_bet', /required: an integer from 0 to 10000000/],
    [
      'one too many',
      { ...slip, tip: 1 },
      'facts.tip',
      /knows no such fact \(it knows: average_bet, minutes\)/,
    ],
    ['one below its bound', { ...slip, minutes: -1 }, 'facts.minutes', /from 0 to 1440/],
    ['one above its bound', { ...slip, minutes: 1441 }, 'facts.minutes', /from 0 to 1440/],
    ['a text for a number', { ...slip, minutes: '60' }, 'facts.minutes', /from 0 to 1440/],
    ['a truth value for a number', { ...slip, minutes: true }, 'facts.minutes', /from 0 to 1440/],
    ['a name that every object has', { ...slip, constructor: 1 }, 'facts.constructor', /knows no such fact/],
  ])('%s', async (_, facts, field, bound) => {
    const input = { type: 'rating_slip', playerId, key: fresh('slip'), idempotencyKey: freshKey() };
    const answer = await writingNothing(playerId, () => claimReward({ ...input, facts }, { token: server }));
    const { message, extensions } = onlyError(answer);
    expect(extensions).toMatchObject({ code: 'BAD_USER_INPUT', field });
    expect(message).toMatch(bound);
    expect(resultOf(await claimReward({ ...input, facts: slip }, { token: server })).__typename).toBe(
      'Receipt',
    );
  });

  it.each([
    ['a number out of bounds', 'ascension_victory', { floor: 501 }, 'ticket.facts.floor', /from 1 to 500/],
    ['a missing fact', 'ascension_victory', {}, 'ticket.facts.floor', /required/],
    [
      'a value that is not on the list',
      'matron_victory',
      { element: 'wind', flawless: true },
      'ticket.facts.element',
      /one of fire, water, shadow/,
    ],
    [
      'a number for a truth value',
      'matron_victory',
      { element: 'fire', flawless: 1 },
      'ticket.facts.flawless',
      /true or false/,
    ],
  ])('a ticket with %s', async (_, type, facts, field, bound) => {
    const signed = await ticket({ playerId, type, key: fresh('encounter'), facts });
    const answer = await writingNothing(playerId, () => claimReward({ type, ticket: signed }, { token }));
    const { message, extensions } = onlyError(answer);
    expect(extensions).toMatchObject({ code: 'BAD_USER_INPUT', field });
    expect(message).toMatch(bound);
  });
});

describe('names that the balance config does not know', () => {
  it.each([
    'doubloons',
    'levels_paid',
    'stat:energy',
  ])('refuses %s as a resource to give by hand, and the key stays free', async (resource) => {
    const input = {
      playerId,
      grants: [lumees(1), { resource, amount: 1 }],
      reason: fresh('reason'),
      idempotencyKey: freshKey(),
    };
    const answer = await writingNothing(playerId, () => manualReward(input, { token: staff }));
    const { message, extensions } = onlyError(answer);
    expect(extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: 'grants[1].resource' });
    expect(message).toMatch(/the config allows: auric_coins, .*lumees/);
    expect(resultOf(await manualReward({ ...input, grants: [lumees(1)] }, { token: staff })).__typename).toBe(
      'Receipt',
    );
  });

  it('tells an unknown claim type as data, recorded under the key', async () => {
    const before = await ledgerState(playerId);
    const input = { ...victory, type: 'no_such_victory', playerId, key: 'cup-1', idempotencyKey: freshKey() };
    const first = resultOf(await claimReward(input, { token: server }));
    expect(first).toMatchObject({ __typename: 'UnknownClaimType', claimType: 'no_such_victory' });
    expect(resultOf(await claimReward(input, { token: server }))).toEqual(first);
    expect(await ledgerState(playerId)).toEqual({ ...before, rejected: before.rejected + 1 });
  });

  it.each([
    ['a claim without a key where one is needed', { ...victory }, /key: required/],
    ['a calendar claim with a key', { type: 'daily_quest', key: '2026-01-01' }, /key: leave it out/],
  ])('refuses %s', async (_, input, message) => {
    const answer = await writingNothing(playerId, () =>
      claimReward({ ...input, playerId }, { token: server }),
    );
    expect(onlyError(answer)).toMatchObject({
      message: expect.stringMatching(message),
      extensions: { code: 'BAD_USER_INPUT', field: 'key' },
    });
  });
});
