import { beforeAll, expect, it } from 'vitest';
import { serveExample } from '../support/worker/balance.ts';
import { ledgerFaults, ledgerState } from '../support/worker/ledger-state.ts';
import { exchange, type Result, resultOf } from '../support/worker/mutations.ts';
import { fresh, playerToken, send } from '../support/worker/service.ts';
import { balanceOf, holder, movingNeither, transfer } from '../support/worker/transfers.ts';

beforeAll(serveExample);

const atOnce = <T>(times: number, run: (index: number) => Promise<T>) =>
  Promise.all(Array.from({ length: times }, (_, index) => run(index)));
const kinds = (results: readonly Result[]) =>
  Object.fromEntries(
    Object.entries(Object.groupBy(results, ({ __typename }) => __typename)).map(([kind, all]) => [
      kind,
      all?.length,
    ]),
  );
const sound = async (...players: string[]) => {
  for (const playerId of players) expect([playerId, await ledgerFaults(playerId)]).toEqual([playerId, []]);
};

it('A2 a transfer between players is both sides under one claim, or neither', async () => {
  const [giver, taker] = [await holder({ lumees: 100 }), await holder({ lumees: 7 })];
  const receipt = resultOf(await transfer(giver, taker, { amount: 60 }));
  expect(receipt).toMatchObject({
    __typename: 'Receipt',
    claim: { operation: 'transferResource', type: 'transfer', playerId: giver, counterpartyId: taker },
    changes: [{ resource: 'lumees', before: 100, after: 40, delta: -60 }],
    player: { id: giver, version: 3 },
    replayed: false,
  });
  expect([await balanceOf(giver), await balanceOf(taker)]).toEqual([40, 67]);

  const newest = async (playerId: string) => {
    const query = `query($id: PlayerId!) { ledger(playerId: $id, first: 1) {
      edges { node { resource before after delta playerVersion claim { id } } } } }`;
    const { data } = await send(query, { id: playerId }, { token: await playerToken(playerId) });
    return data.ledger.edges[0].node;
  };
  const { id } = receipt.claim;
  expect(await newest(giver)).toMatchObject({ before: 100, delta: -60, playerVersion: 3, claim: { id } });
  expect(await newest(taker)).toMatchObject({ before: 7, delta: 60, playerVersion: 3, claim: { id } });

  // More than there is: neither side.
  const refused = await movingNeither([giver, taker], () => transfer(giver, taker, { amount: 41 }));
  expect(resultOf(refused)).toMatchObject({
    __typename: 'InsufficientBalance',
    resource: 'lumees',
    available: 40,
    required: 41,
    counterpartyId: null,
  });
  await sound(giver, taker);
});

it('A2 two hundred transfers at once, in all directions among four players, keep the sum and wait for no deadlock', async () => {
  const players = await atOnce(4, () => holder({ lumees: 5_000, 'shards:fire': 5_000 }));
  const one = (index: number) => players[index % 4] as string;
  const results = (
    await atOnce(200, (index) =>
      transfer(one(index), one(index + 1 + (index % 3)), {
        amount: 1 + (index % 37),
        resource: index % 2 ? 'lumees' : 'shards:fire',
      }),
    )
  ).map(resultOf);
  expect(kinds(results)).toEqual({ Receipt: 200 });

  for (const resource of ['lumees', 'shards:fire']) {
    const held = await Promise.all(players.map((playerId) => balanceOf(playerId, resource)));
    expect(held.reduce((sum, amount) => sum + amount, 0)).toBe(20_000);
    for (const [index, playerId] of players.entries()) {
      const moved = results.flatMap(({ claim, changes: [change] }) =>
        change.resource !== resource
          ? []
          : [
              claim.playerId === playerId
                ? change.delta
                : claim.counterpartyId === playerId
                  ? -change.delta
                  : 0,
            ],
      );
      expect(held[index]).toBe(5_000 + moved.reduce((sum, delta) => sum + delta, 0));
    }
  }
  const versions = await Promise.all(players.map(async (id) => (await ledgerState(id)).version ?? 0));
  // Each transfer is a version of both its players.
  expect(versions.reduce((sum, version) => sum + version, 0)).toBe(4 * 2 + 2 * 200);
  await sound(...players);
});

it('A2 no balance becomes negative: of sixty-four who give away ten of a hundred, ten succeed', async () => {
  const giver = await holder({ lumees: 100 });
  const takers = await atOnce(4, () => holder());
  const results = (
    await atOnce(64, (index) => transfer(giver, takers[index % 4] as string, { amount: 10 }))
  ).map(resultOf);
  expect(kinds(results)).toEqual({ Receipt: 10, InsufficientBalance: 54 });
  for (const { __typename, available } of results)
    if (__typename === 'InsufficientBalance') expect(available).toBe(0);
  const held = await Promise.all([giver, ...takers].map((playerId) => balanceOf(playerId)));
  expect([held[0], held.reduce((sum, amount) => sum + amount, 0)]).toEqual([0, 100]);
  await sound(giver, ...takers);
});

it('A2 a player’s first operation may be a transfer, sixty-four at once with others back: all refused, none failed', async () => {
  const taker = await holder({ lumees: 10 });
  // One that comes before the other in the order of locks, one that comes after.
  for (const giver of [fresh('alpha'), fresh('zealot')]) {
    const results = (
      await atOnce(64, (index) =>
        index % 4 === 3 ? transfer(taker, giver, { amount: 11 }) : transfer(giver, taker, { amount: 1 }),
      )
    ).map(resultOf);
    // To a giver who was not there yet it was UnknownPlayer.
    const { UnknownPlayer = 0, InsufficientBalance = 0, ...others } = kinds(results);
    expect([UnknownPlayer + InsufficientBalance, others]).toEqual([64, {}]);
    expect(await ledgerState(giver)).toMatchObject({ version: 0, balances: {}, entries: 0, granted: 0 });
  }
  expect(await balanceOf(taker)).toBe(10);
  await sound(taker);
});

it('A2 currencies are spent as well, and shards come in kinds that move by themselves', async () => {
  const [giver, taker] = [
    await holder({ 'shards:fire': 9, 'shards:water': 5, auric_coins: 300 }),
    await holder(),
  ];
  await Promise.all([
    transfer(giver, taker, { resource: 'shards:fire', amount: 4 }),
    transfer(giver, taker, { resource: 'shards:water', amount: 5 }),
    exchange({ exchange: 'buy_summon_token' }, { token: await playerToken(giver) }),
  ]);
  // 64 auric coins are from the first tournament.
  expect((await ledgerState(giver)).balances).toMatchObject({
    'shards:fire': 5,
    'shards:water': 0,
    auric_coins: 64,
    summon_tokens: 1,
  });
  expect((await ledgerState(taker)).balances).toMatchObject({ 'shards:fire': 4, 'shards:water': 5 });
  const wrongKind = { resource: 'shards:water', amount: 1 };
  const refused = await movingNeither([giver, taker], () => transfer(giver, taker, wrongKind));
  expect(resultOf(refused)).toMatchObject({ __typename: 'InsufficientBalance', resource: 'shards:water' });
  await sound(giver, taker);
});
