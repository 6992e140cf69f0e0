import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { KernelOperation } from '../../src/ledger/kernel-contract.ts';
import { essence } from '../support/ledger/essence.ts';
import { brokenInvariants } from '../support/ledger/invariants.ts';
import { commit as commitWith, granted, type LedgerOutcome, openLedger } from '../support/ledger/ledger.ts';
import { award, fresh, give, operation, take } from '../support/ledger/operations.ts';

const { app, commit, playerLedger, addStaff, owner } = openLedger();

const atOnce = <T>(count: number, run: (index: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, index) => run(index)));

const expectSound = async (player: string) => expect(await brokenInvariants(owner, [player])).toEqual([]);

const OTHER_FINGERPRINT = '00000000-0000-0000-0000-000000000002';

describe('a new player', () => {
  test('a player is created once by 64 simultaneous first operations, and all of them count', async () => {
    const player = fresh('player');
    const outcomes = await atOnce(64, () =>
      commit(operation({ player, postings: [give('gold', 1), give('gems', 2)] })),
    );
    expect(outcomes.every(({ kind }) => kind === 'granted')).toBe(true);
    expect(await playerLedger(player)).toMatchObject({
      version: 64,
      number: 64,
      balances: { gold: 64, gems: 128 },
      entries: 128,
    });
    await expectSound(player);
  });

  test('a new player is paid once when the first key arrives 64 times at once', async () => {
    const sent = operation();
    const outcomes = await atOnce(64, () => granted(commit(sent)));
    expect(outcomes.filter(({ replayed }) => !replayed)).toHaveLength(1);
    for (const outcome of outcomes) expect(essence(outcome)).toEqual(essence(outcomes[0] as LedgerOutcome));
    expect(await playerLedger(sent.player)).toMatchObject({ version: 1, granted: 1, rejected: 0 });
  });

  test('one rejection is recorded when an award to an unknown player arrives 32 times at once', async () => {
    const sent = award(await addStaff(), 10);
    const outcomes = await atOnce(32, () => commit(sent));
    expect(outcomes.filter((outcome) => outcome.kind === 'rejected' && !outcome.replayed)).toHaveLength(1);
    for (const outcome of outcomes) expect(outcome).toMatchObject({ rejection: { kind: 'unknown_player' } });
    expect(await playerLedger(sent.player)).toMatchObject({
      version: null,
      granted: 0,
      rejected: 1,
      balances: {},
    });
    await expectSound(sent.player);
  });

  test('a key of a creation and a simultaneous award to the new player has one outcome', async () => {
    const staff = await addStaff();
    for (let round = 0; round < 10; round++) {
      const first = operation();
      const { player, idempotency_key } = first;
      const second = { ...award(staff, 10), player, idempotency_key, fingerprint: OTHER_FINGERPRINT };
      const kinds = (await Promise.all([commit(first), commit(second)])).map(({ kind }) => kind);
      expect([
        ['granted', 'key_reused'],
        ['key_reused', 'rejected'],
      ]).toContainEqual(kinds);
      const { granted: paid, rejected } = await playerLedger(player);
      expect(paid + rejected).toBe(1);
      await expectSound(player);
    }
  });
});

