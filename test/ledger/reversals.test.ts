import { describe, expect, test } from 'vitest';
import { encodeClaimId } from '../../src/domain/claim-id.ts';
import { brokenInvariants } from '../support/ledger/invariants.ts';
import { granted, openLedger } from '../support/ledger/ledger.ts';
import { fresh, give, operation, take } from '../support/ledger/operations.ts';
import { standing } from '../support/ledger/standing.ts';
import { claimIdOf, reversal, timePasses } from '../support/ledger/systems.ts';

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

  /** Six gold for six gems, of which the player still has `gems`. */
  async function purchase(gems: number) {
    const player = fresh('player');
    await granted(commit(operation({ player, postings: [give('gold', 10)] })));
    const spent = await granted(commit(operation({ player, postings: [take('gold', 6), give('gems', 6)] })));
    if (gems < 6) await granted(commit(operation({ player, postings: [take('gems', 6 - gems)] })));
    return spent.claim;
  }

  test.each([
    false,
    true,
  ])('returning a payment is no award of the staff member who takes back what it bought (debt allowed: %s)', async (allow_debt) => {
    const claim = await purchase(6);
    const staff = await addStaff({ limit: 5, budget: 5 });
    await granted(commit(reversal(staff, claim, { allow_debt })));
    expect(await balancesOf(claim.playerId)).toEqual({ gold: 10, gems: 0 });
    const { rows } = await owner.query('SELECT amount::int FROM onceward.audit_by_name WHERE actor_id = $1', [
      staff,
    ]);
    expect(rows).toEqual([{ amount: 0 }]);
    expect(await brokenInvariants(owner, [claim.playerId])).toEqual([]);
  });

  test('returning a payment counts against the limits of the staff member where it leaves a debt', async () => {
    const claim = await purchase(5);
    const player = claim.playerId;
    const before = await standing(owner, player);
    const over = { allow_debt: true };
    expect(await commit(reversal(await addStaff({ limit: 5 }), claim, over))).toMatchObject({
      rejection: { limit: 'staff_reward', requested: 6 },
    });
    expect(await standing(owner, player)).toEqual(before);
    await granted(commit(reversal(await addStaff({ limit: 6 }), claim, over)));
    expect(await balancesOf(player)).toEqual({ gold: 10, gems: -1 });
    expect(await brokenInvariants(owner, [player])).toEqual([]);
  });

  test('returning a payment counts where the levels that it bought leave a debt of what they gave', async () => {
    const player = fresh('player');
    await granted(commit(operation({ player, postings: [give('gold', 10)] })));
    const postings = [take('gold', 6), give('experience', 100)];
    const { claim } = await granted(commit(operation({ player, postings, milestones: true })));
    await granted(commit(operation({ player, postings: [take('stat_points', 1)] })));
    const over = { allow_debt: true, milestones: true };
    expect(await commit(reversal(await addStaff({ limit: 5 }), claim, over))).toMatchObject({
      rejection: { limit: 'staff_reward', requested: 6 },
    });
    await granted(commit(reversal(await addStaff({ limit: 6 }), claim, over)));
    expect(await balancesOf(player)).toMatchObject({ gold: 10, stat_points: -1 });
  });

  test('energy that regenerated pays for a reversal, which then leaves no debt', async () => {
    const player = fresh('player');
    const postings = [take('gold', 6), give('charges', 2)];
    await granted(commit(operation({ player, postings: [give('gold', 10), take('charges', 5)] })));
    const { claim } = await granted(commit(operation({ player, postings })));
    await granted(commit(operation({ player, postings: [take('charges', 2)] })));
    await timePasses(owner, player, 3 * 3_600);
    const staff = await addStaff({ limit: 5, budget: 5 });
    await granted(commit(reversal(staff, claim, { allow_debt: true, resources: ['charges'] })));
    expect(await balancesOf(player)).toMatchObject({ gold: 10, charges: 1 });
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
