import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { brokenInvariants } from '../support/ledger/invariants.ts';
import { commit as commitWith, granted, openLedger } from '../support/ledger/ledger.ts';
import { award, fresh, give, operation, take } from '../support/ledger/operations.ts';

const { app, commit, playerLedger, addStaff, owner } = openLedger();

const atOnce = <T>(count: number, run: (index: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, index) => run(index)));

const sound = async (playerId: string) => expect(await brokenInvariants(owner, [playerId])).toEqual([]);

describe('a player nobody has seen yet', () => {
  test('is created once by sixty-four first operations at once, and all of them count', async () => {
    const playerId = fresh('player');
    const outcomes = await atOnce(64, () =>
      commit(operation({ playerId, postings: [give('gold', 1), give('gems', 2)] })),
    );
    expect(outcomes.every(({ kind }) => kind === 'granted')).toBe(true);
    expect(await playerLedger(playerId)).toMatchObject({
      version: 64,
      balances: { gold: 64, gems: 128 },
      entries: 128,
    });
    await sound(playerId);
  });

  test('is paid once when the first key arrives sixty-four times at once', async () => {
    const asked = operation();
    const outcomes = await atOnce(64, () => granted(commit(asked)));
    expect(outcomes.filter(({ replayed }) => !replayed)).toHaveLength(1);
    for (const outcome of outcomes)
      expect({ ...outcome, replayed: true }).toEqual({ ...outcomes[0], replayed: true });
    expect(await playerLedger(asked.playerId)).toMatchObject({ version: 1, granted: 1, rejected: 0 });
  });

  test('gets one recorded "no" when an award with one key arrives thirty-two times at once', async () => {
    const asked = award(await addStaff(), 10);
    const outcomes = await atOnce(32, () => commit(asked));
    expect(outcomes.filter((outcome) => outcome.kind === 'rejected' && !outcome.replayed)).toHaveLength(1);
    for (const outcome of outcomes) expect(outcome).toMatchObject({ rejection: { kind: 'unknown_player' } });
    expect(await playerLedger(asked.playerId)).toMatchObject({ version: null, rejected: 1 });
    await sound(asked.playerId);
  });

  test('may be created and awarded at once: the key that both carry has one outcome', async () => {
    const staff = await addStaff();
    for (let round = 0; round < 10; round++) {
      const first = operation();
      const { playerId, idempotencyKey } = first;
      const second = { ...award(staff, 10), playerId, idempotencyKey, fingerprint: 'another' };
      const kinds = (await Promise.all([commit(first), commit(second)])).map(({ kind }) => kind);
      expect([
        ['granted', 'key_reused'],
        ['key_reused', 'rejected'],
      ]).toContainEqual(kinds);
      const { granted: paid, rejected } = await playerLedger(playerId);
      expect(paid + rejected).toBe(1);
      await sound(playerId);
    }
  });
});

describe('at the same instant', () => {
  test('sixty-four keys for one claim: one is paid, the others see the original', async () => {
    const asked = operation();
    const outcomes = await atOnce(64, () => commit({ ...asked, idempotencyKey: fresh('key') }));
    const [paid] = outcomes.filter(({ kind }) => kind === 'granted');
    const refused = outcomes.filter(({ kind }) => kind === 'rejected');
    expect(refused).toHaveLength(63);
    for (const outcome of refused) {
      expect(outcome).toMatchObject({
        original: paid?.kind === 'granted' && { claim: paid.claim, changes: paid.changes },
      });
    }
    expect(await playerLedger(asked.playerId)).toMatchObject({
      version: 1,
      granted: 1,
      rejected: 63,
      balances: { gold: 10 },
    });
    await sound(asked.playerId);
  });

  test('sixty-four requests for one key with two inputs: one outcome, the other input is told', async () => {
    const asked = operation({ input: { floor: 1 }, fingerprint: 'one' });
    const other = { ...asked, input: { floor: 2 }, fingerprint: 'two' };
    const outcomes = await atOnce(64, (index) => commit(index % 2 ? asked : other));
    const reused = outcomes.filter(({ kind }) => kind === 'key_reused');
    expect(reused).toHaveLength(32);
    for (const outcome of reused) expect(outcome).toMatchObject({ fields: ['floor'] });
    expect(await playerLedger(asked.playerId)).toMatchObject({ version: 1, granted: 1, rejected: 0 });
  });

  test('sixty-four spenders of ten: exactly ten spend', async () => {
    const playerId = fresh('player');
    await commit(operation({ playerId }));
    const outcomes = await atOnce(64, () =>
      commit(operation({ playerId, postings: [take('gold', 1), give('gems', 1)] })),
    );
    expect(outcomes.filter(({ kind }) => kind === 'granted')).toHaveLength(10);
    expect(await playerLedger(playerId)).toMatchObject({
      version: 11,
      balances: { gold: 0, gems: 10 },
      rejected: 54,
    });
    await sound(playerId);
  });

  test('sixty-four givers at a clamped ceiling: filled to the brim, never above', async () => {
    const playerId = fresh('player');
    const gift = () =>
      operation({ playerId, postings: [give('charges', 3, { ceiling: 10, atLimit: 'clamp' })] });
    const outcomes = await atOnce(64, () => granted(commit(gift())));
    const deltas = outcomes.map(({ changes }) => changes[0]?.delta).toSorted();
    expect(deltas.filter((delta) => delta !== 0)).toEqual([1, 3, 3, 3]);
    expect(await playerLedger(playerId)).toMatchObject({
      version: 64,
      balances: { charges: 10 },
      entries: 64,
    });
    await sound(playerId);
  });

  test('sixty-four callers who saw one version: one of them wins', async () => {
    const playerId = fresh('player');
    await commit(operation({ playerId }));
    const outcomes = await atOnce(64, () => commit(operation({ playerId, expectedVersion: 1 })));
    expect(outcomes.filter(({ kind }) => kind === 'granted')).toHaveLength(1);
    expect(await playerLedger(playerId)).toMatchObject({ version: 2, balances: { gold: 20 } });
  });

  test('giving resources in opposite orders locks nobody out', async () => {
    const playerId = fresh('player');
    const there = ['amber', 'bronze', 'copper'].map((resource) => give(resource, 1));
    await atOnce(64, (index) =>
      commit(operation({ playerId, postings: index % 2 ? there : there.toReversed() })),
    );
    expect(await playerLedger(playerId)).toMatchObject({ balances: { amber: 64, bronze: 64, copper: 64 } });
    await sound(playerId);
  });
});

