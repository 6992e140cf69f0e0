/** The limits of a staff member: checked in the transaction against the staff row, exact when requests are concurrent. */
import { beforeEach, describe, expect, it } from 'vitest';
import { changedExample, publish } from '../../support/worker/balance.ts';
import { asServer, asStaff, faultOf, receiptOf, rejectionOf, resultOf } from '../../support/worker/client.ts';
import { publishDay } from '../../support/worker/days.ts';
import {
  addStaffMember,
  changeStaffMember,
  ledgerFaults,
  ledgerState,
  usedByStaff,
} from '../../support/worker/ledger-state.ts';
import { seasonedPlayer } from '../../support/worker/scenes.ts';
import { fresh, freshKey } from '../../support/worker/service.ts';
import { movingNothing, writingNothing } from '../../support/worker/stillness.ts';

beforeEach(() => publish(changedExample(() => {})));

const award = (playerId: string, amount: number, reason = 'a lost match') => ({
  playerId,
  grants: [{ resource: 'loyalty_points', amount }],
  reason,
});
const newStaff = async (member?: Parameters<typeof addStaffMember>[1]) =>
  asStaff(await addStaffMember(fresh('staff'), member));

describe('the daily budget', () => {
  it('grants exactly the daily budget when sixty-four awards to sixteen players arrive at once', async () => {
    const staffId = await addStaffMember(fresh('staff'), { limit: 10, budget: 100 });
    const staff = asStaff(staffId);
    const players = await Promise.all(Array.from({ length: 16 }, seasonedPlayer));
    const awards = [1, 2, 3, 4].flatMap((reason) =>
      players.map((playerId) => award(playerId, 10, `reason ${reason}`)),
    );
    const answers = await Promise.all(awards.map((input) => staff.manualReward(input)));
    const outcomes = answers.map((answer) => {
      const result = resultOf(answer);
      return result.__typename === 'LimitExceeded' ? result.limit : result.__typename;
    });
    expect(outcomes.filter((outcome) => outcome === 'Receipt')).toHaveLength(10);
    expect(outcomes.filter((outcome) => outcome === 'STAFF_DAILY_BUDGET')).toHaveLength(54);
    const states = await Promise.all(players.map(ledgerState));
    expect(states.reduce((sum, { balances }) => sum + (balances.loyalty_points ?? 0), 0)).toBe(100);
    expect((await usedByStaff(staffId)).spent).toBe(100);
    for (const playerId of players) expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it('spends nothing of the daily budget for rejections and replays', async () => {
    const playerId = await seasonedPlayer();
    const staff = await newStaff({ budget: 100 });
    const first = { ...award(playerId, 60), idempotencyKey: freshKey() };
    const receipt = receiptOf(await staff.manualReward(first));
    for (let retry = 1; retry <= 3; retry++) {
      const replay = await writingNothing(playerId, () => staff.manualReward(first));
      expect(resultOf(replay)).toEqual({ ...receipt, replayed: true });
    }
    const tooMuch = await movingNothing(playerId, () => staff.manualReward(award(playerId, 41)));
    expect(rejectionOf(tooMuch, 'LimitExceeded')).toMatchObject({
      limit: 'STAFF_DAILY_BUDGET',
      bound: 100,
      remaining: 40,
      requested: 41,
    });
    const conflict = () => staff.manualReward({ ...award(playerId, 40), expectedVersion: 9 });
    rejectionOf(await movingNothing(playerId, conflict), 'VersionConflict');
    receiptOf(await staff.manualReward(award(playerId, 40)));
  });

  it('renews the daily budget at midnight in the time zone of the config', async () => {
    const { renewsAt } = await publishDay('earlier');
    const playerId = await seasonedPlayer();
    const staffId = await addStaffMember(fresh('staff'), { budget: 100 });
    const give = (reason: string) => asStaff(staffId).manualReward(award(playerId, 100, reason));
    receiptOf(await give('before midnight'));
    const rejection = rejectionOf(await movingNothing(playerId, () => give('once more')), 'LimitExceeded');
    expect(rejection).toMatchObject({ limit: 'STAFF_DAILY_BUDGET', remaining: 0, renewsAt });
    await publishDay('later');
    receiptOf(await give('after midnight'));
  });
});

describe('the staff row', () => {
  it('applies the limits of a staff row instead of those of the config, higher or lower', async () => {
    const playerId = await seasonedPlayer();
    const generous = await newStaff({ limit: 60_000, budget: 60_000 });
    const strict = await newStaff({ limit: 1 });
    receiptOf(await generous.manualReward(award(playerId, 60_000)));
    const answer = await movingNothing(playerId, () => strict.manualReward(award(playerId, 2)));
    expect(rejectionOf(answer, 'LimitExceeded')).toMatchObject({
      limit: 'STAFF_REWARD',
      bound: 1,
      requested: 2,
    });
  });

  it('compares the value of all grants of an award with the limit', async () => {
    const playerId = await seasonedPlayer();
    const staff = await newStaff({ limit: 65 });
    const grants = ['lumees', 'auric_coins'].map((resource) => ({ resource, amount: 6 }));
    const answer = await movingNothing(playerId, () => staff.manualReward({ ...award(playerId, 1), grants }));
    expect(rejectionOf(answer, 'LimitExceeded')).toMatchObject({ limit: 'STAFF_REWARD', requested: 6 + 60 });
  });

  it.each([
    ['disabled', (id: string) => changeStaffMember(id, { disabled: true })],
    ['downgraded', (id: string) => changeStaffMember(id, { role: 'auditor' })],
  ])('forbids awards with an unchanged token as soon as the staff member is %s', async (_, change) => {
    const playerId = await seasonedPlayer();
    const staffId = await addStaffMember(fresh('staff'), { role: 'admin' });
    const staff = asStaff(staffId);
    receiptOf(await staff.manualReward(award(playerId, 1)));
    await change(staffId);
    const answer = await writingNothing(playerId, () => staff.manualReward(award(playerId, 2)));
    expect(faultOf(answer).code).toBe('FORBIDDEN');
  });

  it('adds an award and a rating slip that arrive at the same time exactly', async () => {
    const staff = await newStaff();
    const players = await Promise.all(Array.from({ length: 16 }, seasonedPlayer));
    const facts = { minutes: 60, average_bet: 10_000 };
    const answers = players.flatMap((playerId) => [
      staff.manualReward(award(playerId, 7)),
      asServer().claimReward({ type: 'rating_slip', playerId, key: 'slip-1', facts }),
    ]);
    for (const answer of await Promise.all(answers)) expect(answer.result?.__typename).toBe('Receipt');
    for (const playerId of players) {
      const { version, balances } = await ledgerState(playerId);
      expect([version, balances.loyalty_points, balances.lifetime_points]).toEqual([3, 107, 100]);
      expect(await ledgerFaults(playerId)).toEqual([]);
    }
  });
});
