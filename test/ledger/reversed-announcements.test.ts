// An announcement or a paid reward that was reversed is owed or payable again only where it should be.
import { describe, expect, test } from 'vitest';
import { granted, openLedger } from '../support/ledger/ledger.ts';
import { award, operation } from '../support/ledger/operations.ts';
import { reversalHelpers } from '../support/ledger/reversals.ts';
import { standing } from '../support/ledger/standing.ts';
import { announcement, claimOf, pending, recovery } from '../support/ledger/systems.ts';

const ledger = openLedger();
const { commit, owner } = ledger;
const { balancesOf, reverse, expectSound } = reversalHelpers(ledger);

describe('announcements', () => {
  test('an announcement that was reversed is owed no more and can be announced again', async () => {
    const reward = pending();
    const { claim } = await granted(commit(announcement(reward)));
    await granted(reverse(claim));
    const before = await standing(owner, reward.playerId);
    expect(await commit(recovery(reward))).toMatchObject({ rejection: { kind: 'not_announced' } });
    expect(await standing(owner, reward.playerId)).toEqual(before);
    await granted(commit(announcement(reward)));
    await granted(commit(recovery(reward)));
    expect(await commit(recovery(reward))).toMatchObject({ rejection: { kind: 'already_claimed' } });
    expect(await balancesOf(reward.playerId)).toEqual({ gold: 7 });
    await expectSound(reward.playerId);
  });

  test('an announcement that is reversed in part is still owed', async () => {
    const reward = pending();
    const { claim } = await granted(commit(announcement(reward, {}, { units: 2 })));
    await granted(reverse(claim, { quantity: 1 }));
    await granted(commit(recovery(reward)));
    await granted(reverse(claim));
    expect(await balancesOf(reward.playerId)).toEqual({ gold: 7 });
    await expectSound(reward.playerId);
  });

  test('what a staff member announced and a colleague takes back is counted for the member no more', async () => {
    const staff = await ledger.addStaff({ role: 'admin' });
    const reward = pending();
    await granted(commit(operation({ player: reward.playerId })));
    const terms = award(staff, 0);
    const byStaff = { actor_kind: 'staff', actor_id: staff, staff: terms.staff } as const;
    const announced = announcement(
      reward,
      {},
      { ...byStaff, permission: terms.permission, creates_player: false },
    );
    const { claim } = await granted(commit(announced));
    await granted(reverse(claim));
    const { rows } = await owner.query('SELECT * FROM onceward.integrity_of_game() WHERE invariant = $1', [
      'I11',
    ]);
    expect(rows).toEqual([]);
    await expectSound(reward.playerId);
  });

  test('an announcement whose reward was paid cannot be announced again after its reversal', async () => {
    const reward = pending();
    const { claim } = await granted(commit(announcement(reward)));
    await granted(commit(claimOf(reward)));
    await granted(reverse(claim));
    const before = await standing(owner, reward.playerId);
    expect(await commit(announcement(reward))).toMatchObject({ rejection: { kind: 'already_claimed' } });
    expect(await standing(owner, reward.playerId)).toEqual(before);
    expect(await balancesOf(reward.playerId)).toEqual({ gold: 7 });
    await expectSound(reward.playerId);
  });

  test('a paid reward whose claim is reopened can be claimed once more, and is owed no more', async () => {
    const reward = pending();
    await granted(commit(announcement(reward)));
    const { claim } = await granted(commit(recovery(reward)));
    await granted(reverse(claim, { reopen: true }));
    const before = await standing(owner, reward.playerId);
    expect(await commit(recovery(reward))).toMatchObject({ rejection: { kind: 'not_announced' } });
    expect(await standing(owner, reward.playerId)).toEqual(before);
    await granted(commit(claimOf(reward)));
    expect(await commit(claimOf(reward))).toMatchObject({ rejection: { kind: 'already_claimed' } });
    expect(await balancesOf(reward.playerId)).toEqual({ gold: 7 });
    await expectSound(reward.playerId);
  });
});
