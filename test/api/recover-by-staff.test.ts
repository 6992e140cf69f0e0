/** recoverReward by staff: it needs a reason and a role, is audited, and uses none of the staff member's limits. */
import { beforeEach, describe, expect, it } from 'vitest';
import { changedExample, publish } from '../support/worker/balance.ts';
import { asStaff, call, receiptOf, rejectionOf } from '../support/worker/client.ts';
import { onlyError, withoutDatabase } from '../support/worker/fault-answers.ts';
import {
  addStaffMember,
  auditEvents,
  changeStaffMember,
  ledgerState,
  usedByStaff,
} from '../support/worker/ledger-state.ts';
import { announce, pendingKeys, VICTORY } from '../support/worker/pending.ts';
import { fresh, freshKey, staffToken } from '../support/worker/service.ts';
import { movingNothing, writingNothing } from '../support/worker/stillness.ts';

beforeEach(() => publish(changedExample(() => {})));

const reason = 'the client never came back';
const battle = (playerId: string, key = 'enc-1') => ({ playerId, type: VICTORY.type, key, reason });

describe('recoverReward by staff', () => {
  it("a recovery by staff needs none of the staff member's limits and uses nothing of them", async () => {
    await publish(
      changedExample(({ manualRewards }) => {
        manualRewards.awardsPerDay = 1;
      }),
    );
    const playerId = fresh('player');
    const staffId = await addStaffMember(fresh('staff'), { limit: 10, budget: 10 });
    for (const key of ['enc-1', 'enc-2', 'enc-3']) await announce(playerId, key);
    const recover = async (key: string) =>
      receiptOf(await asStaff(staffId).recoverReward(battle(playerId, key)));

    const { changes } = await recover('enc-1');
    expect(changes.map(({ resource, delta }) => [resource, delta])).toEqual([
      ['experience', 55],
      ['lumees', 80],
    ]);
    await recover('enc-2');
    expect(await usedByStaff(staffId)).toEqual({ spent: 0, awards: 0 });
    // The only award of the day takes the whole budget. Pending rewards can still be recovered.
    const grants = [{ resource: 'lumees', amount: 10 }];
    receiptOf(await asStaff(staffId).manualReward({ playerId, grants, reason }));
    await recover('enc-3');
    expect(await usedByStaff(staffId)).toEqual({ spent: 10, awards: 1 });
  });

  it('a recovery by staff leaves one audit event for each receipt and rejection, with the reason and the correlation ID', async () => {
    const playerId = fresh('player');
    const staffId = await addStaffMember(fresh('staff'));
    await announce(playerId, 'enc-1');
    const { claim } = receiptOf(await asStaff(staffId).recoverReward(battle(playerId)));
    expect(claim).toMatchObject({ actorKind: 'STAFF', actorId: staffId, reason });
    const rejected = await movingNothing(playerId, () =>
      asStaff(staffId).recoverReward(battle(playerId, 'enc-9')),
    );
    expect(await auditEvents(staffId)).toMatchObject([
      {
        action: 'recoverReward',
        outcome: 'granted',
        playerId,
        claimId: claim.id,
        reason,
        correlationId: claim.correlationId,
      },
      {
        action: 'recoverReward',
        outcome: 'rejected',
        reason,
        claimId: null,
        correlationId: rejectionOf(rejected, 'NotAnnounced').correlationId,
      },
    ]);
  });

  it.each([
    ['no reason', undefined, 'reason', /required/],
    ['a reason that is too short', 'ab', 'input.reason', /3 to 500 characters/],
    ['a reason that is too long', 'x'.repeat(501), 'input.reason', /3 to 500 characters/],
  ])('a recovery by staff with %s is BAD_USER_INPUT, without a request to the database', async (_, given, field, message) => {
    const playerId = fresh('player');
    const token = await staffToken(await addStaffMember(fresh('staff')));
    const input = { ...battle(playerId), reason: given, idempotencyKey: freshKey() };
    const answer = await withoutDatabase(playerId, () => call('recoverReward', input, { token }));
    expect(onlyError(answer).extensions).toMatchObject({ code: 'BAD_USER_INPUT', field });
    expect(onlyError(answer).message).toMatch(message);
  });

  it('a recovery is FORBIDDEN to staff who are unknown, disabled or of a role that may not recover', async () => {
    const playerId = fresh('player');
    await announce(playerId, 'enc-1');
    const disabled = await addStaffMember(fresh('staff'));
    await changeStaffMember(disabled, { disabled: true });
    const members = [disabled, fresh('unknown')];
    for (const role of ['auditor', 'economist']) members.push(await addStaffMember(fresh('staff'), { role }));
    for (const staffId of members) {
      const answer = await writingNothing(playerId, () => asStaff(staffId).recoverReward(battle(playerId)));
      expect(onlyError(answer).extensions.code).toBe('FORBIDDEN');
    }
    expect(await pendingKeys(playerId)).toEqual(['pve_victory/enc-1']);
    const admin = await addStaffMember(fresh('staff'), { role: 'admin' });
    receiptOf(await asStaff(admin).recoverReward(battle(playerId)));
  });

  it('a recovery by staff for a player who does not exist answers UnknownPlayer, and does not create the player', async () => {
    const playerId = fresh('player');
    const staff = asStaff(await addStaffMember(fresh('staff')));
    const answer = await movingNothing(playerId, () => staff.recoverReward(battle(playerId)));
    expect(rejectionOf(answer, 'UnknownPlayer').playerId).toBe(playerId);
    expect((await ledgerState(playerId)).version).toBeNull();
  });
});
