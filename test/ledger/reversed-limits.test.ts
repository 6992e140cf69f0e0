import { expect, test } from 'vitest';
import type { Accrual } from '../../src/domain/moves.ts';
import { brokenInvariants } from '../support/ledger/invariants.ts';
import { granted, openLedger } from '../support/ledger/ledger.ts';
import { fresh, give, operation, take } from '../support/ledger/operations.ts';
import { growing, reversal, timePasses } from '../support/ledger/systems.ts';

const { commit, owner, addStaff } = openLedger();

/** One an hour, up to ten and one more for each point. */
const upTo = { base: 10, perUnit: 1, resource: 'stat:energy' };
const ENERGY: Accrual = { initial: upTo, regenerates: { everySeconds: 3_600, amount: 1, upTo } };
const settled = growing(give('energy', 0), ENERGY);
const reverse = async (claim: { playerId: string; id: string }) =>
  granted(commit(reversal(await addStaff(), claim, { accruals: { energy: ENERGY } })));

/** Five points put into energy: its ten may grow to fifteen. */
async function spent() {
  const playerId = fresh('player');
  await granted(commit(operation({ playerId, postings: [give('points', 5)] })));
  const postings = [settled, take('points', 5), give('stat:energy', 5)];
  return (await granted(commit(operation({ playerId, postings })))).claim;
}

test('points that are taken back leave what time had brought under the limit that they raised', async () => {
  const claim = await spent();
  await timePasses(owner, claim.playerId, 4 * 3_600);
  const { changes, balances } = await reverse(claim);
  expect(changes.map(({ resource, before, after, cause }) => [resource, before, after, cause])).toEqual([
    ['energy', 10, 14, 'regeneration'],
    ['points', 0, 5, 'operation'],
    ['stat:energy', 5, 0, 'operation'],
  ]);
  expect(balances).toEqual({ energy: 14, points: 5, 'stat:energy': 0 });
  expect(await brokenInvariants(owner, [claim.playerId])).toEqual([]);
});

test('it is the same whether or not the player moved it in between', async () => {
  const claim = await spent();
  await timePasses(owner, claim.playerId, 4 * 3_600);
  await granted(commit(operation({ playerId: claim.playerId, postings: [settled] })));
  expect((await reverse(claim)).balances).toMatchObject({ energy: 14 });
});

test('beyond the limit that is left it no longer grows, and saves up no time', async () => {
  const claim = await spent();
  await timePasses(owner, claim.playerId, 4 * 3_600);
  await reverse(claim);
  await timePasses(owner, claim.playerId, 9 * 3_600);
  const postings = [growing(take('energy', 5), ENERGY)];
  const after = await granted(commit(operation({ playerId: claim.playerId, postings })));
  expect(after.balances).toMatchObject({ energy: 9 });
});

test('a claim that moved no limit writes nothing down', async () => {
  const { playerId } = await spent();
  const { claim } = await granted(commit(operation({ playerId })));
  await timePasses(owner, playerId, 4 * 3_600);
  expect((await reverse(claim)).changes).toMatchObject([{ resource: 'gold', delta: -10 }]);
});

test('what never moved stays without a balance', async () => {
  const { claim } = await granted(commit(operation({ postings: [give('stat:energy', 5)] })));
  expect((await reverse(claim)).balances).toEqual({ 'stat:energy': 0 });
});
