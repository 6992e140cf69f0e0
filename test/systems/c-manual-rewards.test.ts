import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { changedExample, publish } from '../support/worker/balance.ts';
import { addStaffMember, ledgerFaults, ledgerState } from '../support/worker/ledger-state.ts';
import { atOnce, award, newStaff, receiptsOf } from '../support/worker/loyalty.ts';
import { faultOf, manualReward, resultOf } from '../support/worker/mutations.ts';
import { seasonedPlayer } from '../support/worker/scenes.ts';
import { fresh, playerToken, serverToken, staffToken } from '../support/worker/service.ts';
import { writingNothing } from '../support/worker/stillness.ts';

beforeEach(() => publish(changedExample(() => {})));
afterEach(() => void vi.useRealTimers());

it('C3 the same manual reward is one entry on one day and a second on the next; a reward ID is one forever', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: new Date('2031-07-01T23:59:59Z') });
  const playerId = await seasonedPlayer();
  const staffId = await addStaffMember(fresh('staff'));
  const giveAtOnce = async (over: object = {}) => {
    const token = await staffToken(staffId);
    return receiptsOf(await atOnce(16, () => manualReward({ ...award(playerId, 50), ...over }, { token })));
  };
  expect(await giveAtOnce()).toHaveLength(1);
  expect(await giveAtOnce({ rewardId: 'summer-2031' })).toHaveLength(1);
  expect((await ledgerState(playerId)).balances.loyalty_points).toBe(100);

  vi.setSystemTime(new Date('2031-07-02T00:00:00Z'));
  expect(await giveAtOnce()).toHaveLength(1);
  expect(await giveAtOnce({ rewardId: 'summer-2031' })).toHaveLength(0);
  expect(await ledgerState(playerId)).toMatchObject({ granted: 4, balances: { loyalty_points: 150 } });
  expect(await ledgerFaults(playerId)).toEqual([]);
});

it('C6 staff are who their token says, and their row decides: no spoofing', async () => {
  const playerId = await seasonedPlayer();
  const { staffId, token } = await newStaff();
  const boss = await addStaffMember(fresh('staff'), { role: 'admin' });
  for (const field of ['staffId', 'actorId', 'actor', 'role']) {
    const spoofed = { ...award(playerId, 1), [field]: boss };
    const answer = await writingNothing(playerId, () => manualReward(spoofed, { token }));
    expect(faultOf(answer).code).toBe('BAD_USER_INPUT');
  }
  const auditor = await staffToken(await addStaffMember(fresh('staff'), { role: 'auditor' }));
  const strangers = [
    auditor,
    await playerToken(playerId),
    await serverToken(),
    await staffToken(fresh('unknown')),
  ];
  // A player or server that bears the very name of a staff member is still a player or server.
  strangers.push(await playerToken(boss), await serverToken(boss));
  const answers = await writingNothing(playerId, () =>
    Promise.all(strangers.map((stranger) => manualReward(award(playerId, 1), { token: stranger }))),
  );
  expect(answers.map((answer) => faultOf(answer).code)).toEqual(strangers.map(() => 'FORBIDDEN'));
  expect(resultOf(await manualReward(award(playerId, 1), { token })).claim).toMatchObject({
    actorKind: 'STAFF',
    actorId: staffId,
  });
});

it('C6 no reward passes the limit and no day the budget, both by config, under concurrency', async () => {
  // Noon: the budget must not renew while it is being spent.
  vi.useFakeTimers({ toFake: ['Date'], now: new Date('2031-07-01T12:00:00Z') });
  const players = await Promise.all(Array.from({ length: 4 }, seasonedPlayer));
  const { token } = await newStaff();
  const { token: other } = await newStaff();
  const results = await atOnce(24, (index) => {
    const playerId = players[index % 4] as string;
    return manualReward(award(playerId, index < 16 ? 10_000 : 10_001, `no. ${index}`), { token });
  });
  const outcomes = results.map(resultOf).map(({ __typename, limit }) => limit ?? __typename);
  // 10,001 is above the limit of one reward; of the sixteen others five make the day's 50,000.
  expect(outcomes.slice(16)).toEqual(Array(8).fill('STAFF_REWARD'));
  expect(outcomes.slice(0, 16).sort()).toEqual([
    ...Array(5).fill('Receipt'),
    ...Array(11).fill('STAFF_DAILY_BUDGET'),
  ]);
  const states = await Promise.all(players.map(ledgerState));
  expect(states.reduce((sum, { balances }) => sum + (balances.loyalty_points ?? 0), 0)).toBe(50_000);
  // The budget is each member's own.
  const fromOther = await manualReward(award(players[0] as string, 10_000), { token: other });
  expect(resultOf(fromOther).__typename).toBe('Receipt');
  for (const playerId of players) expect(await ledgerFaults(playerId)).toEqual([]);
});
