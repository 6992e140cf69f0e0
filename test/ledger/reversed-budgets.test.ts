// Reversing an award gives its budget back to the staff member who made it, at most once.
import { describe, expect, test } from 'vitest';
import { granted, openLedger } from '../support/ledger/ledger.ts';
import { award, fresh, operation, staffTerms } from '../support/ledger/operations.ts';
import { type Claim, reversalHelpers } from '../support/ledger/reversals.ts';
import { reversal } from '../support/ledger/systems.ts';

const ledger = openLedger();
const { commit, owner, addStaff } = ledger;
const { balancesOf, reverse, expectSound } = reversalHelpers(ledger);

describe('the budget of a staff member', () => {
  const budgetOf = async (staff: string) => {
    const { rows } = await owner.query(
      `SELECT used::int FROM onceward.limits_by_name
        WHERE (kind, "limit", period, subject_id) = ('staff', 'staff:budget', $2, $1)`,
      [staff, staffTerms().day],
    );
    return rows[0]?.used;
  };
  /** Two awards of one staff member: of 10 and of 50. */
  async function awards(staff: string): Promise<Claim> {
    const player = fresh('player');
    await granted(commit(operation({ player })));
    const { claim } = await granted(commit(award(staff, 10, {}, { player })));
    await granted(commit(award(staff, 50, {}, { player })));
    expect(await budgetOf(staff)).toBe(60);
    return claim;
  }

  test('reversing one’s own award on the same day gives its budget back', async () => {
    const staff = await addStaff({ budget: 60 });
    const claim = await awards(staff);
    await granted(commit(reversal(staff, claim)));
    expect(await budgetOf(staff)).toBe(50);
    await granted(commit(award(staff, 10, {}, { player: claim.playerId })));
    expect(await commit(award(staff, 1, {}, { player: claim.playerId }))).toMatchObject({
      rejection: { limit: 'staff_daily_budget', remaining: 0 },
    });
    await expectSound(claim.playerId);
  });

  test('reversing it on another day, or another member’s award, gives no budget back', async () => {
    const staff = await addStaff();
    const claim = await awards(staff);
    const tomorrow = new Date(Date.parse(staffTerms().day) + 86_400_000).toISOString().slice(0, 10);
    await granted(commit({ ...reversal(staff, claim), staff: staffTerms({ day: tomorrow }) }));
    expect(await budgetOf(staff)).toBe(60);
    const other = await addStaff();
    const second = await awards(other);
    await granted(commit(reversal(staff, second)));
    expect(await budgetOf(other)).toBe(60);
    await expectSound(claim.playerId, second.playerId);
  });

  test('reopening an award gives its budget back, also when a colleague reverses it', async () => {
    const staff = await addStaff();
    const claim = await awards(staff);
    await granted(reverse(claim, { reopen: true }));
    expect(await budgetOf(staff)).toBe(50);
    await expectSound(claim.playerId);
  });

  test('a budget that the reversal gave back is not given back again by reopening', async () => {
    const staff = await addStaff();
    const claim = await awards(staff);
    await granted(commit(reversal(staff, claim)));
    expect(await budgetOf(staff)).toBe(50);
    await granted(commit(reversal(staff, claim, { reopen: true })));
    expect(await budgetOf(staff)).toBe(50);
    await expectSound(claim.playerId);
  });

  test('the parts of an award give its budget back once, when the last one completes them', async () => {
    const staff = await addStaff();
    const player = fresh('player');
    await granted(commit(operation({ player })));
    await granted(commit(award(staff, 50, {}, { player })));
    const { claim } = await granted(commit(award(staff, 10, {}, { player, units: 10 })));
    for (let part = 1; part <= 10; part++) {
      await granted(commit(reversal(staff, claim, { quantity: 1 })));
      expect(await budgetOf(staff)).toBe(part < 10 ? 60 : 50);
    }
    expect(await balancesOf(player)).toEqual({ gold: 60 });
    await expectSound(player);
  });
});
