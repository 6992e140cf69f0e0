import { describe, expect, test } from 'vitest';
import { granted, openLedger } from '../support/ledger/ledger.ts';
import { fresh, give, operation, take } from '../support/ledger/operations.ts';
import { reversal } from '../support/ledger/systems.ts';

const { commit, playerLedger, addStaff } = openLedger();

const levels = {
  resource: 'experience',
  thresholds: [100, 200],
  paidResource: 'levels_paid',
  grants: [
    { resource: 'stat_points', amounts: [3, 3], floor: null, ceiling: null, atLimit: 'reject' as const },
  ],
};

describe('a reversal', () => {
  test('moves back every balance that the claim moved, level-ups included, and the claim stays', async () => {
    const playerId = fresh('player');
    await granted(commit(operation({ playerId, postings: [give('gold', 7), give('experience', 50)] })));
    const before = await playerLedger(playerId);
    const victory = operation({
      playerId,
      postings: [give('gold', 10), give('experience', 160)],
      milestones: [levels],
    });
    const paid = await granted(commit(victory));

    const back = await granted(commit(reversal(await addStaff(), paid.claim, { milestones: [levels] })));
    expect(back.changes.map(({ resource, delta }) => [resource, delta])).toEqual([
      ['experience', -160],
      ['gold', -10],
      ['levels_paid', -2],
      ['stat_points', -6],
    ]);
    const after = await playerLedger(playerId);
    expect(after.balances).toEqual({ ...before.balances, levels_paid: 0, stat_points: 0 });
    expect(after.granted).toBe(before.granted + 2);
    // What was paid stays claimed.
    expect(await commit({ ...victory, idempotencyKey: fresh('key') })).toMatchObject({
      rejection: { kind: 'already_claimed', claimId: paid.claim.id },
    });
  });

  test('moves back what a ceiling let through, not what was asked for', async () => {
    const playerId = fresh('player');
    const clamped = give('charges', 9, { ceiling: 5, atLimit: 'clamp' });
    const paid = await granted(commit(operation({ playerId, postings: [clamped] })));
    const back = await granted(commit(reversal(await addStaff(), paid.claim)));
    expect(back.balances).toEqual({ charges: 0 });
  });

  test('happens once, however often and by whomever it is asked for', async () => {
    const playerId = fresh('player');
    const paid = await granted(commit(operation({ playerId, postings: [give('gold', 10)] })));
    await granted(commit(operation({ playerId, postings: [give('gold', 100)] })));
    const staff = await Promise.all(Array.from({ length: 4 }, () => addStaff()));
    const outcomes = await Promise.all(
      Array.from({ length: 32 }, (_, n) => commit(reversal(staff[n % 4] as string, paid.claim))),
    );
    const [done, ...others] = outcomes.filter(({ kind }) => kind === 'granted');
    expect(others).toEqual([]);
    for (const outcome of outcomes.filter((each) => each !== done)) {
      expect(outcome).toMatchObject({
        rejection: { kind: 'already_claimed' },
        original: { changes: [{ delta: -10 }] },
      });
    }
    expect((await playerLedger(playerId)).balances).toEqual({ gold: 100 });
  });

  test('is refused where the player no longer has enough, and nothing moves', async () => {
    const playerId = fresh('player');
    const paid = await granted(
      commit(operation({ playerId, postings: [give('gold', 10), give('gems', 1)] })),
    );
    await granted(commit(operation({ playerId, postings: [take('gold', 4)] })));
    const before = await playerLedger(playerId);
    const asked = reversal(await addStaff(), paid.claim);
    expect(await commit(asked)).toMatchObject({
      rejection: { kind: 'insufficient_balance', resource: 'gold', available: 6, required: 10 },
    });
    expect(await playerLedger(playerId)).toEqual({ ...before, rejected: before.rejected + 1 });
  });

  test('leaves a debt where staff choose so, and future grants pay it first', async () => {
    const playerId = fresh('player');
    const paid = await granted(commit(operation({ playerId, postings: [give('gold', 10)] })));
    await granted(commit(operation({ playerId, postings: [take('gold', 4)] })));
    const staff = await addStaff();
    const back = await granted(commit(reversal(staff, paid.claim, { allowDebt: true })));
    expect(back.balances).toEqual({ gold: -4 });
    expect(await commit(operation({ playerId, postings: [take('gold', 1)] }))).toMatchObject({
      rejection: { kind: 'insufficient_balance', available: 0 },
    });
    expect((await granted(commit(operation({ playerId, postings: [give('gold', 5)] })))).balances).toEqual({
      gold: 1,
    });
  });

  test('of a claim that spent gives back, inside the staff member’s limit', async () => {
    const playerId = fresh('player');
    await granted(commit(operation({ playerId, postings: [give('gold', 10)] })));
    const spent = await granted(
      commit(operation({ playerId, postings: [take('gold', 6), give('energy', 6)] })),
    );
    const small = reversal(await addStaff({ limit: 5 }), spent.claim);
    expect(await commit(small)).toMatchObject({ rejection: { limit: 'staff_reward', requested: 6 } });
    const back = await granted(commit(reversal(await addStaff({ limit: 6 }), spent.claim)));
    expect(back.balances).toEqual({ gold: 10, energy: 0 });
  });

  test('needs a granted claim of that player, and no reversal', async () => {
    const [one, other] = [fresh('player'), fresh('player')];
    const paid = await granted(commit(operation({ playerId: one, postings: [give('gold', 10)] })));
    await granted(commit(operation({ playerId: other })));
    const staff = await addStaff();
    const before = [await playerLedger(one), await playerLedger(other)];
    const unknown = '00000000-0000-4000-8000-000000000000';
    for (const [playerId, claimId] of [
      [other, paid.claim.id],
      [one, unknown],
    ] as const) {
      expect(await commit(reversal(staff, { playerId, id: claimId }))).toMatchObject({
        rejection: { kind: 'unknown_claim', claimId },
        // Nothing of another player's claim is told.
        original: null,
      });
    }
    expect([await playerLedger(one), await playerLedger(other)]).toEqual(
      before.map((state) => ({ ...state, rejected: state.rejected + 1 })),
    );
    const back = await granted(commit(reversal(staff, paid.claim)));
    expect(await commit(reversal(staff, back.claim))).toMatchObject({
      rejection: { kind: 'not_reversible', claimId: back.claim.id },
    });
  });
});
