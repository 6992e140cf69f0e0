import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { changedExample, publish } from '../support/worker/balance.ts';
import { askingNobody, onlyError } from '../support/worker/fault-answers.ts';
import { startWithoutConfig } from '../support/worker/isolate.ts';
import { addStaffMember, ledgerState, owner } from '../support/worker/ledger-state.ts';
import { catchLines, lineOf } from '../support/worker/log-lines.ts';
import { claimReward, type Result, resultOf } from '../support/worker/mutations.ts';
import { countRequests } from '../support/worker/neon-control.ts';
import { previewClaim } from '../support/worker/previews.ts';
import { seasonedPlayer, victory } from '../support/worker/scenes.ts';
import { fresh, playerToken, serverToken, staffToken, ticket } from '../support/worker/service.ts';
import { writingNothing } from '../support/worker/stillness.ts';

let server: string;
beforeAll(async () => {
  catchLines();
  server = await serverToken();
});
beforeEach(() => publish(changedExample(() => {})));

const cup = (playerId: string, key = 'cup-1') => ({ ...victory, playerId, key });
const tower = { type: 'ascension_victory', key: 'tower-1', facts: { floor: 10 } };
const newStaff = async (options = {}) => staffToken(await addStaffMember(fresh('staff'), options));
/** Previews, and asserts that it left no trace. */
const previewed = async (playerId: string, input: object, token?: string): Promise<Result> =>
  resultOf(await writingNothing(playerId, () => previewClaim(input, { token })));

describe('a preview shows what the claim then gives', () => {
  it.each([
    [
      'a player with a ticket',
      playerToken,
      async (playerId: string) => ({ type: tower.type, ticket: await ticket({ playerId, ...tower }) }),
    ],
    ['a player, by the calendar', playerToken, async () => ({ type: 'daily_quest' })],
    ['a game server, with facts', () => serverToken(), async (playerId: string) => cup(playerId)],
    ['staff, with facts', () => newStaff(), async (playerId: string) => cup(playerId)],
  ])('%s', async (_, tokenOf, inputOf) => {
    const playerId = await seasonedPlayer();
    const [token, input] = [await tokenOf(playerId), await inputOf(playerId)];
    const preview = await previewed(playerId, input, token);
    expect(preview).toMatchObject({ __typename: 'ClaimPreview', type: input.type, playerVersion: 1 });
    // Asked twice it is the same: nothing was used up.
    expect(await previewed(playerId, input, token)).toEqual(preview);

    const receipt = resultOf(
      await claimReward({ ...input, expectedVersion: preview.playerVersion }, { token }),
    );
    expect(receipt.__typename).toBe('Receipt');
    for (const field of ['changes', 'player', 'levelBefore', 'levelAfter', 'tierBefore', 'tierAfter'])
      expect(preview[field], field).toEqual(receipt[field]);
    expect([preview.key, preview.configVersion]).toEqual([receipt.claim.key, receipt.claim.configVersion]);
    expect(preview.changes.length).toBeGreaterThan(1);
  });

  it('with the level-ups that it would set off, for a player who has done nothing yet, and creates nobody', async () => {
    const playerId = fresh('player');
    const preview = await previewed(playerId, cup(playerId), server);
    expect(preview).toMatchObject({
      levelBefore: 1,
      levelAfter: 3,
      tierBefore: 'Bronze',
      playerVersion: 0,
      player: { id: playerId, version: 1, level: 3, unspentStatPoints: 6 },
    });
    expect(preview.changes.map(({ resource, delta }: Result) => [resource, delta])).toEqual([
      ['auric_coins', 64],
      ['experience', 500],
      ['levels_paid', 2],
      ['stat_points', 6],
    ]);
    expect((await ledgerState(playerId)).version).toBeNull();
  });

  it('of the config of this very moment', async () => {
    const playerId = await seasonedPlayer();
    await publish(changedExample(({ claimTypes }) => (claimTypes.daily_quest.rewards.lumees = 151)));
    const input = { type: 'daily_quest', playerId };
    const gives = async () => (await previewed(playerId, input, server)).changes.at(-1);
    expect(await gives()).toMatchObject({ resource: 'lumees', delta: 151 });
    await publish(changedExample(() => {}));
    expect(await gives()).toMatchObject({ resource: 'lumees', delta: 150 });
  });
});

