/** previewClaim: it answers what claimReward would answer, to the same callers, and writes nothing. */
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { changedExample, publish } from '../support/worker/balance.ts';
import {
  anonymous,
  asPlayer,
  asServer,
  asStaff,
  type Client,
  call,
  receiptOf,
  rejectionOf,
  resultAs,
  resultOf,
} from '../support/worker/client.ts';
import { onlyError, withOneRead, withoutDatabase } from '../support/worker/fault-answers.ts';
import { startWithoutConfig } from '../support/worker/isolate.ts';
import { addStaffMember, changeStaffMember, ledgerState } from '../support/worker/ledger-state.ts';
import { catchLines, lineOf } from '../support/worker/log-lines.ts';
import { countRequests } from '../support/worker/neon-control.ts';
import { seasonedPlayer, victory } from '../support/worker/scenes.ts';
import type { PreviewClaimInput } from '../support/worker/schema-types.ts';
import { fresh, freshKey, serverToken, ticket } from '../support/worker/service.ts';
import { writingNothing } from '../support/worker/stillness.ts';

beforeAll(catchLines);
beforeEach(() => publish(changedExample(() => {})));

const TOWER = { type: 'ascension_victory', key: 'tower-1', facts: { floor: 10 } } as const;
const cup = (playerId: string, key = 'cup-1') => ({ ...victory, playerId, key });
const newStaff = async (member = {}) => asStaff(await addStaffMember(fresh('staff'), member));

/** What a preview shows of a receipt. */
const EFFECT = ['changes', 'player', 'levelBefore', 'levelAfter', 'tierBefore', 'tierAfter'] as const;

/** The answer of a preview that writes nothing. */
const preview = (playerId: string, input: PreviewClaimInput, client: Client = asServer()) =>
  writingNothing(playerId, () => client.previewClaim(input));
const previewOf = async (...args: Parameters<typeof preview>) =>
  resultAs(await preview(...args), 'ClaimPreview');

describe('a preview that the claim would grant', () => {
  it.each<[string, (playerId: string) => Promise<[Client, PreviewClaimInput]>]>([
    [
      'a player with a ticket',
      async (playerId) => [
        asPlayer(playerId),
        { type: TOWER.type, ticket: await ticket({ playerId, ...TOWER }) },
      ],
    ],
    ['a player and a calendar claim', async (playerId) => [asPlayer(playerId), { type: 'daily_quest' }]],
    ['a game server with facts', async (playerId) => [asServer(), cup(playerId)]],
    ['staff with facts', async (playerId) => [await newStaff(), cup(playerId)]],
  ])('previewClaim shows what the claim then gives, for %s', async (_, prepare) => {
    const playerId = await seasonedPlayer();
    const [client, input] = await prepare(playerId);
    const shown = await previewOf(playerId, input, client);
    expect(shown).toMatchObject({ type: input.type, playerVersion: 1 });
    expect(await previewOf(playerId, input, client)).toEqual(shown);

    const receipt = receiptOf(await client.claimReward({ ...input, expectedVersion: shown.playerVersion }));
    for (const field of EFFECT) expect(shown[field], field).toEqual(receipt[field]);
    expect([shown.key, shown.configVersion]).toEqual([receipt.claim.key, receipt.claim.configVersion]);
    expect(shown.changes.length).toBeGreaterThan(1);
  });

  it('previewClaim shows level-ups for a player who does not exist, and does not create the player', async () => {
    const playerId = fresh('player');
    const shown = await previewOf(playerId, cup(playerId));
    expect(shown).toMatchObject({
      levelBefore: 1,
      levelAfter: 3,
      tierBefore: 'Bronze',
      playerVersion: 0,
      player: { id: playerId, version: 1, level: 3, unspentStatPoints: 6 },
    });
    expect(shown.changes.map(({ resource, delta }) => [resource, delta])).toEqual([
      ['auric_coins', 64],
      ['experience', 500],
      ['levels_paid', 2],
      ['stat_points', 6],
    ]);
    expect((await ledgerState(playerId)).version).toBeNull();
  });

  it('previewClaim follows a changed config at once', async () => {
    const playerId = await seasonedPlayer();
    await publish(changedExample(({ claimTypes }) => (claimTypes.daily_quest.rewards.lumees = 151)));
    const lastChange = async () =>
      (await previewOf(playerId, { type: 'daily_quest', playerId })).changes.at(-1);
    expect(await lastChange()).toMatchObject({ resource: 'lumees', delta: 151 });
    await publish(changedExample(() => {}));
    expect(await lastChange()).toMatchObject({ resource: 'lumees', delta: 150 });
  });
});