describe('at the same time', () => {
  test('of 64 simultaneous keys for one claim one is paid, and the others see the original', async () => {
    const sent = operation();
    const outcomes = await atOnce(64, () => commit({ ...sent, idempotency_key: fresh('key') }));
    const paid = outcomes.find(({ kind }) => kind === 'granted');
    const rejected = outcomes.filter(({ kind }) => kind === 'rejected');
    expect(rejected).toHaveLength(63);
    for (const outcome of rejected) {
      expect(outcome).toMatchObject({
        rejection: { kind: 'already_claimed', number: 1, sourceKey: null },
        original: paid?.kind === 'granted' && {
          claim: paid.claim,
          changes: [{ resource: 'gold', before: 0, delta: 10 }],
        },
      });
    }
    expect(await playerLedger(sent.player)).toMatchObject({
      version: 1,
      granted: 1,
      rejected: 63,
      balances: { gold: 10 },
    });
    await expectSound(sent.player);
  });

  test('64 simultaneous requests with one key and two inputs have one outcome, and the other input is reported', async () => {
    const sent = operation({ input: { floor: 1 } });
    const other = { ...sent, input: { floor: 2 }, fingerprint: OTHER_FINGERPRINT };
    const outcomes = await atOnce(64, (index) => commit(index % 2 ? sent : other));
    const reused = outcomes.filter(({ kind }) => kind === 'key_reused');
    expect(reused).toHaveLength(32);
    for (const outcome of reused) expect(outcome).toMatchObject({ fields: ['floor'] });
    expect(await playerLedger(sent.player)).toMatchObject({ version: 1, granted: 1, rejected: 0 });
  });

  test('of 64 simultaneous spenders of ten pieces exactly ten spend', async () => {
    const player = fresh('player');
    await granted(commit(operation({ player })));
    const outcomes = await atOnce(64, () =>
      commit(operation({ player, postings: [take('gold', 1), give('gems', 1)] })),
    );
    expect(outcomes.filter(({ kind }) => kind === 'granted')).toHaveLength(10);
    expect(await playerLedger(player)).toMatchObject({
      version: 11,
      balances: { gold: 0, gems: 10 },
      rejected: 54,
    });
    await expectSound(player);
  });

  test('64 simultaneous gifts with a clamped ceiling fill the balance to the ceiling and never above it', async () => {
    const player = fresh('player');
    const gift = () => operation({ player, postings: [give('tokens', 3, { ceiling: 10, clamp: true })] });
    const outcomes = await atOnce(64, () => granted(commit(gift())));
    const deltas = outcomes.map(({ changes }) => changes[0]?.delta).toSorted();
    expect(deltas.filter((delta) => delta !== 0)).toEqual([1, 3, 3, 3]);
    expect(await playerLedger(player)).toMatchObject({ version: 64, balances: { tokens: 10 }, entries: 64 });
    await expectSound(player);
  });

  test('of 64 simultaneous callers who saw the same version one is granted', async () => {
    const player = fresh('player');
    await granted(commit(operation({ player })));
    const outcomes = await atOnce(64, () => commit(operation({ player, expected_version: 1 })));
    expect(outcomes.filter(({ kind }) => kind === 'granted')).toHaveLength(1);
    for (const outcome of outcomes.filter(({ kind }) => kind !== 'granted'))
      expect(outcome).toMatchObject({ rejection: { kind: 'version_conflict', expected: 1, current: 2 } });
    expect(await playerLedger(player)).toMatchObject({ version: 2, balances: { gold: 20 } });
  });

  test('simultaneous operations that move resources in opposite orders deadlock nobody', async () => {
    const player = fresh('player');
    const there = ['amber', 'zinc', 'gems'].map((resource) => give(resource, 1));
    await atOnce(64, (index) =>
      granted(commit(operation({ player, postings: index % 2 ? there : there.toReversed() }))),
    );
    expect(await playerLedger(player)).toMatchObject({ balances: { amber: 64, zinc: 64, gems: 64 } });
    await expectSound(player);
  });
});

/** Commits an operation and keeps its transaction open until `finish`. */
async function inFlight(sent: KernelOperation) {
  const client = await app.connect();
  await client.query('BEGIN');
  const outcome = await commitWith(client, sent);
  return {
    outcome,
    finish: async (how: 'COMMIT' | 'ROLLBACK') => {
      await client.query(how);
      client.release();
    },
  };
}

describe('while an operation is in flight', () => {
  test.each([
    ['a known player', true],
    ['a player whom the first request creates', false],
  ])('a request with the same key waits and replays the outcome of the first: %s', async (_, known) => {
    const sent = operation();
    if (known) await granted(commit(operation({ player: sent.player })));
    const first = await inFlight(sent);
    let answered = false;
    const second = commit(sent).finally(() => {
      answered = true;
    });
    await sleep(100);
    expect(answered).toBe(false);
    await first.finish('COMMIT');
    expect(essence(await second)).toEqual(essence(first.outcome));
  });

  test('requests with the key of an operation that is rolled back apply it once', async () => {
    const sent = operation();
    const first = await inFlight(sent);
    const others = Promise.all([1, 2, 3].map(() => granted(commit(sent))));
    await first.finish('ROLLBACK');
    expect((await others).map(({ replayed }) => replayed).toSorted()).toEqual([false, true, true]);
    expect(await playerLedger(sent.player)).toMatchObject({ version: 1, balances: { gold: 10 } });
  });

  test('a lookup of the key of an operation in flight waits and finds it', async () => {
    const sent = operation();
    await granted(commit(operation({ player: sent.player })));
    const first = await inFlight(sent);
    const lookup = commit({ ...sent, mode: 'lookup', postings: [] });
    await sleep(50);
    await first.finish('COMMIT');
    expect(essence(await lookup)).toEqual(essence(first.outcome));
  });

  test('an operation that waits past the role’s lock_timeout fails with 55P03 and writes nothing', async () => {
    const sent = operation();
    const first = await inFlight(sent);
    const second = operation({ player: sent.player });
    await expect(commit(second)).rejects.toMatchObject({ code: '55P03' });
    await first.finish('COMMIT');
    expect(await playerLedger(sent.player)).toMatchObject({ version: 1, granted: 1, rejected: 0 });
    expect(await granted(commit(second))).toMatchObject({ replayed: false });
  });

  test('other players do not wait for an operation in flight', async () => {
    const first = await inFlight(operation());
    await granted(commit(operation()));
    await first.finish('ROLLBACK');
  });
});

test('the times of a player’s claims never decrease, even when the clock does', async () => {
  const player = fresh('player');
  await granted(commit(operation({ player })));
  await owner.query(
    `UPDATE onceward.actors SET updated_at = date_trunc('milliseconds', now()) + interval '4 minutes'
      WHERE (id, kind) = ($1, 1)`,
    [player],
  );
  const first = await granted(commit(operation({ player })));
  const second = await granted(commit(operation({ player })));
  expect(first.claim.claimedAt).toBeGreaterThan(Date.now() + 200_000);
  expect(second.claim.claimedAt).toBe(first.claim.claimedAt);
  await expectSound(player);
});
