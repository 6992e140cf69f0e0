// Operations of one player in one batch are judged one after another, as if each had been sent alone.
import { describe, expect, test } from 'vitest';
import { batchHelpers, kinds } from '../support/ledger/batches.ts';
import { essence } from '../support/ledger/essence.ts';
import { type LedgerOutcome, openLedger } from '../support/ledger/ledger.ts';
import { fresh, give, operation, take } from '../support/ledger/operations.ts';
import { announcement, limitUse, pending, recovery, transfer } from '../support/ledger/systems.ts';

const ledger = openLedger();
const { outcomesOf, goldOf, playerWith, expectSound } = batchHelpers(() => ledger);

describe('operations of one player in one batch', () => {
  test('operations of one player in one batch are judged in their order, each on what the one before left', async () => {
    const player = fresh('player');
    const spend = (gold: number) => operation({ player, postings: [take('gold', gold)] });
    const outcomes = await outcomesOf(
      spend(1),
      operation({ player, postings: [give('gold', 10)] }),
      spend(7),
      spend(7),
      operation({ player, postings: [give('gold', 4)], expected_version: 2 }),
      operation({ player, expected_version: 2 }),
      spend(7),
    );
    expect(outcomes).toMatchObject([
      { rejection: { kind: 'insufficient_balance', available: 0 } },
      { claim: { number: 1, version: 1 }, changes: [{ before: 0, delta: 10, sequence: 1 }] },
      { claim: { number: 2, version: 2 }, changes: [{ before: 10, delta: -7, sequence: 2 }] },
      { rejection: { kind: 'insufficient_balance', available: 3, required: 7 } },
      { claim: { number: 3, version: 3 }, changes: [{ before: 3, delta: 4, sequence: 3 }] },
      { rejection: { kind: 'version_conflict', expected: 2, current: 3 } },
      { claim: { number: 4, version: 4 }, changes: [{ before: 7, delta: -7, sequence: 4 }] },
    ]);
    expect(await ledger.playerLedger(player)).toMatchObject({
      balances: { gold: 0 },
      granted: 4,
      rejected: 3,
      entries: 4,
    });
    await expectSound(player);
  });

  test('a key that occurs twice in a batch is replayed, and a claim that occurs twice is granted once', async () => {
    const sent = operation();
    const again = { ...sent, idempotency_key: fresh('key') };
    const reused = { ...sent, fingerprint: '00000000-0000-0000-0000-000000000002', input: { type: 'other' } };
    const [first, replay, second, other] = await outcomesOf(sent, sent, again, reused);
    expect(first).toMatchObject({ kind: 'granted', replayed: false });
    expect(essence(replay as LedgerOutcome)).toEqual(essence(first as LedgerOutcome));
    expect(second).toMatchObject({
      rejection: { kind: 'already_claimed', number: 1 },
      original: { claim: { idempotencyKey: sent.idempotency_key } },
    });
    expect(other).toMatchObject({ kind: 'key_reused', fields: ['type'] });
    expect(await ledger.playerLedger(sent.player)).toMatchObject({ granted: 1, balances: { gold: 10 } });
    await expectSound(sent.player);
  });

  test('two gifts to one player in one batch keep that player’s chain', async () => {
    const givers = [await playerWith(10), await playerWith(10)] as const;
    const recipient = await playerWith(1);
    const outcomes = await outcomesOf(
      transfer(givers[0], recipient, 3),
      transfer(givers[1], recipient, 4),
      operation({ player: recipient, postings: [take('gold', 8)] }),
      transfer(recipient, givers[0], 1),
    );
    expect(outcomes).toMatchObject([
      { counterpartyChanges: [{ before: 1, delta: 3, sequence: 2 }] },
      { counterpartyChanges: [{ before: 4, delta: 4, sequence: 3 }] },
      { changes: [{ before: 8, delta: -8, sequence: 4 }] },
      { rejection: { kind: 'insufficient_balance', available: 0 } },
    ]);
    expect(await ledger.playerLedger(recipient)).toMatchObject({ number: 4, version: 2, entries: 4 });
    expect(await Promise.all([...givers, recipient].map(goldOf))).toEqual([7, 6, 0]);
    await expectSound(...givers, recipient);
  });

  test('gifts around a circle in one batch pass on what the gift before brought', async () => {
    const players = [await playerWith(5), await playerWith(0), await playerWith(0), await playerWith(0)];
    const circle = players.map((player, index) => transfer(player, players[(index + 1) % 4] as string, 5));
    expect(kinds(await outcomesOf(...circle))).toEqual(['granted', 'granted', 'granted', 'granted']);
    expect(await Promise.all(players.map(goldOf))).toEqual([5, 0, 0, 0]);
    await expectSound(...players);
  });

  test('a recipient whom an earlier operation of the batch creates receives the transfer', async () => {
    const giver = await playerWith(5);
    const recipient = fresh('player');
    const outcomes = await outcomesOf(
      transfer(giver, recipient, 1),
      operation({ player: recipient }),
      transfer(giver, recipient, 2),
    );
    expect(outcomes).toMatchObject([
      { rejection: { kind: 'unknown_player', playerId: recipient } },
      { kind: 'granted' },
      { kind: 'granted' },
    ]);
    expect(await Promise.all([giver, recipient].map(goldOf))).toEqual([3, 12]);
    await expectSound(giver, recipient);
  });

  test('a reward that is announced and recovered in one batch is paid once', async () => {
    const reward = pending();
    const outcomes = await outcomesOf(
      recovery(reward),
      announcement(reward),
      recovery(reward),
      recovery(reward),
    );
    expect(outcomes).toMatchObject([
      { rejection: { kind: 'not_announced' } },
      { kind: 'granted', claim: { number: 1, version: 0 } },
      { kind: 'granted', claim: { number: 2, version: 1 }, changes: [{ delta: 7 }] },
      { rejection: { kind: 'already_claimed', number: 2 } },
    ]);
    expect(await goldOf(reward.playerId)).toBe(7);
    await expectSound(reward.playerId);
  });

  test('a limit of a player holds for the operations of a batch together', async () => {
    const player = fresh('player');
    const limited = (amount: number) => operation({ player, limits: [limitUse({ bound: 3, amount })] });
    const outcomes = await outcomesOf(limited(1), limited(3), limited(2), limited(1));
    expect(outcomes).toMatchObject([
      { kind: 'granted' },
      { rejection: { limit: 'exchanges', bound: 3, remaining: 2, requested: 3 } },
      { kind: 'granted' },
      { rejection: { limit: 'exchanges', bound: 3, remaining: 0, requested: 1 } },
    ]);
    expect(await goldOf(player)).toBe(20);
    await expectSound(player);
  });
});
