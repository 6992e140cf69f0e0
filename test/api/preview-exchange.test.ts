import { beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { changedExample, type Document, publish } from '../support/worker/balance.ts';
import { askingNobody, onlyError } from '../support/worker/fault-answers.ts';
import { addStaffMember, ledgerState } from '../support/worker/ledger-state.ts';
import { catchLines, lineOf } from '../support/worker/log-lines.ts';
import { exchange, type Result, resultOf } from '../support/worker/mutations.ts';
import { countRequests } from '../support/worker/neon-control.ts';
import { letTimePass, playerWith } from '../support/worker/players.ts';
import { previewExchange } from '../support/worker/previews.ts';
import { fresh, playerToken, serverToken, staffToken } from '../support/worker/service.ts';
import { writingNothing } from '../support/worker/stillness.ts';

beforeAll(catchLines);
beforeEach(() => publish(changedExample(() => {})));

const previewed = async (playerId: string, input: object, token: string): Promise<Result> =>
  resultOf(await writingNothing(playerId, () => previewExchange(input, { token })));
const EFFECT = ['changes', 'player', 'levelBefore', 'levelAfter', 'tierBefore', 'tierAfter'];

describe('a preview shows what the exchange then does', () => {
  it.each([
    ['a purchase', { exchange: 'buy_summon_token', quantity: 3 }],
    ['what begins with something', { exchange: 'drop' }],
    ['a level-up', { exchange: 'training' }],
  ])('%s', async (_, input) => {
    const { playerId, token } = await playerWith({ auric_coins: 900, experience: 90 });
    const preview = await previewed(playerId, input, token);
    expect(preview).toMatchObject({ __typename: 'ExchangePreview', draws: [], playerVersion: 2 });
    const receipt = resultOf(await exchange({ ...input, expectedVersion: preview.playerVersion }, { token }));
    for (const field of EFFECT) {
      // Where something comes back with time, its clock begins with the exchange, a moment later.
      const timeless = (value: unknown) =>
        JSON.parse(JSON.stringify(value), (key, inner) => (key.endsWith('At') ? null : inner));
      expect(timeless(preview[field]), field).toEqual(timeless(receipt[field]));
    }
  });

  it('what has come back with time, before what would be spent', async () => {
    const { playerId, token } = await playerWith({ lumees: 1 });
    for (const _ of [1, 2, 3]) await exchange({ exchange: 'drop' }, { token });
    await letTimePass(playerId, 'drop_charges', 3_700);
    const { changes } = await previewed(playerId, { exchange: 'drop' }, token);
    const causes = changes.map(({ cause, before, after }: Result) => [cause, before, after]);
    expect(causes.slice(0, 2)).toEqual([
      ['REGENERATION', 2, 3],
      ['OPERATION', 3, 2],
    ]);
    const receipt = resultOf(await exchange({ exchange: 'drop' }, { token }));
    expect(receipt.changes).toEqual(changes);
  });

  it('for a player who has done nothing yet, and creates nobody', async () => {
    const playerId = fresh('player');
    const input = { exchange: 'drop', playerId };
    const preview = await previewed(playerId, input, await serverToken());
    expect(preview.changes.map(({ cause, after }: Result) => [cause, after])).toEqual([
      ['OPENING', 5],
      ['OPERATION', 4],
      ['OPERATION', 5],
    ]);
    expect((await ledgerState(playerId)).version).toBeNull();
  });
});

describe('of draws it shows the odds, and rolls nothing', () => {
  it('how often, each outcome with its weight and what it gives, and the sum', async () => {
    const { playerId, token } = await playerWith({ summon_tokens: 10 });
    const preview = await previewed(playerId, { exchange: 'multi_summon' }, token);
    const table = (inject('config').document as Document).drawTables.summons;
    expect(preview.draws).toEqual([
      {
        table: 'summons',
        draws: 11,
        of: 10_000,
        outcomes: Object.keys(table.outcomes)
          .sort()
          .map((name) => ({
            name,
            weight: table.outcomes[name].weight,
            gives: Object.entries(table.outcomes[name].gives).map(([resource, amount]) => ({
              resource,
              amount,
            })),
          })),
        guarantee: {
          counter: 'pity:summons',
          outcomes: ['legendary_dragon_queen'],
          since: 0,
          certainWithin: 90,
        },
      },
    ]);
    // The price is all that is certain.
    expect(preview.changes.map(({ resource, delta }: Result) => [resource, delta])).toEqual([
      ['summon_tokens', -10],
    ]);
    expect(await previewed(playerId, { exchange: 'multi_summon' }, token)).toEqual(preview);
  });

  it('where the guarantee stands, down to the draw that is certain, and it is', async () => {
    await publish(changedExample(({ drawTables }) => (drawTables.summons.guarantee.after = 3)));
    const { playerId, token } = await playerWith({ summon_tokens: 40 });
    let without = 0;
    for (let round = 0; round < 14; round++) {
      const preview = await previewed(playerId, { exchange: 'summon' }, token);
      const { since, certainWithin } = preview.draws[0].guarantee;
      expect([since, certainWithin]).toEqual([without, 4 - without]);
      const [draw] = resultOf(await exchange({ exchange: 'summon' }, { token })).claim.draws;
      expect(draw.guaranteed).toBe(certainWithin === 1);
      without = draw.outcome === 'legendary_dragon_queen' ? 0 : without + 1;
    }
  });

  it('of the table as it is now', async () => {
    const { playerId, token } = await playerWith({ summon_tokens: 1 });
    await publish(
      changedExample(({ drawTables }) => {
        drawTables.summons.outcomes.common_archer.weight = 1_500;
        delete drawTables.summons.guarantee;
      }),
    );
    const [odds] = (await previewed(playerId, { exchange: 'summon' }, token)).draws;
    expect(odds).toMatchObject({ of: 8_000, guarantee: null, draws: 1 });
  });
});

describe('a preview shows the "no" that the exchange would be', () => {
  it.each([
    ['InsufficientBalance', { exchange: 'summon' }, { resource: 'summon_tokens', available: 0, required: 1 }],
    ['UnknownExchange', { exchange: 'happy_hour' }, { exchange: 'happy_hour' }],
    ['VersionConflict', { exchange: 'drop', expectedVersion: 1 }, { expected: 1, current: 2 }],
  ])('%s', async (__typename, input, told) => {
    const { playerId, token } = await playerWith({ lumees: 1 });
    const preview = await previewed(playerId, input, token);
    expect(preview).toMatchObject({ __typename, ...told });
    const answer = await exchange(input, { token });
    expect(resultOf(answer)).toMatchObject({ __typename, ...told, message: preview.message });
  });

  it('LimitExceeded, of the day', async () => {
    const { playerId, token } = await playerWith({ auric_coins: 9_000 });
    const buy = (quantity: number) => ({ exchange: 'buy_summon_token', quantity });
    for (const _ of [1, 2]) await exchange(buy(8), { token });
    expect(await previewed(playerId, buy(5), token)).toMatchObject({
      __typename: 'LimitExceeded',
      limit: 'EXCHANGES_PER_DAY',
      bound: 20,
      remaining: 4,
      requested: 5,
    });
    expect((await previewed(playerId, buy(4), token)).__typename).toBe('ExchangePreview');
  });
});

it.each([
  ['a quantity of none', { quantity: 0 }, 'quantity', /must be 1 to 100/],
  ['a negative one', { quantity: -1 }, 'quantity', /must be 1 to 100/],
  ['one above what the exchange allows', { quantity: 2 }, 'quantity', /drop is made 1 to 1 times/],
  ['one beyond 2^53 − 1', { quantity: 2 ** 53 }, 'input.quantity', /9007199254740991/],
])('%s is refused: the field and the bound are named, and nobody is asked', async (_, over, field, bound) => {
  const { playerId, token } = await playerWith({ lumees: 1 });
  const answer = await askingNobody(playerId, () =>
    previewExchange({ exchange: 'drop', ...over }, { token }),
  );
  const { message, extensions } = onlyError(answer);
  expect(extensions).toMatchObject({ code: 'BAD_USER_INPUT', field });
  expect(message).toMatch(bound);
});

it.each([
  ['another player', () => playerToken(fresh('player')), 'FORBIDDEN'],
  ['staff', async () => staffToken(await addStaffMember(fresh('staff'), { role: 'admin' })), 'FORBIDDEN'],
  ['nobody', async () => undefined, 'UNAUTHENTICATED'],
])('%s may not preview it', async (_, tokenOf, code) => {
  const { playerId } = await playerWith({ lumees: 1 });
  const token = await tokenOf();
  const answer = await askingNobody(playerId, () =>
    previewExchange({ exchange: 'drop', playerId }, { token }),
  );
  expect(onlyError(answer).extensions.code).toBe(code);
});

it('asks the database once, and leaves one line', async () => {
  const { playerId, token } = await playerWith({ summon_tokens: 1 });
  let answer: Awaited<ReturnType<typeof previewExchange>> | undefined;
  const count = await countRequests(playerId, async () => {
    answer = await previewExchange({ exchange: 'summon' }, { token });
  });
  expect(count).toBe(1);
  expect(lineOf(answer as NonNullable<typeof answer>)).toMatchObject({
    operation: 'previewExchange',
    success: true,
    player: playerId,
    claimType: 'summon',
    requested: { summon_tokens: -1 },
  });
});