/** Carries an operation out and holds its transaction open until `finish`. */
async function inFlight(asked: ReturnType<typeof operation>) {
  const client = await app.connect();
  await client.query('BEGIN');
  const outcome = await commitWith(client, asked);
  return {
    outcome,
    finish: async (how: 'COMMIT' | 'ROLLBACK') => {
      await client.query(how);
      client.release();
    },
  };
}

describe('while the first is in flight', () => {
  test.each([
    ['a known player', true],
    ['a player whom the first creates', false],
  ])('the same key waits, and replays what the first did: %s', async (_, known) => {
    const asked = operation();
    if (known) await commit(operation({ playerId: asked.playerId }));
    const first = await inFlight(asked);
    let answered = false;
    const second = commit(asked).finally(() => {
      answered = true;
    });
    await sleep(100);
    expect(answered).toBe(false);
    await first.finish('COMMIT');
    expect(await second).toEqual({ ...first.outcome, replayed: true });
  });

  test('the same key is carried out, once, where the first is rolled back', async () => {
    const asked = operation();
    const first = await inFlight(asked);
    const others = Promise.all([1, 2, 3].map(() => granted(commit(asked))));
    await first.finish('ROLLBACK');
    expect((await others).map(({ replayed }) => replayed).toSorted()).toEqual([false, true, true]);
    expect(await playerLedger(asked.playerId)).toMatchObject({ version: 1, balances: { gold: 10 } });
  });

  test('a lookup of the key waits too, and finds it', async () => {
    const asked = operation();
    await commit(operation({ playerId: asked.playerId }));
    const first = await inFlight(asked);
    const lookup = commit({ ...asked, mode: 'lookup', postings: [] });
    await sleep(50);
    await first.finish('COMMIT');
    expect(await lookup).toEqual({ ...first.outcome, replayed: true });
  });

  test('whoever waits past the role’s lock_timeout is told 55P03, writes nothing, and may come again', async () => {
    const asked = operation();
    const first = await inFlight(asked);
    await expect(commit(operation({ playerId: asked.playerId }))).rejects.toMatchObject({ code: '55P03' });
    await first.finish('COMMIT');
    expect(await playerLedger(asked.playerId)).toMatchObject({ version: 1, granted: 1 });
  });

  test('other players do not wait', async () => {
    const first = await inFlight(operation());
    await granted(commit(operation()));
    await first.finish('ROLLBACK');
  });
});

test('claims of one player never go back in time, though the clock does', async () => {
  const playerId = fresh('player');
  await commit(operation({ playerId }));
  await owner.query(`UPDATE onceward.players SET updated_at = now() + interval '1 hour' WHERE id = $1`, [
    playerId,
  ]);
  const first = await granted(commit(operation({ playerId })));
  const second = await granted(commit(operation({ playerId })));
  expect(Date.parse(first.claim.claimedAt)).toBeGreaterThan(Date.now() + 3_000_000);
  expect(second.claim.claimedAt).toBe(first.claim.claimedAt);
  await sound(playerId);
});
