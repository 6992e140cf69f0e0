import { beforeEach, expect, it } from 'vitest';
import { changedExample, publish } from '../support/worker/balance.ts';
import {
  asPlayer,
  asServer,
  asStaff,
  faultOf,
  type MutationInput,
  receiptOf,
  resultOf,
} from '../support/worker/client.ts';
import { letDaysPass } from '../support/worker/days.ts';
import { addStaffMember, ledgerFaults, ledgerState } from '../support/worker/ledger-state.ts';
import { award, newStaff } from '../support/worker/loyalty.ts';
import { seasonedPlayer } from '../support/worker/scenes.ts';
import { fresh } from '../support/worker/service.ts';
import { writingNothing } from '../support/worker/stillness.ts';
import { atOnce, tally } from '../support/worker/waves.ts';

beforeEach(() => publish(changedExample(() => {})));

it('C3 grants the same manual reward once per day, and a reward ID once', async () => {
  const playerId = await seasonedPlayer();
  const staffId = await addStaffMember(fresh('staff'));
  const giveAtOnce = async (over: Partial<MutationInput<'manualReward'>> = {}) => {
    const staff = asStaff(staffId);
    const answers = await atOnce(16, () => staff.manualReward({ ...award(playerId, 50), ...over }));
    return tally(answers.map(resultOf));
  };
  expect(await giveAtOnce()).toEqual({ Receipt: 1, AlreadyClaimed: 15 });
  expect(await giveAtOnce({ rewardId: 'summer-2031' })).toEqual({ Receipt: 1, AlreadyClaimed: 15 });
  expect((await ledgerState(playerId)).balances.loyalty_points).toBe(100);

  await letDaysPass(playerId);
  expect(await giveAtOnce()).toEqual({ Receipt: 1, AlreadyClaimed: 15 });
  expect(await giveAtOnce({ rewardId: 'summer-2031' })).toEqual({ AlreadyClaimed: 16 });
  expect(await ledgerState(playerId)).toMatchObject({ granted: 4, balances: { loyalty_points: 150 } });
  expect(await ledgerFaults(playerId)).toEqual([]);
});

/** Servers give what a promotion names, and nothing in the name of staff. */
const NO_REWARD_ID = 'BAD_USER_INPUT';

it('C6 identifies staff by their token and their row alone', async () => {
  const playerId = await seasonedPlayer();
  const { staffId, staff } = await newStaff();
  const admin = await addStaffMember(fresh('staff'), { role: 'admin' });
  for (const field of ['staffId', 'actorId', 'actor', 'role']) {
    const spoofed = { ...award(playerId, 1), [field]: admin };
    const answer = await writingNothing(playerId, () => staff.manualReward(spoofed));
    expect(faultOf(answer).code).toBe('BAD_USER_INPUT');
  }
  const others = [
    asStaff(await addStaffMember(fresh('staff'), { role: 'auditor' })),
    asPlayer(playerId),
    asServer(),
    asStaff(fresh('unknown')),
    // A player or server whose ID is the ID of a staff member is not that staff member.
    asPlayer(admin),
    asServer(admin),
  ];
  const answers = await writingNothing(playerId, () =>
    Promise.all(others.map((other) => other.manualReward(award(playerId, 1)))),
  );
  expect(answers.map((answer) => faultOf(answer).code)).toEqual([
    ...['FORBIDDEN', 'FORBIDDEN', NO_REWARD_ID, 'FORBIDDEN', 'FORBIDDEN', NO_REWARD_ID],
  ]);
  const { claim } = receiptOf(await staff.manualReward(award(playerId, 1)));
  expect(claim).toMatchObject({ actorKind: 'STAFF', actorId: staffId });
});

it('C6 enforces reward limit and daily budget exactly under concurrency', async () => {
  const players = await atOnce(4, seasonedPlayer);
  const [{ staff }, { staff: colleague }] = [await newStaff(), await newStaff()];
  const answers = await atOnce(24, (index) => {
    const playerId = players[index % 4] as string;
    return staff.manualReward(award(playerId, index < 16 ? 10_000 : 10_001, `no. ${index}`));
  });
  const results = answers.map(resultOf);
  // 10,001 is above the limit of one reward. Of the other sixteen, five use up the day's budget of 50,000.
  expect(tally(results.slice(0, 16))).toEqual({ Receipt: 5, STAFF_DAILY_BUDGET: 11 });
  expect(tally(results.slice(16))).toEqual({ STAFF_REWARD: 8 });
  const states = await Promise.all(players.map(ledgerState));
  expect(states.reduce((sum, { balances }) => sum + (balances.loyalty_points ?? 0), 0)).toBe(50_000);
  // Each staff member has a budget of their own.
  receiptOf(await colleague.manualReward(award(players[0] as string, 10_000)));
  for (const playerId of players) expect(await ledgerFaults(playerId)).toEqual([]);
});
