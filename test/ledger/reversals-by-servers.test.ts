// Game servers take back what the current config allows them, whatever their operation says.
import { expect, test } from 'vitest';
import type { KernelOperation } from '../../src/ledger/kernel-contract.ts';
import { granted, openLedger } from '../support/ledger/ledger.ts';
import { fresh, operation } from '../support/ledger/operations.ts';
import { type Claim, reversalHelpers } from '../support/ledger/reversals.ts';
import { standing } from '../support/ledger/standing.ts';
import { announcement, claimIdOf, pending, reversal, transfer } from '../support/ledger/systems.ts';

const ledger = openLedger();
const { commit, owner } = ledger;
const { balancesOf, expectSound, exchange } = reversalHelpers(ledger);

/** The claim types `other` and `chest` are reversible by servers (test/support/ledger/rules.ts). */
const byServer = (claim: Claim, over: Partial<KernelOperation> = {}) =>
  commit({
    ...reversal('arena-1', claim),
    ...{ actor_kind: 'server', actor_id: 'arena-1', staff: null, creates_player: true },
    ...over,
  });

async function expectNotReversible(claim: Claim, over: Partial<KernelOperation> = {}) {
  const before = await standing(owner, claim.playerId);
  expect(await byServer(claim, over)).toMatchObject({
    kind: 'rejected',
    rejection: {
      ...{ kind: 'not_reversible', claimId: claimIdOf(claim), why: 'not_by_servers', remaining: 0 },
    },
  });
  expect(await standing(owner, claim.playerId)).toEqual(before);
}

test('a server takes back a claim of a type that the config lists', async () => {
  const claim = await exchange();
  await granted(byServer(claim));
  expect(await balancesOf(claim.playerId)).toEqual({ gold: 30, gems: 0 });
  expect(await byServer(claim)).toMatchObject({ rejection: { kind: 'already_claimed' } });
  await expectSound(claim.playerId);
});

test.each([
  ['a claim of another type', () => commit(operation())],
  ['an announcement of a type that is listed', () => commit(announcement(pending()))],
])('a server cannot take back %s', async (_, make) => {
  const { claim } = await granted(make());
  await expectNotReversible(claim);
});

test('a server cannot take back a transfer', async () => {
  const [giver, recipient] = [fresh('giver'), fresh('recipient')];
  for (const player of [giver, recipient]) await granted(commit(operation({ player })));
  const { claim } = await granted(commit(transfer(giver, recipient, 4)));
  await expectNotReversible(claim);
});

test.each<[string, Partial<KernelOperation>]>([
  ['states the listed type as its own claim type', { claim_type: 'other' }],
  ['names another permission', { permission: 'reward:claim' }],
])('a server cannot take back a claim of another type with an operation that %s', async (_, over) => {
  const { claim } = await granted(commit(operation()));
  await expectNotReversible(claim, over);
});

test('a player cannot take back a claim of their own by a forged operation', async () => {
  const { claim } = await granted(commit(operation()));
  const { playerId: player } = claim;
  await expectNotReversible(claim, { actor_kind: 'player', actor_id: player });
});