describe('a preview shows the "no" that the claim would be', () => {
  it('AlreadyClaimed, with the original and what it gave', async () => {
    const playerId = await seasonedPlayer();
    const { claim, changes } = resultOf(await claimReward(cup(playerId), { token: server }));
    const preview = await previewed(playerId, cup(playerId), server);
    expect(preview).toMatchObject({
      __typename: 'AlreadyClaimed',
      code: 'ALREADY_CLAIMED',
      claim: { id: claim.id },
      changes,
      sourceKey: null,
    });
  });

  it('AlreadyClaimed, by the source that another claim was paid for', async () => {
    const playerId = await seasonedPlayer();
    const facts = { source_type: 'match', source_id: 'm-1', passing: 3, shooting: 0 };
    const report = { type: 'skill_session', playerId, facts };
    const { claim } = resultOf(await claimReward({ ...report, key: 'report-1' }, { token: server }));
    expect(await previewed(playerId, { ...report, key: 'report-2' }, server)).toMatchObject({
      __typename: 'AlreadyClaimed',
      claim: { id: claim.id },
      sourceKey: { type: 'skill:passing', key: 'match/m-1' },
    });
  });

  it('LimitExceeded, of the day', async () => {
    const playerId = await seasonedPlayer();
    const chest = (key: string) => ({ type: 'arena_chest', key, playerId });
    for (const key of ['1', '2', '3', '4', '5']) await claimReward(chest(key), { token: server });
    expect(await previewed(playerId, chest('6'), server)).toMatchObject({
      __typename: 'LimitExceeded',
      limit: 'CLAIMS_PER_DAY',
      bound: 5,
      remaining: 0,
    });
  });

  it("LimitExceeded, of the staff member's own", async () => {
    const playerId = await seasonedPlayer();
    const token = await newStaff({ limit: 100 });
    expect(await previewed(playerId, cup(playerId), token)).toMatchObject({
      __typename: 'LimitExceeded',
      limit: 'STAFF_REWARD',
      bound: 100,
      requested: 564,
    });
  });

  it.each([
    ['NotEligible', { ...tower, facts: null }, { why: 'TICKET_REQUIRED', claimType: tower.type }],
    ['NotEligible', { type: 'tournament_reward', key: 'cup-1' }, { why: 'SERVER_ONLY' }],
    ['UnknownClaimType', { type: 'no_such_victory', key: 'x' }, { claimType: 'no_such_victory' }],
    ['VersionConflict', { type: 'daily_quest', expectedVersion: 7 }, { expected: 7, current: 1 }],
  ])('%s', async (__typename, input, told) => {
    const playerId = await seasonedPlayer();
    const preview = await previewed(playerId, input, await playerToken(playerId));
    expect(preview).toMatchObject({ __typename, ...told });
    expect(preview.message.length).toBeGreaterThan(20);
  });

  it('UnknownPlayer, to staff, who create nobody', async () => {
    const playerId = fresh('nobody');
    expect(await previewed(playerId, cup(playerId), await newStaff())).toMatchObject({
      __typename: 'UnknownPlayer',
      playerId,
    });
  });
});

describe('a ticket is verified as for claimReward, and not used up', () => {
  it('shows a redeemed one as AlreadyClaimed, and one that has not been as what it would give', async () => {
    const playerId = await seasonedPlayer();
    const token = await playerToken(playerId);
    const input = { type: tower.type, ticket: await ticket({ playerId, ...tower }) };
    expect((await previewed(playerId, input, token)).__typename).toBe('ClaimPreview');
    expect(resultOf(await claimReward(input, { token })).__typename).toBe('Receipt');
    expect((await previewed(playerId, input, token)).__typename).toBe('AlreadyClaimed');
  });

  it.each([
    ['an expired one', { expiresInSeconds: -60 }, {}, 'FORBIDDEN', 'ticket'],
    ['one of another player', { playerId: 'somebody-else' }, {}, 'FORBIDDEN', 'ticket'],
    ['one for another claim type', { type: 'pvp_victory' }, {}, 'BAD_USER_INPUT', 'type'],
    ['one for another key', {}, { key: 'tower-2' }, 'BAD_USER_INPUT', 'key'],
    ['one that is none', {}, { ticket: 'e30.e30.e30' }, 'FORBIDDEN', 'ticket'],
    ['one with a fact too high', { facts: { floor: 501 } }, {}, 'BAD_USER_INPUT', 'ticket.facts.floor'],
  ])('refuses %s without asking the database', async (_, signed, over, code, field) => {
    const playerId = await seasonedPlayer();
    const token = await playerToken(playerId);
    const input = { type: tower.type, ticket: await ticket({ playerId, ...tower, ...signed }), ...over };
    const answer = await askingNobody(playerId, () => previewClaim(input, { token }));
    expect(onlyError(answer).extensions).toMatchObject({ code, field, retryable: false });
  });
});

