/** exchange: the price is paid and the goods are given under one claim, with draws that anyone can verify. */
import { beforeEach, describe, expect, inject, it } from 'vitest';
import { changedExample, type Document, publish } from '../support/worker/balance.ts';
import {
  anonymous,
  asPlayer,
  asServer,
  asStaff,
  type MutationInput,
  receiptOf,
  rejectionOf,
  resultOf,
} from '../support/worker/client.ts';
import { onlyError } from '../support/worker/fault-answers.ts';
import { addStaffMember, ledgerFaults, ledgerState } from '../support/worker/ledger-state.ts';
import { breakRequests, countRequests } from '../support/worker/neon-control.ts';
import { playerWith } from '../support/worker/players.ts';
import type { Draw, Receipt } from '../support/worker/schema-types.ts';
import { fresh, freshKey } from '../support/worker/service.ts';
import { movingNothing, writingNothing } from '../support/worker/stillness.ts';

beforeEach(() => publish(changedExample(() => {})));

type Input = MutationInput<'exchange'>;

const exchange = (playerId: string, input: Input) => asPlayer(playerId).exchange(input);

const TABLE = (inject('config').document as Document).drawTables.summons;

/** The outcome of a roll by the config document alone: in the order of their names, each has as many rolls as its weight. */
function outcomeOf(roll: number): string {
  let passed = 0;
  for (const name of Object.keys(TABLE.outcomes).sort()) {
    passed += TABLE.outcomes[name].weight;
    if (roll < passed) return name;
  }
  throw new Error(`no outcome has the roll ${roll}`);
}

const changesOf = ({ changes }: Receipt) =>
  changes.map(({ resource, before, after, cause }) => [resource, before, after, cause]);

