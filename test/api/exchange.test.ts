import { beforeEach, describe, expect, inject, it } from 'vitest';
import { changedExample, type Document, publish } from '../support/worker/balance.ts';
import { onlyError } from '../support/worker/fault-answers.ts';
import { addStaffMember, ledgerFaults, ledgerState } from '../support/worker/ledger-state.ts';
import { exchange, original, type Result, resultOf } from '../support/worker/mutations.ts';
import { breakRequests, countRequests } from '../support/worker/neon-control.ts';
import { playerWith } from '../support/worker/players.ts';
import { fresh, freshKey, playerToken, serverToken, staffToken } from '../support/worker/service.ts';
import { movingNothing, writingNothing } from '../support/worker/stillness.ts';

beforeEach(() => publish(changedExample(() => {})));

const TABLE = (inject('config').document as Document).drawTables.summons;
/** What the roll falls to, reckoned from the config document alone: by name, each as many rolls as it weighs. */
function reckon(roll: number): string {
  let passed = 0;
  for (const name of Object.keys(TABLE.outcomes).sort()) {
    passed += TABLE.outcomes[name].weight;
    if (roll < passed) return name;
  }
  throw new Error(`a roll of ${roll}`);
}
const moves = ({ changes }: Result) =>
  changes.map(({ resource, before, after, cause }: Result) => [resource, before, after, cause]);

