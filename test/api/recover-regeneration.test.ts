/**
 * recoverReward pays the announced amounts under the config of the announcement. Opening balances and regeneration are not part
 * of the reward: they follow the current config.
 */
import { expect, it } from 'vitest';
import { changedExample, type Document, publish } from '../support/worker/balance.ts';
import { asPlayer, asServer, receiptOf } from '../support/worker/client.ts';
import { ledgerFaults } from '../support/worker/ledger-state.ts';
import { announce } from '../support/worker/pending.ts';
import { balanceIn, letTimePass, viewOf } from '../support/worker/players.ts';
import type { Receipt } from '../support/worker/schema-types.ts';
import { fresh } from '../support/worker/service.ts';

const HOUR = 3_600;

/** Publishes the example with a chest that gives one charge and one energy, and with another change. */
const publishChest = (change: (document: Document) => void = () => {}) =>
  publish(
    changedExample((document) => {
      document.claimTypes.arena_chest.rewards = { drop_charges: 1, energy: 1 };
      change(document);
    }),
  );

/** A player with a pending chest. */
async function playerWithChest() {
  const playerId = fresh('player');
  const { claim } = await announce(playerId, 'c-1', { type: 'arena_chest', facts: null });
  return { playerId, configVersion: claim.configVersion };
}

async function dropFourTimes(playerId: string): Promise<void> {
  for (let drops = 0; drops < 4; drops++) receiptOf(await asPlayer(playerId).exchange({ exchange: 'drop' }));
}

/** Recovers the chest. The player of the receipt has the balances after its changes. */
async function recoverChest(playerId: string): Promise<Receipt> {
  const receipt = receiptOf(await asServer().recoverReward({ playerId, type: 'arena_chest', key: 'c-1' }));
  for (const { resource, after } of new Map(
    receipt.changes.map((change) => [change.resource, change]),
  ).values())
    expect(balanceIn(receipt.player, resource)).toMatchObject({ resource, amount: after });
  return receipt;
}

const changesOf = ({ changes }: Receipt, of: string) =>
  changes
    .filter(({ resource }) => resource === of)
    .map(({ cause, before, after, requested }) => [cause, before, after, requested]);
const balanceSeenBy = async (playerId: string, resource: string) =>
  balanceIn(await viewOf(playerId), resource);

it('recoverReward opens a balance at the current maximum when the config has raised it since the announcement', async () => {
  await publishChest(({ statPoints }) => {
    statPoints.stats.energy.base = 50;
  });
  const { playerId, configVersion } = await playerWithChest();
  await publishChest();
  expect((await balanceSeenBy(playerId, 'energy')).amount).toBe(100);

  const receipt = await recoverChest(playerId);
  expect(receipt.claim.amountsVersion).toBe(configVersion);
  // The ceiling of the reward is the announced one, 50. The reward gives nothing above it and takes nothing away.
  expect(changesOf(receipt, 'energy')).toEqual([
    ['OPENING', 0, 100, 100],
    ['OPERATION', 100, 100, 1],
  ]);
  expect((await balanceSeenBy(playerId, 'energy')).amount).toBe(100);
  expect(await ledgerFaults(playerId)).toEqual([]);
});

it('recoverReward records the regeneration that the current config gives, and keeps the time of the next unit', async () => {
  await publishChest(({ resources }) => {
    resources.drop_charges.regenerates.everySeconds = 24 * HOUR;
  });
  const { playerId } = await playerWithChest();
  await dropFourTimes(playerId);
  await publishChest();
  await letTimePass(playerId, 'drop_charges', 2.5 * HOUR);
  const { amount, regeneration } = await balanceSeenBy(playerId, 'drop_charges');
  expect(amount).toBe(3);

  expect(changesOf(await recoverChest(playerId), 'drop_charges')).toEqual([
    ['REGENERATION', 1, 3, 2],
    ['OPERATION', 3, 4, 1],
  ]);
  expect(await balanceSeenBy(playerId, 'drop_charges')).toMatchObject({
    amount: 4,
    regeneration: { nextUnitAt: regeneration?.nextUnitAt },
  });
  expect(await ledgerFaults(playerId)).toEqual([]);
});

it('recoverReward ignores a faster regeneration and a higher opening balance of the announcement', async () => {
  await publishChest(({ resources, statPoints }) => {
    resources.drop_charges.regenerates.everySeconds = HOUR / 2;
    statPoints.stats.energy.base = 500;
  });
  const { playerId } = await playerWithChest();
  await dropFourTimes(playerId);
  await publishChest();
  await letTimePass(playerId, 'drop_charges', 1.5 * HOUR);
  expect((await balanceSeenBy(playerId, 'drop_charges')).amount).toBe(2);

  const receipt = await recoverChest(playerId);
  expect(changesOf(receipt, 'drop_charges')).toEqual([
    ['REGENERATION', 1, 2, 1],
    ['OPERATION', 2, 3, 1],
  ]);
  // The ceiling of the announcement, 500, has room for the announced energy.
  expect(changesOf(receipt, 'energy')).toEqual([
    ['OPENING', 0, 100, 100],
    ['OPERATION', 100, 101, 1],
  ]);
  expect(await ledgerFaults(playerId)).toEqual([]);
});
