// When a published rule changes, each rule adds what came while it was in force, and nothing is added twice.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { KernelOperation } from '../../src/ledger/kernel-contract.ts';
import { entriesOf, movesOf } from '../support/ledger/answers.ts';
import { HOUR, ofCharges, settle, spend } from '../support/ledger/charges.ts';
import { brokenInvariants } from '../support/ledger/invariants.ts';
import { granted, type Ledger, openLedger } from '../support/ledger/ledger.ts';
import { fresh, give, operation } from '../support/ledger/operations.ts';
import { startOwnDatabase } from '../support/ledger/own-database.ts';
import { HOURLY, publishRules, testRules } from '../support/ledger/rules.ts';
import { timePasses } from '../support/ledger/systems.ts';

describe('when a published rule changes', () => {
  /** A database of these tests' own, because they publish. */
  let database: Awaited<ReturnType<typeof startOwnDatabase>>;
  let ledger: Ledger;
  beforeAll(async () => {
    database = await startOwnDatabase();
    ledger = openLedger(database);
  });
  afterAll(async () => {
    await ledger?.close();
    await database?.stop();
  });

  const send = (sent: KernelOperation) => granted(ledger.commit(sent));
  const publish = async (rule: Partial<typeof HOURLY> | null) => {
    const { regeneration } = await testRules();
    const others = regeneration.filter(({ resource }) => resource !== 'charges');
    await publishRules(ledger.owner, {
      regeneration: rule === null ? others : [...others, { ...HOURLY, ...rule }],
    });
  };
  /** Lets time pass for the player and for all that was published. */
  const pass = async (player: string, hours: number) => {
    await timePasses(ledger.owner, player, hours * HOUR);
    await ledger.owner.query(
      `UPDATE onceward.regeneration_rules r
          SET effective_from = CASE WHEN effective_from < '2021-01-01' THEN effective_from
                                    ELSE effective_from - make_interval(secs => $1) END,
              effective_until = effective_until - make_interval(secs => $1)
        WHERE resource = (SELECT no FROM onceward.names WHERE kind = 1 AND name = 'charges')`,
      [hours * HOUR],
    );
  };
  const soundHere = async (player: string) =>
    expect(await brokenInvariants(ledger.owner, [player])).toEqual([]);
  /** Removes the rules that a test published. */
  const reset = async () => {
    await ledger.owner.query(
      `DELETE FROM onceward.regeneration_rules
        WHERE resource = (SELECT no FROM onceward.names WHERE kind = 1 AND name = 'charges')`,
    );
    await publish({});
    await ledger.owner.query(
      `UPDATE onceward.regeneration_rules SET effective_from = '2020-01-01'
        WHERE resource = (SELECT no FROM onceward.names WHERE kind = 1 AND name = 'charges')`,
    );
  };

  test('each rule counts for the time in which it was in force', async () => {
    await reset();
    const player = fresh('player');
    await send(spend(player, 5));
    await pass(player, 2);
    await publish({ amount: 10, cap_base: 100 });
    await pass(player, 3);
    expect(movesOf((await send(settle(player))).changes)).toEqual([['charges', 'regeneration', 32]]);
    expect(entriesOf((await send(settle(player))).changes)).toEqual([]);
    await soundHere(player);
  });

  test('a slower rule adds nothing for an interval that it interrupted, however often the balance is settled', async () => {
    await reset();
    const player = fresh('player');
    await send(spend(player, 5));
    await pass(player, 1.5);
    await publish({ every_seconds: 240 * HOUR });
    expect(movesOf((await send(settle(player))).changes)).toEqual([['charges', 'regeneration', 1]]);
    for (let count = 0; count < 3; count++)
      expect(entriesOf((await send(settle(player))).changes)).toEqual([]);
    // Half of the interval had passed: the other half is 120 hours.
    await pass(player, 119);
    expect(entriesOf((await send(settle(player))).changes)).toEqual([]);
    await pass(player, 2);
    expect(movesOf((await send(settle(player))).changes)).toEqual([['charges', 'regeneration', 1]]);
    await soundHere(player);
  });

  test('where nothing regenerates any more, what had regenerated is added once', async () => {
    await reset();
    const player = fresh('player');
    await send(spend(player, 5));
    await pass(player, 2);
    await publish(null);
    await pass(player, 1);
    expect(movesOf((await send(settle(player))).changes)).toEqual([['charges', 'regeneration', 2]]);
    const spent = await send(spend(player, 1));
    expect(ofCharges(spent.changes)).toEqual([['operation', -1, 4]]);
    await soundHere(player);
  });

  test('a balance that opens neither before nor after regenerates from the player’s creation', async () => {
    await reset();
    await publish({ opening_base: null });
    const player = fresh('player');
    await send(operation({ player }));
    await pass(player, 2);
    expect(movesOf((await send(spend(player, 1))).changes)).toEqual([
      ['charges', 'regeneration', 2],
      ['charges', 'operation', -1],
      ['gold', 'operation', 1],
    ]);
    await soundHere(player);
  });

  test('a cap that follows a balance is that of the balance at the time', async () => {
    await reset();
    const perGem = { base: 1, per_unit: 1, of: 'gems' };
    await publish({
      opening_base: perGem.base,
      opening_per_unit: perGem.per_unit,
      opening_of: perGem.of,
      cap_base: perGem.base,
      cap_per_unit: perGem.per_unit,
      cap_of: perGem.of,
    });
    const player = fresh('player');
    const resources = ['charges', 'gems'];
    const raise = operation({ player, postings: [give('charges', 0), give('gems', 2)], resources });
    expect(ofCharges((await send(raise)).changes)).toEqual([['opening', 1, 1]]);
    await pass(player, 9);
    expect(ofCharges((await send({ ...settle(player), resources })).changes)).toEqual([
      ['regeneration', 2, 2],
    ]);
    await soundHere(player);
  });
});
