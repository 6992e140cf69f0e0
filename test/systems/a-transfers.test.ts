import { beforeAll, expect, it } from 'vitest';
import { serveExample } from '../support/worker/balance.ts';
import { asPlayer, receiptOf, rejectionOf, resultOf } from '../support/worker/client.ts';
import { ledgerFaults, ledgerState } from '../support/worker/ledger-state.ts';
import { fresh } from '../support/worker/service.ts';
import { balanceOf, holder, movingNeither, transfer } from '../support/worker/transfers.ts';
import { atOnce, tally } from '../support/worker/waves.ts';

beforeAll(serveExample);

/** Checks that the ledgers of these players are consistent. */
async function expectNoFaults(...players: string[]): Promise<void> {
  for (const playerId of players) expect([playerId, await ledgerFaults(playerId)]).toEqual([playerId, []]);
}

it('A2 commits both sides of a transfer under one claim', async () => {
  const [sender, recipient] = [await holder({ lumees: 100 }), await holder({ lumees: 7 })];
  const receipt = receiptOf(await transfer(sender, recipient, { amount: 60 }));
  expect(receipt).toMatchObject({
    claim: { operation: 'transferResource', type: 'transfer', playerId: sender, counterpartyId: recipient },
    changes: [{ resource: 'lumees', before: 100, after: 40, delta: -60 }],
    player: { id: sender, version: 3 },
    replayed: false,
  });
  expect([await balanceOf(sender), await balanceOf(recipient)]).toEqual([40, 67]);

  const newestEntry = async (playerId: string) =>
    resultOf(await asPlayer(playerId).ledger({ playerId, first: 1 })).edges[0]?.node;
  const { id: claimId } = receipt.claim;
  const [given, received] = [await newestEntry(sender), await newestEntry(recipient)];
  expect(given).toMatchObject({ resource: 'lumees', before: 100, after: 40, delta: -60, playerVersion: 3 });
  expect(given?.claim.id).toBe(claimId);
  // A gift leaves the version of who receives it. They see the claim under an ID of their own.
  expect(received).toMatchObject({ resource: 'lumees', before: 7, after: 67, delta: 60, playerVersion: 2 });
  expect(received?.claim).toMatchObject({ playerId: sender, counterpartyId: recipient });
  expect(received?.claim.id).not.toBe(claimId);

  // An amount above the balance moves nothing on either side.
  const overdraft = await movingNeither([sender, recipient], () =>
    transfer(sender, recipient, { amount: 41 }),
  );
  expect(rejectionOf(overdraft, 'InsufficientBalance')).toMatchObject({
    resource: 'lumees',
    available: 40,
    required: 41,
    counterpartyId: null,
  });
  await expectNoFaults(sender, recipient);
});

it('A2 keeps the sum over 200 simultaneous transfers without deadlock', async () => {
  const players = await atOnce(4, () => holder({ lumees: 5_000, 'shards:fire': 5_000 }));
  const playerAt = (index: number) => players[index % players.length] as string;
  const answers = await atOnce(200, (index) =>
    transfer(playerAt(index), playerAt(index + 1 + (index % 3)), {
      amount: 1 + (index % 37),
      resource: index % 2 ? 'lumees' : 'shards:fire',
    }),
  );
  const receipts = answers.map(receiptOf);

  for (const resource of ['lumees', 'shards:fire']) {
    const balances = await Promise.all(players.map((playerId) => balanceOf(playerId, resource)));
    expect(balances.reduce((sum, amount) => sum + amount, 0)).toBe(20_000);
    for (const [index, playerId] of players.entries()) {
      let expected = 5_000;
      for (const { claim, changes } of receipts) {
        if (changes[0]?.resource !== resource) continue;
        if (claim.playerId === playerId) expected += changes[0].delta;
        if (claim.counterpartyId === playerId) expected -= changes[0].delta;
      }
      expect(balances[index]).toBe(expected);
    }
  }
  // Each transfer raises the version of its sender. Two claims created and funded each of them.
  const versions = await Promise.all(players.map(async (id) => (await ledgerState(id)).version ?? 0));
  expect(versions.reduce((sum, version) => sum + version, 0)).toBe(4 * 2 + 200);
  await expectNoFaults(...players);
});

it('A2 never overdraws a balance under 64 simultaneous transfers', async () => {
  const sender = await holder({ lumees: 100 });
  const recipients = await atOnce(4, () => holder());
  const answers = await atOnce(64, (index) =>
    transfer(sender, recipients[index % 4] as string, { amount: 10 }),
  );
  const results = answers.map(resultOf);
  expect(tally(results)).toEqual({ Receipt: 10, InsufficientBalance: 54 });
  for (const result of results)
    if (result.__typename === 'InsufficientBalance') expect(result.available).toBe(0);
  const balances = await Promise.all([sender, ...recipients].map((playerId) => balanceOf(playerId)));
  expect([balances[0], balances.reduce((sum, amount) => sum + amount, 0)]).toEqual([0, 100]);
  await expectNoFaults(sender, ...recipients);
});

it('A2 rejects simultaneous transfers from and to a new player without faults', async () => {
  const known = await holder({ lumees: 10 });
  // One ID sorts before the other player's in the order of locks, one after it.
  for (const newcomer of [fresh('alpha'), fresh('zealot')]) {
    const answers = await atOnce(64, (index) =>
      index % 4 === 3 ? transfer(known, newcomer, { amount: 11 }) : transfer(newcomer, known, { amount: 1 }),
    );
    // A transfer to a player who does not exist yet is UnknownPlayer.
    const { UnknownPlayer = 0, InsufficientBalance = 0, ...others } = tally(answers.map(resultOf));
    expect([UnknownPlayer + InsufficientBalance, others]).toEqual([64, {}]);
    expect(await ledgerState(newcomer)).toMatchObject({
      version: null,
      balances: {},
      entries: 0,
      granted: 0,
    });
  }
  expect(await balanceOf(known)).toBe(10);
  await expectNoFaults(known);
});

it('A2 spends currencies and moves each kind of shards separately', async () => {
  const sender = await holder({ 'shards:fire': 9, 'shards:water': 5, auric_coins: 300 });
  const recipient = await holder();
  const [fire, water, token] = await Promise.all([
    transfer(sender, recipient, { resource: 'shards:fire', amount: 4 }),
    transfer(sender, recipient, { resource: 'shards:water', amount: 5 }),
    asPlayer(sender).exchange({ exchange: 'buy_summon_token' }),
  ]);
  for (const receipt of [receiptOf(fire), receiptOf(water), receiptOf(token)])
    expect(receipt.replayed).toBe(false);
  // 64 of the 364 auric coins are from the first tournament; the token costs 300.
  expect((await ledgerState(sender)).balances).toMatchObject({
    'shards:fire': 5,
    'shards:water': 0,
    auric_coins: 64,
    summon_tokens: 1,
  });
  expect((await ledgerState(recipient)).balances).toMatchObject({ 'shards:fire': 4, 'shards:water': 5 });
  const otherKind = { resource: 'shards:water', amount: 1 };
  const rejected = await movingNeither([sender, recipient], () => transfer(sender, recipient, otherKind));
  expect(rejectionOf(rejected, 'InsufficientBalance').resource).toBe('shards:water');
  await expectNoFaults(sender, recipient);
});