describe('an exchange with draws', () => {
  it('explains each draw, so that anybody can reckon it again from the config', async () => {
    const { playerId, token } = await playerWith({ summon_tokens: 50 });
    const draws: Result[] = [];
    for (let round = 0; round < 5; round++) {
      const { claim } = resultOf(await exchange({ exchange: 'multi_summon' }, { token }));
      draws.push(...claim.draws);
    }
    expect(draws).toHaveLength(55);
    for (const { table, outcome, roll, of, guaranteed } of draws) {
      expect({ table, of, guaranteed }).toEqual({ table: 'summons', of: 10_000, guaranteed: false });
      expect(outcome).toBe(reckon(roll));
    }
    // Fifty-five rolls of ten thousand that are all alike would be no dice.
    expect(new Set(draws.map(({ roll }) => roll)).size).toBeGreaterThan(40);
    expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it('is replayed with the same draws after the table, the price and the exchange itself are gone', async () => {
    const { playerId, token } = await playerWith({ summon_tokens: 11 });
    const input = { exchange: 'summon', idempotencyKey: freshKey() };
    const receipt = resultOf(await exchange(input, { token }));
    await publish(
      changedExample(({ exchanges, drawTables, resources }) => {
        for (const name of ['summon', 'multi_summon', 'floor_summon']) delete exchanges[name];
        delete drawTables.summons;
        delete resources['pity:summons'];
      }),
    );
    const replay = resultOf(await writingNothing(playerId, () => exchange(input, { token })));
    expect(replay).toEqual({ ...receipt, replayed: true });
    const gone = await movingNothing(playerId, () => exchange({ exchange: 'summon' }, { token }));
    expect(resultOf(gone)).toMatchObject({ __typename: 'UnknownExchange', exchange: 'summon' });
  });

  it('settles after a lost reply with the draws of the first try, in one request', async () => {
    const { playerId, token } = await playerWith({ summon_tokens: 10 });
    const input = { exchange: 'multi_summon', idempotencyKey: freshKey() };
    await breakRequests({ match: input.idempotencyKey, kind: 'drop_after_commit' });
    expect(onlyError(await exchange(input, { token })).extensions.code).toBe('UNAVAILABLE');
    const state = await ledgerState(playerId);
    let replay: Result;
    const count = await countRequests(input.idempotencyKey, async () => {
      replay = resultOf(await exchange(input, { token }));
    });
    expect([count, replay.replayed, replay.claim.draws.length]).toEqual([1, true, 11]);
    expect(await ledgerState(playerId)).toEqual(state);
  });
});

describe('an exchange', () => {
  it('takes the price and gives the goods in one claim, made by name and key', async () => {
    const { playerId, token } = await playerWith({ auric_coins: 900 });
    const idempotencyKey = freshKey();
    const input = { exchange: 'buy_summon_token', quantity: 3, idempotencyKey };
    const receipt = resultOf(await exchange(input, { token }));
    expect(receipt).toMatchObject({
      __typename: 'Receipt',
      claim: { operation: 'exchange', type: 'buy_summon_token', key: idempotencyKey, draws: [] },
      player: { version: 3 },
    });
    expect(moves(receipt)).toEqual([
      ['auric_coins', 964, 64, 'OPERATION'],
      ['summon_tokens', 0, 3, 'OPERATION'],
    ]);
    expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it('for experience sets off the level-up that it reaches', async () => {
    const { token } = await playerWith({ experience: 90 });
    const receipt = resultOf(await exchange({ exchange: 'training' }, { token }));
    expect(receipt).toMatchObject({ levelBefore: 3, levelAfter: 4, player: { unspentStatPoints: 9 } });
    expect(moves(receipt)).toEqual([
      ['energy', 0, 100, 'OPENING'],
      ['energy', 100, 90, 'OPERATION'],
      ['experience', 590, 640, 'OPERATION'],
      ['levels_paid', 2, 3, 'MILESTONE'],
      ['stat_points', 6, 9, 'MILESTONE'],
    ]);
  });

  it('sets off level-ups by what it draws, too', async () => {
    const { token } = await playerWith({ summon_tokens: 1 });
    await publish(
      changedExample(({ drawTables }) => {
        for (const outcome of Object.values<Document>(drawTables.summons.outcomes))
          outcome.gives = { experience: 150 };
      }),
    );
    const receipt = resultOf(await exchange({ exchange: 'summon' }, { token }));
    expect(receipt).toMatchObject({ levelBefore: 3, levelAfter: 4, player: { unspentStatPoints: 9 } });
    expect(moves(receipt).at(-1)).toEqual(['stat_points', 6, 9, 'MILESTONE']);
  });

  it('follows a changed config at once', async () => {
    const { token } = await playerWith({ auric_coins: 1 });
    await publish(
      changedExample(({ exchanges }) => {
        exchanges.drop = { costs: { drop_charges: 2 }, gives: { auric_coins: 7, lumees: 1 } };
      }),
    );
    expect(moves(resultOf(await exchange({ exchange: 'drop' }, { token })))).toEqual([
      ['drop_charges', 0, 5, 'OPENING'],
      ['drop_charges', 5, 3, 'OPERATION'],
      ['auric_coins', 65, 72, 'OPERATION'],
      ['lumees', 0, 1, 'OPERATION'],
    ]);
  });

  it('that the player cannot pay is recorded as a "no" that stays one', async () => {
    const { playerId, token } = await playerWith({ auric_coins: 136 });
    const input = { exchange: 'buy_summon_token', idempotencyKey: freshKey() };
    const refused = resultOf(await movingNothing(playerId, () => exchange(input, { token })));
    expect(refused).toMatchObject({
      __typename: 'InsufficientBalance',
      resource: 'auric_coins',
      available: 200,
      required: 300,
    });
    for (let drops = 0; drops < 5; drops++) await exchange({ exchange: 'drop' }, { token });
    await publish(changedExample(({ exchanges }) => (exchanges.buy_summon_token.costs.auric_coins = 1)));
    expect(resultOf(await writingNothing(playerId, () => exchange(input, { token })))).toEqual(refused);
  });

  it('that the config does not know is recorded, and replayed even when it knows it', async () => {
    const { playerId, token } = await playerWith({ lumees: 10 });
    const input = { exchange: 'happy_hour', idempotencyKey: freshKey() };
    const refused = resultOf(await movingNothing(playerId, () => exchange(input, { token })));
    expect(refused).toMatchObject({
      __typename: 'UnknownExchange',
      code: 'UNKNOWN_EXCHANGE',
      exchange: 'happy_hour',
    });
    await publish(
      changedExample(({ exchanges }) => {
        exchanges.happy_hour = { costs: { lumees: 1 }, gives: { auric_coins: 1 } };
      }),
    );
    expect(resultOf(await writingNothing(playerId, () => exchange(input, { token })))).toEqual(refused);
    expect(resultOf(await exchange({ exchange: 'happy_hour' }, { token })).__typename).toBe('Receipt');
  });

  it.each([
    ['another exchange', { exchange: 'training' }, ['exchange']],
    ['another quantity', { quantity: 2 }, ['quantity']],
    ['both', { exchange: 'drop', quantity: 3 }, ['exchange', 'quantity']],
    ['another version', { expectedVersion: 2 }, ['expectedVersion']],
  ])('under a key that was used with %s names the fields that differ', async (_, over, fields) => {
    const { playerId, token } = await playerWith({ auric_coins: 600 });
    const input = { exchange: 'buy_summon_token', quantity: 1, idempotencyKey: freshKey() };
    const receipt = resultOf(await exchange(input, { token }));
    const reused = await writingNothing(playerId, () => exchange({ ...input, ...over }, { token }));
    expect(resultOf(reused)).toMatchObject({ __typename: 'IdempotencyKeyReused', fields });
    expect(original(resultOf(await exchange(input, { token })))).toEqual(original(receipt));
  });

  it('of a version that has passed is a VersionConflict', async () => {
    const { playerId, token } = await playerWith({ auric_coins: 1 });
    const stale = await movingNothing(playerId, () =>
      exchange({ exchange: 'drop', expectedVersion: 1 }, { token }),
    );
    expect(resultOf(stale)).toMatchObject({ __typename: 'VersionConflict', expected: 1, current: 2 });
    const now = resultOf(await exchange({ exchange: 'drop', expectedVersion: 2 }, { token }));
    expect(now.__typename).toBe('Receipt');
  });
});

describe('who may exchange', () => {
  it('a player for themselves, by name or without', async () => {
    const { playerId, token } = await playerWith({ lumees: 1 });
    for (const input of [{}, { playerId }])
      expect(resultOf(await exchange({ exchange: 'drop', ...input }, { token })).__typename).toBe('Receipt');
  });

  it('a game server for a player whom it names, and whom it may be the first to name', async () => {
    const playerId = fresh('player');
    const token = await serverToken();
    expect(resultOf(await exchange({ exchange: 'drop', playerId }, { token }))).toMatchObject({
      claim: { playerId, actorKind: 'SERVER' },
      player: { version: 1 },
    });
    expect(onlyError(await exchange({ exchange: 'drop' }, { token }))).toMatchObject({
      message: expect.stringMatching(/^playerId: required/),
      extensions: { code: 'BAD_USER_INPUT', field: 'playerId' },
    });
  });

  it.each([
    ['another player', () => playerToken(fresh('player')), 'FORBIDDEN'],
    ['staff', async () => staffToken(await addStaffMember(fresh('staff'), { role: 'admin' })), 'FORBIDDEN'],
    ['nobody', async () => undefined, 'UNAUTHENTICATED'],
  ])('not %s: nothing is written, and the key stays free', async (_, tokenOf, code) => {
    const { playerId, token: own } = await playerWith({ lumees: 1 });
    const input = { exchange: 'drop', playerId, idempotencyKey: freshKey() };
    const token = await tokenOf();
    const answer = await writingNothing(playerId, () => exchange(input, { token }));
    expect(onlyError(answer).extensions.code).toBe(code);
    expect(resultOf(await exchange(input, { token: own }))).toMatchObject({ replayed: false });
  });
});
