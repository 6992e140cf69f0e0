// Freezing while others act for the player: what is committed behind it is held or refused, and each release pays once.
import { afterAll, describe, expect, test } from 'vitest';
import type { KernelOperation } from '../../src/ledger/kernel-contract.ts';
import { heldOf } from '../support/ledger/breakers.ts';
import { claim, purchase, settleHeld } from '../support/ledger/held.ts';
import { brokenInvariants } from '../support/ledger/invariants.ts';
import { granted, openLedger } from '../support/ledger/ledger.ts';
import { fresh } from '../support/ledger/operations.ts';
import { startOwnDatabase } from '../support/ledger/own-database.ts';
import { freeze } from '../support/ledger/systems.ts';

// Many wait for one player's lock.
const database = await startOwnDatabase({ lock_timeout: '60s', statement_timeout: '60s' });
const ledger = openLedger(database);
const { owner, commit, commitAll, addStaff } = ledger;
afterAll(async () => {
  await ledger.close();
  await database.stop();
});

const FROZEN = { kind: 'rejected', rejection: { kind: 'player_frozen' } };
const balancesOf = async (player: string) => (await ledger.playerLedger(player)).balances;
const expectSound = async (player: string) => expect(await brokenInvariants(owner, [player])).toEqual([]);

describe('freezing in a call of several operations', () => {
  test('holds what comes after it and nothing before', async () => {
    const player = fresh('player');
    await granted(commit(claim(player, 1)));
    const staff = await addStaff();
    const { outcomes } = await commitAll([
      claim(player, 10),
      freeze(staff, player),
      claim(player, 20),
      purchase(player),
      freeze(staff, player, false),
      claim(player, 30),
    ]);
    expect(outcomes.map((one) => (one.kind === 'granted' ? one.claim.becamePending : one.kind))).toEqual([
      null,
      null,
      true,
      'rejected',
      null,
      null,
    ]);
    expect(await balancesOf(player)).toEqual({ gold: 41 });
    await expectSound(player);
  });

  test('among 64 claims and purchases pays and spends nothing after its answer', async () => {
    const player = fresh('player');
    await granted(commit(claim(player, 1_000)));
    const staff = await addStaff({ role: 'admin', limit: 1_000_000, budget: 1_000_000 });
    const wins = Array.from({ length: 64 }, () => claim(player, 3));
    const buys = Array.from({ length: 64 }, () => purchase(player));
    const sent = wins.flatMap((won, index) => [won, buys[index] as KernelOperation]);
    let numberOfFreeze = 0;
    const outcomes = await Promise.all([
      ...sent.slice(0, 64).map((one) => commit(one)),
      granted(commit(freeze(staff, player))).then(async (outcome) => {
        numberOfFreeze = outcome.claim.number;
        // What starts behind the answer.
        const after = await Promise.all(sent.slice(64).map((one) => commit(one)));
        for (const one of after)
          expect(one).toMatchObject(one.kind === 'granted' ? { claim: { becamePending: true } } : FROZEN);
        return after;
      }),
    ]);
    const all = outcomes.flat();
    const paid = all.filter((one) => one.kind === 'granted' && one.claim.becamePending === null);
    for (const one of all) {
      const before = one.kind === 'granted' && one.claim.number < numberOfFreeze;
      expect(one.kind === 'granted' && one.claim.becamePending === null).toBe(before);
    }
    const won = paid.filter((one) => one.kind === 'granted' && one.changes.length === 1).length;
    const bought = paid.length - won;
    const balances = { gold: 1_000 + 3 * won - 5 * bought, ...(bought > 0 && { gems: bought }) };
    expect(await balancesOf(player)).toEqual(balances);
    expect(await heldOf(ledger, player)).toHaveLength(64 - won);
    await expectSound(player);
    // Released by several at once, each is paid once.
    const releases = Array.from({ length: 8 }, () =>
      settleHeld(ledger, staff, { kind: 'held.release', player }),
    );
    await Promise.all(releases);
    await settleHeld(ledger, staff, { kind: 'held.release', player });
    expect(await balancesOf(player)).toEqual({ ...balances, gold: 1_000 + 3 * 64 - 5 * bought });
    expect(await heldOf(ledger, player)).toEqual([]);
    await expectSound(player);
  });
});
