/** previewExchange: it answers what exchange would answer, shows the odds of draws without a roll, and writes nothing. */
import { beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { changedExample, type Document, publish } from '../support/worker/balance.ts';
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
import { addStaffMember, ledgerState } from '../support/worker/ledger-state.ts';
import { catchLines, lineOf } from '../support/worker/log-lines.ts';
import { countRequests } from '../support/worker/neon-control.ts';
import { letTimePass, playerWith } from '../support/worker/players.ts';
import type { ExchangePreview, PreviewExchangeInput } from '../support/worker/schema-types.ts';
import { fresh } from '../support/worker/service.ts';
import { writingNothing } from '../support/worker/stillness.ts';

beforeAll(catchLines);
beforeEach(() => publish(changedExample(() => {})));

/** What a preview shows of a receipt. */
const EFFECT = ['changes', 'player', 'levelBefore', 'levelAfter', 'tierBefore', 'tierAfter'] as const;

/** The answer of a preview that writes nothing. */
const preview = (playerId: string, input: PreviewExchangeInput, client: Client = asPlayer(playerId)) =>
  writingNothing(playerId, () => client.previewExchange(input));
const previewOf = async (...args: Parameters<typeof preview>) =>
  resultAs(await preview(...args), 'ExchangePreview');
const exchange = async (playerId: string, input: PreviewExchangeInput) =>
  receiptOf(await asPlayer(playerId).exchange(input));

const causesOf = ({ changes }: Pick<ExchangePreview, 'changes'>) =>
  changes.map(({ cause, before, after }) => [cause, before, after]);

describe('a preview that the exchange would grant', () => {
  it.each<[string, PreviewExchangeInput]>([
    ['a purchase', { exchange: 'buy_summon_token', quantity: 3 }],
    ['an opening balance', { exchange: 'drop' }],
    ['a level-up', { exchange: 'training' }],
  ])('previewExchange shows what the exchange then does, with %s', async (_, input) => {
    const { playerId } = await playerWith({ auric_coins: 900, experience: 90 });
    const shown = await previewOf(playerId, input);
    expect(shown).toMatchObject({ draws: [], playerVersion: 2 });
    const receipt = await exchange(playerId, { ...input, expectedVersion: shown.playerVersion });
    // Regeneration starts with the exchange, which is later than the preview.
    const withoutTimes = (value: unknown) =>
      JSON.parse(JSON.stringify(value), (key, inner) => (key.endsWith('At') ? null : inner));
    for (const field of EFFECT)
      expect(withoutTimes(shown[field]), field).toEqual(withoutTimes(receipt[field]));
  });

  it('previewExchange shows regeneration before the price', async () => {
    const { playerId } = await playerWith({ lumees: 1 });
    for (const _ of [1, 2, 3]) await exchange(playerId, { exchange: 'drop' });
    await letTimePass(playerId, 'drop_charges', 3_700);
    const shown = await previewOf(playerId, { exchange: 'drop' });
    expect(causesOf(shown).slice(0, 2)).toEqual([
      ['REGENERATION', 2, 3],
      ['OPERATION', 3, 2],
    ]);
    expect((await exchange(playerId, { exchange: 'drop' })).changes).toEqual(shown.changes);
  });

  it('previewExchange shows opening balances for a player who does not exist, and does not create the player', async () => {
    const playerId = fresh('player');
    const shown = await previewOf(playerId, { exchange: 'drop', playerId }, asServer());
    expect(causesOf(shown).map(([cause, _, after]) => [cause, after])).toEqual([
      ['OPENING', 5],
      ['OPERATION', 4],
      ['OPERATION', 5],
    ]);
    expect((await ledgerState(playerId)).version).toBeNull();
  });
});

describe('a preview of an exchange with draws', () => {
  it('previewExchange shows the number of draws, every outcome with its weight and gifts, and the guarantee', async () => {
    const { playerId } = await playerWith({ summon_tokens: 10 });
    const shown = await previewOf(playerId, { exchange: 'multi_summon' });
    const { outcomes } = (inject('config').document as Document).drawTables.summons;
    expect(shown.draws).toEqual([
      {
        table: 'summons',
        draws: 11,
        of: 10_000,
        outcomes: Object.keys(outcomes)
          .sort()
          .map((name) => ({
            name,
            weight: outcomes[name].weight,
            gives: Object.entries(outcomes[name].gives).map(([resource, amount]) => ({ resource, amount })),
            table: null,
          })),
        guarantees: [
          {
            counter: 'pity:summons',
            outcomes: ['legendary_dragon_queen'],
            since: 0,
            certainWithin: 90,
          },
        ],
      },
    ]);
    // Only the price is certain.
    expect(shown.changes.map(({ resource, delta }) => [resource, delta])).toEqual([['summon_tokens', -10]]);
    expect(await previewOf(playerId, { exchange: 'multi_summon' })).toEqual(shown);
  });

  it('previewExchange counts down to the draw that the guarantee makes certain', async () => {
    await publish(changedExample(({ drawTables }) => (drawTables.summons.guarantees[0].after = 3)));
    const { playerId } = await playerWith({ summon_tokens: 40 });
    let without = 0;
    for (let round = 0; round < 14; round++) {
      const guarantee = (await previewOf(playerId, { exchange: 'summon' })).draws[0]?.guarantees[0];
      expect(guarantee).toMatchObject({ since: without, certainWithin: 4 - without });
      const [draw] = (await exchange(playerId, { exchange: 'summon' })).claim.draws;
      expect(draw?.guaranteed).toBe(guarantee?.certainWithin === 1);
      without = draw?.outcome === 'legendary_dragon_queen' ? 0 : without + 1;
    }
  });

  it('previewExchange shows the odds of the current config', async () => {
    const { playerId } = await playerWith({ summon_tokens: 1 });
    await publish(
      changedExample(({ drawTables }) => {
        drawTables.summons.outcomes.common_archer.weight = 1_500;
        delete drawTables.summons.guarantees;
      }),
    );
    const [odds] = (await previewOf(playerId, { exchange: 'summon' })).draws;
    expect(odds).toMatchObject({ of: 8_000, guarantees: [], draws: 1 });
  });
});

describe('a preview that the exchange would reject', () => {
  it.each<[string, PreviewExchangeInput, object]>([
    ['InsufficientBalance', { exchange: 'summon' }, { resource: 'summon_tokens', available: 0, required: 1 }],
    ['UnknownExchange', { exchange: 'happy_hour' }, { exchange: 'happy_hour' }],
    ['VersionConflict', { exchange: 'drop', expectedVersion: 1 }, { expected: 1, current: 2 }],
  ])('previewExchange answers %s with the details and the message of the exchange', async (__typename, input, details) => {
    const { playerId } = await playerWith({ lumees: 1 });
    const { correlationId: _, ...shown } = resultOf(await preview(playerId, input)) as {
      correlationId: string;
    };
    expect(shown).toMatchObject({ __typename, ...details });
    expect(resultOf(await asPlayer(playerId).exchange(input))).toMatchObject(shown);
  });

  it('previewExchange answers LimitExceeded when the quantity is more than is left of the day', async () => {
    const { playerId } = await playerWith({ auric_coins: 9_000 });
    const buy = (quantity: number) => ({ exchange: 'buy_summon_token', quantity });
    for (const _ of [1, 2]) await exchange(playerId, buy(8));
    expect(rejectionOf(await preview(playerId, buy(5)), 'LimitExceeded')).toMatchObject({
      limit: 'EXCHANGES',
      bound: 20,
      remaining: 4,
      requested: 5,
    });
    await previewOf(playerId, buy(4));
  });
});

it.each([
  ['a quantity of 0', { quantity: 0 }, 'input.quantity', /integer from 1 to 100/],
  ['a negative quantity', { quantity: -1 }, 'input.quantity', /integer from 1 to 100/],
  ['a quantity of 2^53', { quantity: 2 ** 53 }, 'input.quantity', /integer from 1 to 100/],
])('previewExchange rejects %s, names the bound and makes no request to the database', async (_, over, field, bound) => {
  const { playerId, token } = await playerWith({ lumees: 1 });
  const input = { exchange: 'drop', ...over };
  const answer = await withoutDatabase(playerId, () => call('previewExchange', input, { token }));
  const { message, extensions } = onlyError(answer);
  expect(extensions).toMatchObject({ code: 'BAD_USER_INPUT', field });
  expect(message).toMatch(bound);
});

it('previewExchange rejects a quantity above that of the exchange and reads only whether the config is current', async () => {
  const { playerId } = await playerWith({ lumees: 1 });
  const input = { exchange: 'drop', quantity: 2 };
  const answer = await withOneRead(playerId, () => asPlayer(playerId).previewExchange(input));
  const { message, extensions } = onlyError(answer);
  expect(extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: 'quantity' });
  expect(message).toMatch(/1 to 1 for drop/);
});

it.each([
  ['another player', async () => asPlayer(fresh('player')), 'FORBIDDEN'],
  ['staff', async () => asStaff(await addStaffMember(fresh('staff'), { role: 'admin' })), 'FORBIDDEN'],
  ['a caller without a token', async () => anonymous(), 'UNAUTHENTICATED'],
])('previewExchange is not for %s', async (_, createClient, code) => {
  const { playerId } = await playerWith({ lumees: 1 });
  const client = await createClient();
  const input = { exchange: 'drop', playerId };
  const answer = await withoutDatabase(playerId, () => client.previewExchange(input));
  expect(onlyError(answer).extensions.code).toBe(code);
});

it('previewExchange makes one request to the database and logs one line', async () => {
  const { playerId } = await playerWith({ summon_tokens: 1 });
  const count = await countRequests(playerId, async () => {
    const answer = await asPlayer(playerId).previewExchange({ exchange: 'summon' });
    expect(lineOf(answer)).toMatchObject({
      operation: 'previewExchange',
      success: true,
      player: playerId,
      claimType: 'summon',
      requested: { summon_tokens: -1 },
    });
  });
  expect(count).toBe(1);
});