describe('a preview that the claim would reject', () => {
  it('previewClaim answers AlreadyClaimed with the original claim and what it gave', async () => {
    const playerId = await seasonedPlayer();
    const { claim, changes } = receiptOf(await asServer().claimReward(cup(playerId)));
    expect(rejectionOf(await preview(playerId, cup(playerId)), 'AlreadyClaimed')).toMatchObject({
      code: 'ALREADY_CLAIMED',
      original: claim,
      changes,
      sourceKey: null,
    });
  });

  it('previewClaim answers AlreadyClaimed with the source key that another claim took', async () => {
    const playerId = await seasonedPlayer();
    const facts = { source_type: 'match', source_id: 'm-1', passing: 3, shooting: 0 };
    const report = { type: 'skill_session', playerId, facts };
    const { claim } = receiptOf(await asServer().claimReward({ ...report, key: 'report-1' }));
    const answer = await preview(playerId, { ...report, key: 'report-2' });
    expect(rejectionOf(answer, 'AlreadyClaimed')).toMatchObject({
      original: claim,
      sourceKey: { type: 'skill:passing', key: '5:match3:m-1' },
    });
  });

  it('previewClaim answers LimitExceeded when the claims of the day are used up', async () => {
    const playerId = await seasonedPlayer();
    const chest = (key: string) => ({ type: 'arena_chest', key, playerId });
    for (const key of ['1', '2', '3', '4', '5']) receiptOf(await asServer().claimReward(chest(key)));
    expect(rejectionOf(await preview(playerId, chest('6')), 'LimitExceeded')).toMatchObject({
      limit: 'CLAIMS',
      bound: 5,
      remaining: 0,
    });
  });

  it("previewClaim answers LimitExceeded when the reward is above the staff member's limit", async () => {
    const playerId = await seasonedPlayer();
    const answer = await preview(playerId, cup(playerId), await newStaff({ limit: 100 }));
    expect(rejectionOf(answer, 'LimitExceeded')).toMatchObject({
      limit: 'STAFF_REWARD',
      bound: 100,
      requested: 500 + 64 * 10,
    });
  });

  it.each<[string, PreviewClaimInput, object]>([
    ['NotEligible', { ...TOWER, facts: null }, { why: 'TICKET_REQUIRED', claimType: TOWER.type }],
    ['NotEligible', { type: 'tournament_reward', key: 'cup-1' }, { why: 'SERVER_ONLY' }],
    ['UnknownClaimType', { type: 'no_such_victory', key: 'x' }, { claimType: 'no_such_victory' }],
    ['VersionConflict', { type: 'daily_quest', expectedVersion: 7 }, { expected: 7, current: 1 }],
  ])('previewClaim answers %s with its details to a player', async (__typename, input, details) => {
    const playerId = await seasonedPlayer();
    const result = resultOf(await preview(playerId, input, asPlayer(playerId)));
    expect(result).toMatchObject({ __typename, ...details });
    expect((result as { message: string }).message.length).toBeGreaterThan(20);
  });

  it('previewClaim answers UnknownPlayer to staff, who cannot create players', async () => {
    const playerId = fresh('nobody');
    const answer = await preview(playerId, cup(playerId), await newStaff());
    expect(rejectionOf(answer, 'UnknownPlayer').playerId).toBe(playerId);
  });
});

describe('the ticket of a preview', () => {
  it('a ticket is not used up by previewClaim, which answers AlreadyClaimed after the ticket was claimed', async () => {
    const playerId = await seasonedPlayer();
    const player = asPlayer(playerId);
    const input = { type: TOWER.type, ticket: await ticket({ playerId, ...TOWER }) };
    await previewOf(playerId, input, player);
    receiptOf(await player.claimReward(input));
    rejectionOf(await preview(playerId, input, player), 'AlreadyClaimed');
  });

  it.each<[string, object, Partial<PreviewClaimInput>, string, string]>([
    ["another player's ticket", { playerId: 'somebody-else' }, {}, 'FORBIDDEN', 'ticket'],
    ['a ticket for another claim type', { type: 'pvp_victory' }, {}, 'BAD_USER_INPUT', 'type'],
    ['a ticket for another key', {}, { key: 'tower-2' }, 'BAD_USER_INPUT', 'key'],
    ['a text that is not a ticket', {}, { ticket: 'e30.e30.e30' }, 'FORBIDDEN', 'ticket'],
  ])('previewClaim rejects %s without a request to the database', async (_, signed, over, code, field) => {
    const playerId = await seasonedPlayer();
    const proof = await ticket({ playerId, ...TOWER, ...signed });
    const input = { type: TOWER.type, ticket: proof, ...over };
    const answer = await withoutDatabase(playerId, () => asPlayer(playerId).previewClaim(input));
    expect(onlyError(answer).extensions).toMatchObject({ code, field, retryable: false });
  });

  it.each<[string, object, string, string]>([
    ['an expired ticket', { expiresInSeconds: -120 }, 'FORBIDDEN', 'ticket'],
    [
      'a ticket whose fact is out of bounds',
      { facts: { floor: 501 } },
      'BAD_USER_INPUT',
      'ticket.facts.floor',
    ],
  ])('previewClaim rejects %s and reads only whether the config is current', async (_, signed, code, field) => {
    const playerId = await seasonedPlayer();
    const input = { type: TOWER.type, ticket: await ticket({ playerId, ...TOWER, ...signed }) };
    const answer = await withOneRead(playerId, () => asPlayer(playerId).previewClaim(input));
    expect(onlyError(answer).extensions).toMatchObject({ code, field, retryable: false });
  });
});

