import { describe, expect, test } from 'vitest';
import type { Operation } from '../../src/domain/operation.ts';
import { brokenInvariants } from '../support/ledger/invariants.ts';
import { granted, openLedger } from '../support/ledger/ledger.ts';
import { award, fresh, give, LEVELS, operation, take } from '../support/ledger/operations.ts';
import { standing } from '../support/ledger/standing.ts';
import { announcement, growing, owed, recovery, reversal } from '../support/ledger/systems.ts';

const { commit, owner, playerLedger, addStaff } = openLedger();

/** As a Worker sends it that was deployed before the kernel learned of these. */
function olden(asked: Operation): Operation {
  const {
    choices,
    counterparty,
    quotas,
    owes,
    paysOwed,
    occurredAt,
    staffCheck,
    reverses,
    accruals: _,
    ...rest
  } = asked;
  const { awardsPerDay, ...check } = staffCheck ?? {};
  const { accruals, counters, ...reverse } = reverses ?? {};
  return {
    ...rest,
    staffCheck: staffCheck && check,
    reverses: reverses && reverse,
  } as unknown as Operation;
}

const sound = async (playerId: string) => expect(await brokenInvariants(owner, [playerId])).toEqual([]);

describe('an operation of an older Worker, while a new one is deployed', () => {
  test('is granted and replayed as ever', async () => {
    const playerId = fresh('player');
    const asked = olden(
      operation({ playerId, postings: [give('gold', 5), give('experience', 120)], milestones: [LEVELS] }),
    );
    const done = await granted(commit(asked));
    expect(done).toMatchObject({
      balances: { gold: 5, experience: 120, levels_paid: 1, stat_points: 3 },
      counterpartyChanges: null,
      claim: { draws: [], counterpartyId: null, occurredAt: null },
    });
    expect(await commit(asked)).toEqual({ ...done, replayed: true });
    await sound(playerId);
  });

  test('is refused as ever, and moves nothing', async () => {
    const playerId = fresh('player');
    await granted(commit(olden(operation({ playerId }))));
    const before = await standing(owner, playerId);
    const refused = olden(operation({ playerId, postings: [take('gold', 99)] }));
    expect(await commit(refused)).toMatchObject({
      rejection: { kind: 'insufficient_balance', available: 10 },
    });
    expect(await standing(owner, playerId)).toEqual(before);
  });

  test('awards inside the staff member’s limits, which bind the new ones too', async () => {
    const playerId = fresh('player');
    await granted(commit(olden(operation({ playerId, postings: [] }))));
    const staff = await addStaff({ budget: 10 });
    await granted(commit(olden({ ...award(staff, 8), playerId })));
    expect(await commit({ ...award(staff, 3), playerId })).toMatchObject({
      rejection: { limit: 'staff_daily_budget', remaining: 2 },
    });
    await sound(playerId);
  });

  test('reverses what a claim gave; levels stay paid, and are not paid twice', async () => {
    const playerId = fresh('player');
    const victory = operation({ playerId, postings: [give('experience', 100)], milestones: [LEVELS] });
    const { claim } = await granted(commit(victory));
    await granted(commit(olden(reversal(await addStaff(), claim))));
    await granted(commit({ ...victory, claimKey: fresh('quest'), idempotencyKey: fresh('key') }));
    expect((await playerLedger(playerId)).balances).toEqual({
      experience: 100,
      levels_paid: 1,
      stat_points: 3,
    });
    await sound(playerId);
  });

  test('pays what was announced with what grows by itself as it was announced', async () => {
    const asked = owed();
    await granted(commit(announcement(asked, { postings: [growing(give('charges', 1))] })));
    const { accruals, ...older } = recovery(asked);
    expect(accruals).toBeNull();
    expect((await granted(commit(older as Operation))).balances).toEqual({ charges: 6 });
    await sound(asked.playerId);
  });

  test('looks a key up, and carries a "no" of the rules', async () => {
    expect(await commit(olden(operation({ mode: 'lookup', postings: [] })))).toEqual({ kind: 'unknown_key' });
    const rejection = { kind: 'unknown_claim_type', claimType: 'x' } as const;
    expect(await commit(olden(operation({ mode: 'reject', rejection })))).toMatchObject({ rejection });
  });
});