describe('who may preview is who may claim', () => {
  it.each([
    ['a player for another', { type: 'daily_quest' }, () => playerToken(fresh('player')), 'FORBIDDEN'],
    ['a player with facts of their own', tower, playerToken, 'FORBIDDEN'],
    ['a server with a ticket', { ...tower, facts: null, ticket: 'x' }, () => serverToken(), 'BAD_USER_INPUT'],
    ['nobody', { type: 'daily_quest' }, async () => undefined, 'UNAUTHENTICATED'],
  ])('not %s', async (_, input, tokenOf, code) => {
    const playerId = await seasonedPlayer();
    const token = await tokenOf(playerId);
    const answer = await askingNobody(playerId, () => previewClaim({ ...input, playerId }, { token }));
    expect(onlyError(answer).extensions.code).toBe(code);
  });

  it('not staff whose role does not allow it, who are unknown, or disabled, whatever they ask', async () => {
    const playerId = await seasonedPlayer();
    const disabled = await addStaffMember(fresh('staff'));
    await owner`UPDATE onceward.staff SET disabled_at = now() WHERE id = ${disabled}`;
    const tokens = [
      await newStaff({ role: 'auditor' }),
      await staffToken(fresh('stranger')),
      await staffToken(disabled),
    ];
    for (const token of tokens)
      for (const input of [cup(playerId), { ...cup(playerId), facts: { rank: 65 } }]) {
        const answer = await writingNothing(playerId, () => previewClaim(input, { token }));
        expect(onlyError(answer).extensions.code).toBe('FORBIDDEN');
      }
  });
});

describe('input that it cannot take', () => {
  it.each([
    ['a fact beyond its bound', { facts: { rank: 65, participants: 16 } }, 'facts.rank', /from 1 to 64/],
    ['a fact too few', { facts: { rank: 1 } }, 'facts.participants', /required/],
    ['no key where one is needed', { key: null }, 'key', /required/],
    ['an idempotency key', { idempotencyKey: 'key-0000000000000001' }, 'input', /idempotencyKey/],
  ])('%s names the field and the bound, and asks nobody', async (_, over, field, message) => {
    const playerId = await seasonedPlayer();
    const input = { ...cup(playerId), ...over };
    const answer = await askingNobody(playerId, () => previewClaim(input, { token: server }));
    const error = onlyError(answer);
    expect(error.extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: expect.stringContaining(field) });
    expect(error.message).toMatch(message);
  });

  it('of staff is told to those who may ask', async () => {
    const playerId = await seasonedPlayer();
    const input = { ...cup(playerId), facts: { rank: 65, participants: 16 } };
    const answer = await previewClaim(input, { token: await newStaff() });
    expect(onlyError(answer).extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: 'facts.rank' });
  });
});

it('asks the database once, and leaves one line', async () => {
  const playerId = await seasonedPlayer();
  const ask = async (input: object) => {
    let answer: Awaited<ReturnType<typeof previewClaim>> | undefined;
    const count = await countRequests(playerId, async () => {
      answer = await previewClaim(input, { token: server });
    });
    expect(count).toBe(1);
    return lineOf(answer as NonNullable<typeof answer>);
  };
  const line = await ask(cup(playerId));
  expect(line).toMatchObject({
    level: 'info',
    operation: 'previewClaim',
    success: true,
    actor: 'server:arena-1',
    player: playerId,
    claimType: 'tournament_reward',
    claimKey: 'cup-1',
    requested: { experience: 500, auric_coins: 64 },
    configVersion: expect.any(Number),
  });
  // What moved is told of what moved alone.
  expect(line).not.toHaveProperty('amounts');
  expect(await ask(cup(playerId, 'cup-0'))).toMatchObject({ success: false, code: 'ALREADY_CLAIMED' });
});

it('makes no rewards up where there is no config', async () => {
  const playerId = await seasonedPlayer();
  const answer = await previewClaim(cup(playerId), { token: server, door: startWithoutConfig() });
  expect(answer.errors?.[0]?.extensions).toMatchObject({ code: 'CONFIG_UNAVAILABLE', retryable: true });
});