describe('an exchange with draws', () => {
  it('an exchange reports the roll of each draw, from which the config gives the same outcome', async () => {
    const { playerId } = await playerWith({ summon_tokens: 50 });
    const draws: Draw[] = [];
    for (let round = 0; round < 5; round++)
      draws.push(...receiptOf(await exchange(playerId, { exchange: 'multi_summon' })).claim.draws);
    expect(draws).toHaveLength(55);
    for (const { table, outcome, roll, of, guaranteed } of draws) {
      expect({ table, of, guaranteed }).toEqual({ table: 'summons', of: 10_000, guaranteed: false });
      expect(outcome).toBe(outcomeOf(roll));
    }
    // 55 random rolls of ten thousand are hardly ever equal.
    expect(new Set(draws.map(({ roll }) => roll)).size).toBeGreaterThan(40);
    expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it('an exchange is replayed with the same draws after the draw table, the price and the exchange were removed', async () => {
    const { playerId } = await playerWith({ summon_tokens: 11 });
    const input = { exchange: 'summon', idempotencyKey: freshKey() };
    const receipt = receiptOf(await exchange(playerId, input));
    await publish(
      changedExample(({ exchanges, drawTables, resources }) => {
        for (const name of ['summon', 'multi_summon', 'floor_summon']) delete exchanges[name];
        delete drawTables.summons;
        delete resources['pity:summons'];
      }),
    );
    const replay = await writingNothing(playerId, () => exchange(playerId, input));
    expect(resultOf(replay)).toEqual({ ...receipt, replayed: true });
    const unknown = await movingNothing(playerId, () => exchange(playerId, { exchange: 'summon' }));
    expect(rejectionOf(unknown, 'UnknownExchange').exchange).toBe('summon');
  });

  it('an exchange is replayed with the draws of the first request after its answer was lost, with one request to the database', async () => {
    const { playerId } = await playerWith({ summon_tokens: 10 });
    const input = { exchange: 'multi_summon', idempotencyKey: freshKey() };
    await breakRequests({ match: input.idempotencyKey, kind: 'drop_after_commit' });
    expect(onlyError(await exchange(playerId, input)).extensions.code).toBe('UNAVAILABLE');
    const state = await ledgerState(playerId);
    const count = await countRequests(input.idempotencyKey, async () => {
      const replay = receiptOf(await exchange(playerId, input));
      expect([replay.replayed, replay.claim.draws.length]).toEqual([true, 11]);
    });
    expect(count).toBe(1);
    expect(await ledgerState(playerId)).toEqual(state);
  });
});

describe('exchange', () => {
  it('an exchange takes the price and gives the goods under one claim, whose type is the exchange and whose key is the idempotency key', async () => {
    const { playerId } = await playerWith({ auric_coins: 900 });
    const idempotencyKey = freshKey();
    const input = { exchange: 'buy_summon_token', quantity: 3, idempotencyKey };
    const receipt = receiptOf(await exchange(playerId, input));
    expect(receipt).toMatchObject({
      claim: { operation: 'exchange', type: 'buy_summon_token', key: idempotencyKey, draws: [] },
      player: { version: 3 },
    });
    expect(changesOf(receipt)).toEqual([
      ['auric_coins', 964, 64, 'OPERATION'],
      ['summon_tokens', 0, 3, 'OPERATION'],
    ]);
    expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it('an exchange levels the player up when the experience that it gives reaches a level', async () => {
    const { playerId } = await playerWith({ experience: 90 });
    const receipt = receiptOf(await exchange(playerId, { exchange: 'training' }));
    expect(receipt).toMatchObject({ levelBefore: 3, levelAfter: 4, player: { unspentStatPoints: 9 } });
    expect(changesOf(receipt)).toEqual([
      ['energy', 0, 100, 'OPENING'],
      ['energy', 100, 90, 'OPERATION'],
      ['experience', 590, 640, 'OPERATION'],
      ['levels_paid', 2, 3, 'MILESTONE'],
      ['stat_points', 6, 9, 'MILESTONE'],
    ]);
  });

  it('an exchange levels the player up when a draw gives the experience', async () => {
    const { playerId } = await playerWith({ summon_tokens: 1 });
    await publish(
      changedExample(({ drawTables }) => {
        for (const outcome of Object.values<Document>(drawTables.summons.outcomes))
          outcome.gives = { experience: 150 };
      }),
    );
    const receipt = receiptOf(await exchange(playerId, { exchange: 'summon' }));
    expect(receipt).toMatchObject({ levelBefore: 3, levelAfter: 4, player: { unspentStatPoints: 9 } });
    expect(changesOf(receipt).at(-1)).toEqual(['stat_points', 6, 9, 'MILESTONE']);
  });

  it('an exchange follows a changed config at once', async () => {
    const { playerId } = await playerWith({ auric_coins: 1 });
    await publish(
      changedExample(({ exchanges }) => {
        exchanges.drop = { costs: { drop_charges: 2 }, gives: { auric_coins: 7, lumees: 1 } };
      }),
    );
    expect(changesOf(receiptOf(await exchange(playerId, { exchange: 'drop' })))).toEqual([
      ['drop_charges', 0, 5, 'OPENING'],
      ['drop_charges', 5, 3, 'OPERATION'],
      ['auric_coins', 65, 72, 'OPERATION'],
      ['lumees', 0, 1, 'OPERATION'],
    ]);
  });

  it('an exchange that was rejected with InsufficientBalance stays rejected under its key after the player could pay', async () => {
    const { playerId } = await playerWith({ auric_coins: 136 });
    const input = { exchange: 'buy_summon_token', idempotencyKey: freshKey() };
    const rejected = await movingNothing(playerId, () => exchange(playerId, input));
    expect(rejectionOf(rejected, 'InsufficientBalance')).toMatchObject({
      resource: 'auric_coins',
      available: 200,
      required: 300,
    });
    for (let drops = 0; drops < 5; drops++) receiptOf(await exchange(playerId, { exchange: 'drop' }));
    await publish(changedExample(({ exchanges }) => (exchanges.buy_summon_token.costs.auric_coins = 1)));
    const replay = await writingNothing(playerId, () => exchange(playerId, input));
    expect(resultOf(replay)).toEqual(resultOf(rejected));
  });

  it('an exchange that was rejected with UnknownExchange stays rejected under its key after it was published, and a new key is granted', async () => {
    const { playerId } = await playerWith({ lumees: 10 });
    const input = { exchange: 'happy_hour', idempotencyKey: freshKey() };
    const rejected = await movingNothing(playerId, () => exchange(playerId, input));
    expect(rejectionOf(rejected, 'UnknownExchange')).toMatchObject({
      code: 'UNKNOWN_EXCHANGE',
      exchange: 'happy_hour',
    });
    await publish(
      changedExample(({ exchanges }) => {
        exchanges.happy_hour = { costs: { lumees: 1 }, gives: { auric_coins: 1 } };
      }),
    );
    const replay = await writingNothing(playerId, () => exchange(playerId, input));
    expect(resultOf(replay)).toEqual(resultOf(rejected));
    receiptOf(await exchange(playerId, { exchange: 'happy_hour' }));
  });

  it.each<[string, Partial<Input>, string[]]>([
    ['another exchange', { exchange: 'training' }, ['exchange']],
    ['another quantity', { quantity: 2 }, ['quantity']],
    ['another exchange and quantity', { exchange: 'drop', quantity: 3 }, ['exchange', 'quantity']],
    ['an expected version', { expectedVersion: 2 }, ['expectedVersion']],
  ])('an exchange whose key is sent again with %s is rejected with IdempotencyKeyReused and the fields that differ', async (_, over, fields) => {
    const { playerId } = await playerWith({ auric_coins: 600 });
    const input = { exchange: 'buy_summon_token', quantity: 1, idempotencyKey: freshKey() };
    const receipt = receiptOf(await exchange(playerId, input));
    const reused = await writingNothing(playerId, () => exchange(playerId, { ...input, ...over }));
    expect(rejectionOf(reused, 'IdempotencyKeyReused').fields).toEqual(fields);
    expect(receiptOf(await exchange(playerId, input))).toEqual({ ...receipt, replayed: true });
  });

  it('an exchange for a stale version is rejected with VersionConflict, and one for the current version is granted', async () => {
    const { playerId } = await playerWith({ auric_coins: 1 });
    const drop = (expectedVersion: number) => exchange(playerId, { exchange: 'drop', expectedVersion });
    const stale = await movingNothing(playerId, () => drop(1));
    expect(rejectionOf(stale, 'VersionConflict')).toMatchObject({ expected: 1, current: 2 });
    receiptOf(await drop(2));
  });
});

describe('the callers of exchange', () => {
  it('players may exchange for themselves, with or without their own player ID', async () => {
    const { playerId } = await playerWith({ lumees: 1 });
    for (const input of [{}, { playerId }])
      receiptOf(await exchange(playerId, { exchange: 'drop', ...input }));
  });

  it('game servers may exchange for a player, whom they must name and may create', async () => {
    const playerId = fresh('player');
    expect(receiptOf(await asServer().exchange({ exchange: 'drop', playerId }))).toMatchObject({
      claim: { playerId, actorKind: 'SERVER' },
      player: { version: 1 },
    });
    expect(onlyError(await asServer().exchange({ exchange: 'drop' }))).toMatchObject({
      message: expect.stringMatching(/^playerId: .*required/),
      extensions: { code: 'BAD_USER_INPUT', field: 'playerId' },
    });
  });

  it.each([
    ['another player', async () => asPlayer(fresh('player')), 'FORBIDDEN'],
    ['staff', async () => asStaff(await addStaffMember(fresh('staff'), { role: 'admin' })), 'FORBIDDEN'],
    ['a caller without a token', async () => anonymous(), 'UNAUTHENTICATED'],
  ])('%s may not exchange: nothing is written and the key stays free', async (_, createClient, code) => {
    const { playerId } = await playerWith({ lumees: 1 });
    const input = { exchange: 'drop', playerId, idempotencyKey: freshKey() };
    const client = await createClient();
    const answer = await writingNothing(playerId, () => client.exchange(input));
    expect(onlyError(answer).extensions.code).toBe(code);
    expect(receiptOf(await exchange(playerId, input)).replayed).toBe(false);
  });
});
