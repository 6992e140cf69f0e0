// A batch answers each of its operations in order, or is rolled back whole.
import { describe, expect, test } from 'vitest';
import type { KernelOperation } from '../../src/ledger/kernel-contract.ts';
import { batchHelpers } from '../support/ledger/batches.ts';
import { granted, openLedger } from '../support/ledger/ledger.ts';
import { fresh, give, operation, take } from '../support/ledger/operations.ts';
import { standing } from '../support/ledger/standing.ts';

const ledger = openLedger();
const { outcomesOf, goldOf, playerWith, expectSound } = batchHelpers(() => ledger);

describe('a batch', () => {
  test.each([1, 2, 100])('a batch of %s answers each operation, in their order', async (count) => {
    const operations = Array.from({ length: count }, (_, index) =>
      operation({ postings: [give('gold', 1 + index)] }),
    );
    const outcomes = await outcomesOf(...operations);
    expect(outcomes).toHaveLength(count);
    for (const [index, outcome] of outcomes.entries()) {
      expect(outcome).toMatchObject({
        kind: 'granted',
        replayed: false,
        claim: { playerId: operations[index]?.player, idempotencyKey: operations[index]?.idempotency_key },
        changes: [{ resource: 'gold', before: 0, delta: 1 + index }],
      });
    }
    await expectSound(...operations.map(({ player }) => player));
  });

  test.each([0, 101])('a batch of %s is refused, and nothing moves', async (count) => {
    const players = [await playerWith(5)];
    const before = await standing(ledger.owner, ...players);
    const operations = Array.from({ length: count }, () => operation({ player: players[0] as string }));
    await expect(ledger.commitAll(operations)).rejects.toMatchObject({ code: '22023' });
    expect(await standing(ledger.owner, ...players)).toEqual(before);
  });

  test('a rejection does not fail its batch', async () => {
    const players = [await playerWith(5), await playerWith(5), await playerWith(5)] as const;
    const before = await standing(ledger.owner, players[1]);
    const outcomes = await outcomesOf(
      operation({ player: players[0] }),
      operation({ player: players[1], postings: [take('gold', 6)] }),
      operation({ player: players[2] }),
    );
    expect(outcomes).toMatchObject([
      { kind: 'granted' },
      { kind: 'rejected', rejection: { kind: 'insufficient_balance', available: 5, required: 6 } },
      { kind: 'granted' },
    ]);
    expect(await standing(ledger.owner, players[1])).toEqual(before);
    expect((await ledger.playerLedger(players[1])).rejected).toBe(1);
    expect(await Promise.all(players.map(goldOf))).toEqual([15, 5, 15]);
    await expectSound(...players);
  });

  test('an unexpected error rolls the whole batch back, also what other rounds had written', async () => {
    const [first, second] = [await playerWith(5), await playerWith(5)];
    const created = fresh('player');
    const before = await standing(ledger.owner, first, second, created);
    const operations = [
      operation({ player: first }),
      operation({ player: first, postings: [take('gold', 99)] }),
      operation({ player: created }),
      // Its posting names a resource that the operation does not list.
      operation({ player: first, resources: ['gems'] }),
      operation({ player: second }),
    ];
    await expect(ledger.commitAll(operations)).rejects.toMatchObject({ code: '22023' });
    expect(await standing(ledger.owner, first, second, created)).toEqual(before);
    expect((await ledger.playerLedger(first)).rejected).toBe(0);
    // Their keys are free.
    for (const sent of [operations[0], operations[2], operations[4]] as KernelOperation[])
      expect(await granted(ledger.commit(sent))).toMatchObject({ replayed: false });
  });
});
