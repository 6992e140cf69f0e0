/**
 * What was announced is paid as it was announced; what a balance begins with, and what time brings it, is nobody's reward, and
 * follows the config of the day on which it is paid.
 */
import { expect, it } from 'vitest';
import { changedExample, type Document, publish } from '../support/worker/balance.ts';
import { ledgerFaults } from '../support/worker/ledger-state.ts';
import { exchange, type Result, recoverReward, resultOf } from '../support/worker/mutations.ts';
import { announced } from '../support/worker/owed.ts';
import { letTimePass } from '../support/worker/players.ts';
import { held, seenByMe } from '../support/worker/previews.ts';
import { fresh, playerToken, serverToken } from '../support/worker/service.ts';

const HOUR = 3_600;
const publishWith = (change: (document: Document) => void) =>
  publish(
    changedExample((document) => {
      document.claimTypes.arena_chest.rewards = { drop_charges: 1, energy: 1 };
      change(document);
    }),
  );

async function owedPlayer() {
  const playerId = fresh('player');
  const { claim } = await announced(playerId, 'c-1', { type: 'arena_chest', facts: null });
  return { playerId, token: await playerToken(playerId), configVersion: claim.configVersion };
}
async function recover(playerId: string): Promise<Result> {
  const input = { playerId, type: 'arena_chest', key: 'c-1' };
  const receipt = resultOf(await recoverReward(input, { token: await serverToken() }));
  // Its player has what its changes say, whatever the pace was under the announcement.
  const after = new Map(receipt.changes.map(({ resource, after }: Result) => [resource, after]));
  const shown = receipt.player.balances.filter(({ resource }: Result) => after.has(resource));
  expect(new Map(shown.map(({ resource, amount }: Result) => [resource, amount]))).toEqual(after);
  return receipt;
}
const moves = ({ changes }: Result, of: string) =>
  changes
    .filter(({ resource }: Result) => resource === of)
    .map(({ cause, before, after, requested }: Result) => [cause, before, after, requested]);
const amount = async (token: string, resource: string) => held(await seenByMe(token), resource).amount;

it('a balance that was raised since begins as high as the player sees it, and a gift takes nothing of it', async () => {
  await publishWith(({ statPoints }) => {
    statPoints.stats.energy.base = 50;
  });
  const { playerId, token, configVersion } = await owedPlayer();
  await publishWith(() => {});
  expect(await amount(token, 'energy')).toBe(100);

  const receipt = await recover(playerId);
  expect(receipt).toMatchObject({ __typename: 'Receipt', claim: { configVersion } });
  // The gift's ceiling is the one that was announced: it gives nothing above it, and pulls nothing back.
  expect(moves(receipt, 'energy')).toEqual([
    ['OPENING', 0, 100, 100],
    ['OPERATION', 100, 100, 1],
  ]);
  expect(await amount(token, 'energy')).toBe(100);
  expect(await ledgerFaults(playerId)).toEqual([]);
});

it('what time had brought at today’s pace was shown, and stays beside the gift', async () => {
  await publishWith(({ resources }) => {
    resources.drop_charges.regenerates.everySeconds = 24 * HOUR;
  });
  const { playerId, token } = await owedPlayer();
  for (let drops = 0; drops < 4; drops++)
    expect(resultOf(await exchange({ exchange: 'drop' }, { token })).__typename).toBe('Receipt');
  await publishWith(() => {});
  await letTimePass(playerId, 'drop_charges', 2.5 * HOUR);
  expect(await amount(token, 'drop_charges')).toBe(3);
  const { nextUnitAt } = held(await seenByMe(token), 'drop_charges').regeneration;

  expect(moves(await recover(playerId), 'drop_charges')).toEqual([
    ['REGENERATION', 1, 3, 2],
    ['OPERATION', 3, 4, 1],
  ]);
  expect(held(await seenByMe(token), 'drop_charges')).toMatchObject({
    amount: 4,
    regeneration: { nextUnitAt },
  });
  expect(await ledgerFaults(playerId)).toEqual([]);
});

it('and what was quicker, or more, under the announcement is not brought back by it', async () => {
  await publishWith(({ resources, statPoints }) => {
    resources.drop_charges.regenerates.everySeconds = HOUR / 2;
    statPoints.stats.energy.base = 500;
  });
  const { playerId, token } = await owedPlayer();
  for (let drops = 0; drops < 4; drops++) await exchange({ exchange: 'drop' }, { token });
  await publishWith(() => {});
  await letTimePass(playerId, 'drop_charges', 1.5 * HOUR);
  expect(await amount(token, 'drop_charges')).toBe(2);

  const receipt = await recover(playerId);
  expect(moves(receipt, 'drop_charges')).toEqual([
    ['REGENERATION', 1, 2, 1],
    ['OPERATION', 2, 3, 1],
  ]);
  // The ceiling of then lets the one in that was promised.
  expect(moves(receipt, 'energy')).toEqual([
    ['OPENING', 0, 100, 100],
    ['OPERATION', 100, 101, 1],
  ]);
  expect(await ledgerFaults(playerId)).toEqual([]);
});
