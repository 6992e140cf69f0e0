import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { KernelClaim } from '../../src/ledger/kernel-contract.ts';
import { brokenInvariants } from '../support/ledger/invariants.ts';
import { granted, type Ledger, openLedger } from '../support/ledger/ledger.ts';
import { fresh, give, operation, take } from '../support/ledger/operations.ts';
import { startOwnDatabase } from '../support/ledger/own-database.ts';
import { backdateRules, HOURLY, publishRules } from '../support/ledger/rules.ts';
import { reversal, timePasses } from '../support/ledger/systems.ts';

/** Energy opens full and regenerates one an hour, up to ten and one more for each point of `stat:energy`. */
const ENERGY = {
  ...HOURLY,
  resource: 'energy',
  opening_base: 10,
  opening_per_unit: 1,
  opening_of: 'stat:energy',
  cap_base: 10,
  cap_per_unit: 1,
  cap_of: 'stat:energy',
};

let database: Awaited<ReturnType<typeof startOwnDatabase>>;
let ledger: Ledger;
beforeAll(async () => {
  database = await startOwnDatabase({}, { rules: false });
  ledger = openLedger(database);
  await publishRules(ledger.owner, { regeneration: [ENERGY] });
  await backdateRules(ledger.owner as unknown as pg.ClientBase);
});
afterAll(async () => {
  await ledger?.close();
  await database?.stop();
});

const reverse = async (claim: KernelClaim) =>
  granted(ledger.commit(reversal(await ledger.addStaff(), claim)));
const balancesOf = async (player: string) => (await ledger.playerLedger(player)).balances;
const REGENERATED = 3;

/** Five points are spent on energy, which raises its cap from 10 to 15. */
async function spent(): Promise<KernelClaim> {
  const player = fresh('player');
  await granted(ledger.commit(operation({ player, postings: [give('points', 5)] })));
  const postings = [give('energy', 0), take('points', 5), give('stat:energy', 5)];
  return (await granted(ledger.commit(operation({ player, postings })))).claim;
}

test('points that are taken back leave what regenerated under the cap that they had raised', async () => {
  const claim = await spent();
  await timePasses(ledger.owner, claim.playerId, 4 * 3_600);
  const { changes } = await reverse(claim);
  expect(changes.map(({ resource, before, delta, cause }) => [resource, before, delta, cause])).toEqual([
    ['energy', 10, 4, REGENERATED],
    ['points', 0, 5, 1],
    ['stat:energy', 5, -5, 1],
  ]);
  expect(await balancesOf(claim.playerId)).toEqual({ energy: 14, points: 5, 'stat:energy': 0 });
  expect(await brokenInvariants(ledger.owner, [claim.playerId])).toEqual([]);
});

test('what regenerated is the same whether or not it was written before the reversal', async () => {
  const claim = await spent();
  await timePasses(ledger.owner, claim.playerId, 4 * 3_600);
  await granted(ledger.commit(operation({ player: claim.playerId, postings: [give('energy', 0)] })));
  await reverse(claim);
  expect(await balancesOf(claim.playerId)).toMatchObject({ energy: 14 });
});

test('a balance above the cap that is left neither regenerates nor saves time', async () => {
  const claim = await spent();
  await timePasses(ledger.owner, claim.playerId, 4 * 3_600);
  await reverse(claim);
  await timePasses(ledger.owner, claim.playerId, 9 * 3_600);
  await granted(ledger.commit(operation({ player: claim.playerId, postings: [take('energy', 5)] })));
  expect(await balancesOf(claim.playerId)).toMatchObject({ energy: 9 });
});

test('the reversal of a claim that moved no cap does not write what regenerated', async () => {
  const { playerId: player } = await spent();
  const { claim } = await granted(ledger.commit(operation({ player })));
  await timePasses(ledger.owner, player, 4 * 3_600);
  expect((await reverse(claim)).changes).toMatchObject([{ resource: 'gold', delta: -10 }]);
});

test('a balance that never moved is not created by the reversal of a claim that moved its cap', async () => {
  const { claim } = await granted(ledger.commit(operation({ postings: [give('stat:energy', 5)] })));
  await reverse(claim);
  expect(await balancesOf(claim.playerId)).toEqual({ 'stat:energy': 0 });
});
