import { describe, expect, test } from 'vitest';
import { encodeClaimId } from '../../src/domain/claim-id.ts';
import { brokenInvariants } from '../support/ledger/invariants.ts';
import { granted, openLedger } from '../support/ledger/ledger.ts';
import { fresh, give, operation, take } from '../support/ledger/operations.ts';
import { standing } from '../support/ledger/standing.ts';
import { claimIdOf, reversal } from '../support/ledger/systems.ts';

const { commit, owner, playerLedger, addStaff } = openLedger();

const balancesOf = async (player: string) => (await playerLedger(player)).balances;

describe('a reversal', () => {
  test('a reversal moves back every balance that the claim moved, level-ups included, and the claim stays', async () => {
    const player = fresh('player');
    await granted(commit(operation({ player, postings: [give('gold', 7), give('experience', 50)] })));
    const before = await playerLedger(player);
    const victory = operation({
      player,
      postings: [give('gold', 10), give('experience', 260)],
      milestones: true,
    });
    const paid = await granted(commit(victory));

    const back = await granted(commit(reversal(await addStaff(), paid.claim, { milestones: true })));
    expect(back.changes.map(({ resource, delta }) => [resource, delta])).toEqual([
      ['experience', -260],
      ['gold', -10],
      ['levels_paid', -2],
      ['stat_points', -6],
    ]);
    const after = await playerLedger(player);
    expect(after.balances).toEqual({ ...before.balances, levels_paid: 0, stat_points: 0 });
    expect(after.granted).toBe(before.granted + 2);
    // A claim that was reversed stays claimed.
    const standingBefore = await standing(owner, player);
    expect(await commit({ ...victory, idempotency_key: fresh('key') })).toMatchObject({
      rejection: { kind: 'already_claimed', number: paid.claim.number },
      original: { claim: paid.claim },
    });
    expect(await standing(owner, player)).toEqual(standingBefore);
    expect(await brokenInvariants(owner, [player])).toEqual([]);
  });

  test('a reversal moves back what a ceiling let through, not what was requested', async () => {
    const player = fresh('player');
    const clamped = give('tokens', 9, { ceiling: 5, clamp: true });
    const paid = await granted(commit(operation({ player, postings: [clamped] })));
    const back = await granted(commit(reversal(await addStaff(), paid.claim)));
    expect(back.changes).toMatchObject([{ resource: 'tokens', before: 5, delta: -5 }]);
    expect(await balancesOf(player)).toEqual({ tokens: 0 });
  });

  test('a reversal happens once, however many staff members request it at the same time', async () => {
    const player = fresh('player');
    const paid = await granted(commit(operation({ player, postings: [give('gold', 10)] })));
    await granted(commit(operation({ player, postings: [give('gold', 100)] })));
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
    expect(await balancesOf(player)).toEqual({ gold: 100 });
    expect(await brokenInvariants(owner, [player])).toEqual([]);
  });

  test('a reversal is rejected when the player no longer has enough, and nothing moves', async () => {
    const player = fresh('player');
    const paid = await granted(commit(operation({ player, postings: [give('gold', 10), give('gems', 1)] })));
    await granted(commit(operation({ player, postings: [take('gold', 4)] })));
    const before = await standing(owner, player);
    const { rejected } = await playerLedger(player);
    expect(await commit(reversal(await addStaff(), paid.claim))).toMatchObject({
      rejection: { kind: 'insufficient_balance', resource: 'gold', available: 6, required: 10 },
    });
    expect(await standing(owner, player)).toEqual(before);
    expect((await playerLedger(player)).rejected).toBe(rejected + 1);
  });

  test('a reversal leaves a debt when staff allow it, and later grants pay it first', async () => {
    const player = fresh('player');
    const paid = await granted(commit(operation({ player, postings: [give('gold', 10)] })));
    await granted(commit(operation({ player, postings: [take('gold', 4)] })));
    await granted(commit(reversal(await addStaff(), paid.claim, { allow_debt: true })));
    expect(await balancesOf(player)).toEqual({ gold: -4 });
    expect(await commit(operation({ player, postings: [take('gold', 1)] }))).toMatchObject({
      rejection: { kind: 'insufficient_balance', available: 0 },
    });
    expect(await balancesOf(player)).toEqual({ gold: -4 });
    await granted(commit(operation({ player, postings: [give('gold', 5)] })));
    expect(await balancesOf(player)).toEqual({ gold: 1 });
  });

  test('a reversal of a claim that spent gives back within the staff member’s limit', async () => {
    const player = fresh('player');
    await granted(commit(operation({ player, postings: [give('gold', 10)] })));
    const spent = await granted(commit(operation({ player, postings: [take('gold', 6), give('gems', 6)] })));
    const before = await standing(owner, player);
    expect(await commit(reversal(await addStaff({ limit: 5 }), spent.claim))).toMatchObject({
      rejection: { limit: 'staff_reward', requested: 6 },
    });
    expect(await standing(owner, player)).toEqual(before);
    await granted(commit(reversal(await addStaff({ limit: 6 }), spent.claim)));
    expect(await balancesOf(player)).toEqual({ gold: 10, gems: 0 });
  });

  test('a reversal needs a claim of that player which is no reversal', async () => {
    const [one, other] = [fresh('player'), fresh('player')];
    const paid = await granted(commit(operation({ player: one, postings: [give('gold', 10)] })));
    await granted(commit(operation({ player: other })));
    const staff = await addStaff();
    const before = await standing(owner, one, other);
    for (const unknown of [
      { ...paid.claim, playerId: other },
      { ...paid.claim, number: 2 },
      { ...paid.claim, handle: '00000000000000000000' },
    ]) {
      expect(await commit(reversal(staff, unknown))).toMatchObject({
        rejection: { kind: 'unknown_claim', claimId: encodeClaimId(unknown.handle, unknown.number) },
        // Nothing about another player's claim is revealed.
        original: null,
      });
    }
    expect(await standing(owner, one, other)).toEqual(before);
    const back = await granted(commit(reversal(staff, paid.claim)));
    const after = await standing(owner, one, other);
    expect(await commit(reversal(staff, back.claim))).toMatchObject({
      rejection: { kind: 'not_reversible', claimId: claimIdOf(back.claim) },
    });
    expect(await standing(owner, one, other)).toEqual(after);
  });
});