describe('the callers of previewClaim', () => {
  const daily = { type: 'daily_quest' };
  it.each<[string, PreviewClaimInput, (playerId: string) => Client, string]>([
    ['another player', daily, () => asPlayer(fresh('player')), 'FORBIDDEN'],
    ['a player with facts', TOWER, asPlayer, 'FORBIDDEN'],
    ['a server with a ticket', { ...TOWER, facts: null, ticket: 'x' }, () => asServer(), 'BAD_USER_INPUT'],
    ['a caller without a token', daily, () => anonymous(), 'UNAUTHENTICATED'],
  ])('previewClaim is not for %s', async (_, input, clientFor, code) => {
    const playerId = await seasonedPlayer();
    const client = clientFor(playerId);
    const answer = await withoutDatabase(playerId, () => client.previewClaim({ ...input, playerId }));
    expect(onlyError(answer).extensions.code).toBe(code);
  });

  it('previewClaim is not for staff who are unknown, disabled or of a role that may not claim, even with malformed facts', async () => {
    const playerId = await seasonedPlayer();
    const disabled = await addStaffMember(fresh('staff'));
    await changeStaffMember(disabled, { disabled: true });
    for (const client of [await newStaff({ role: 'auditor' }), asStaff(fresh('stranger')), asStaff(disabled)])
      for (const input of [cup(playerId), { ...cup(playerId), facts: { rank: 65 } }])
        expect(onlyError(await preview(playerId, input, client)).extensions.code).toBe('FORBIDDEN');
  });
});

describe('malformed input of previewClaim', () => {
  it.each([
    ['a fact out of bounds', { facts: { rank: 65, participants: 16 } }, 'facts.rank', /from 1 to 64/],
    ['a missing fact', { facts: { rank: 1 } }, 'facts.participants', /required/],
    ['a missing key', { key: null }, 'key', /required/],
  ])('previewClaim names the field and its bound and reads only whether the config is current: %s', async (_, over, field, message) => {
    const playerId = await seasonedPlayer();
    const input = { ...cup(playerId), ...over };
    const answer = await withOneRead(playerId, () => asServer().previewClaim(input));
    const error = onlyError(answer);
    expect(error.extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: expect.stringContaining(field) });
    expect(error.message).toMatch(message);
  });

  it('previewClaim takes no idempotency key', async () => {
    const playerId = await seasonedPlayer();
    const input = { ...cup(playerId), idempotencyKey: freshKey() };
    const token = await serverToken();
    const answer = await withoutDatabase(playerId, () => call('previewClaim', input, { token }));
    const error = onlyError(answer);
    expect(error.extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: expect.stringContaining('input'),
    });
    expect(error.message).toMatch(/idempotencyKey/);
  });

  it('previewClaim names the malformed fact to staff who may claim', async () => {
    const playerId = await seasonedPlayer();
    const input = { ...cup(playerId), facts: { rank: 65, participants: 16 } };
    const answer = await preview(playerId, input, await newStaff());
    expect(onlyError(answer).extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: 'facts.rank' });
  });
});

it('previewClaim makes one request to the database and logs one line', async () => {
  const playerId = await seasonedPlayer();
  const lineFor = async (key: string) => {
    const answers: Awaited<ReturnType<Client['previewClaim']>>[] = [];
    const count = await countRequests(playerId, async () => {
      answers.push(await asServer('arena-1').previewClaim(cup(playerId, key)));
    });
    expect(count).toBe(1);
    return answers.map(lineOf)[0];
  };
  const line = await lineFor('cup-1');
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
  // The field `amounts` is for what has moved.
  expect(line).not.toHaveProperty('amounts');
  expect(await lineFor('cup-0')).toMatchObject({ success: false, code: 'ALREADY_CLAIMED' });
});

it('previewClaim in an isolate without a config is computed under the config that the kernel answers with', async () => {
  const playerId = await seasonedPlayer();
  const expected = resultOf(await asServer().previewClaim(cup(playerId)));
  const answer = await asServer().previewClaim(cup(playerId), { door: startWithoutConfig() });
  expect(resultOf(answer)).toEqual(expected);
});
