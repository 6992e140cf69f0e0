/** What a staff member may hand out: judged in the transaction by the staff row, exact under concurrency. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { changedExample, publish } from '../../support/worker/balance.ts';
import { addStaffMember, ledgerFaults, ledgerState, owner } from '../../support/worker/ledger-state.ts';
import { claimReward, faultOf, manualReward, resultOf } from '../../support/worker/mutations.ts';
import { seasonedPlayer } from '../../support/worker/scenes.ts';
import { fresh, freshKey, serverToken, staffToken } from '../../support/worker/service.ts';
import { movingNothing, writingNothing } from '../../support/worker/stillness.ts';

beforeEach(() => publish(changedExample(() => {})));
afterEach(() => void vi.useRealTimers());

const award = (playerId: string, amount: number, reason = 'made good') => ({
  playerId,
  grants: [{ resource: 'loyalty_points', amount }],
  reason,
});

describe('the budget of a day', () => {
  it('is exact when sixty-four awards to sixteen players arrive at once', async () => {
    const staffId = await addStaffMember(fresh('staff'), { limit: 10, budget: 100 });
    const token = await staffToken(staffId);
    const players = await Promise.all(Array.from({ length: 16 }, seasonedPlayer));
    const results = await Promise.all(
      Array.from({ length: 64 }, (_, index) =>
        manualReward(award(players[index % 16] as string, 10, `reason ${index}`), { token }),
      ),
    );
    const kinds = results
      .map((answer) => resultOf(answer))
      .map(({ __typename, limit }) => limit ?? __typename);
    expect(kinds.filter((kind) => kind === 'Receipt')).toHaveLength(10);
    expect(kinds.filter((kind) => kind === 'STAFF_DAILY_BUDGET')).toHaveLength(54);
    const states = await Promise.all(players.map(ledgerState));
    expect(states.reduce((sum, { balances }) => sum + (balances.loyalty_points ?? 0), 0)).toBe(100);
    const [day] =
      await owner`SELECT sum(spent)::int AS spent FROM onceward.staff_budget_days WHERE staff_id = ${staffId}`;
    expect(day?.spent).toBe(100);
    for (const playerId of players) expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it('is not spent by what was refused or replayed', async () => {
    const playerId = await seasonedPlayer();
    const token = await staffToken(await addStaffMember(fresh('staff'), { budget: 100 }));
    const first = { ...award(playerId, 60), idempotencyKey: freshKey() };
    resultOf(await manualReward(first, { token }));
    for (let retry = 1; retry <= 3; retry++)
      await writingNothing(playerId, () => manualReward(first, { token }));
    const tooMuch = await movingNothing(playerId, () => manualReward(award(playerId, 41), { token }));
    expect(resultOf(tooMuch)).toMatchObject({
      limit: 'STAFF_DAILY_BUDGET',
      bound: 100,
      remaining: 40,
      requested: 41,
    });
    await movingNothing(playerId, () =>
      manualReward({ ...award(playerId, 40), expectedVersion: 9 }, { token }),
    );
    expect(resultOf(await manualReward(award(playerId, 40), { token })).__typename).toBe('Receipt');
  });

  it('renews at midnight in the time zone of the config, and says when', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: new Date('2031-01-15T22:30:00Z') });
    await publish(changedExample((document) => Object.assign(document, { timeZone: 'Europe/Berlin' })));
    const playerId = await seasonedPlayer();
    const staffId = await addStaffMember(fresh('staff'), { budget: 100 });
    const give = async (reason: string) =>
      manualReward(award(playerId, 100, reason), { token: await staffToken(staffId) });
    expect(resultOf(await give('before midnight')).__typename).toBe('Receipt');
    const refusal = resultOf(await movingNothing(playerId, () => give('once more')));
    expect(refusal).toMatchObject({
      limit: 'STAFF_DAILY_BUDGET',
      remaining: 0,
      renewsAt: '2031-01-15T23:00:00.000Z',
    });
    vi.setSystemTime(new Date(refusal.renewsAt));
    expect(resultOf(await give('after midnight')).__typename).toBe('Receipt');
  });
});

describe('the staff row decides', () => {
  it('limits of its own win over those of the config, both ways', async () => {
    const playerId = await seasonedPlayer();
    const generous = await staffToken(
      await addStaffMember(fresh('staff'), { limit: 60_000, budget: 60_000 }),
    );
    const strict = await staffToken(await addStaffMember(fresh('staff'), { limit: 1 }));
    expect(resultOf(await manualReward(award(playerId, 60_000), { token: generous })).__typename).toBe(
      'Receipt',
    );
    const refusal = await movingNothing(playerId, () => manualReward(award(playerId, 2), { token: strict }));
    expect(resultOf(refusal)).toMatchObject({ limit: 'STAFF_REWARD', bound: 1, requested: 2 });
  });

  it('the sum of all grants counts', async () => {
    const playerId = await seasonedPlayer();
    const token = await staffToken(await addStaffMember(fresh('staff'), { limit: 10 }));
    const grants = ['lumees', 'auric_coins'].map((resource) => ({ resource, amount: 6 }));
    const give = () => manualReward({ ...award(playerId, 1), grants }, { token });
    expect(resultOf(await movingNothing(playerId, give))).toMatchObject({
      limit: 'STAFF_REWARD',
      requested: 12,
    });
  });

  it.each([
    ['disabled', (id: string) => owner`UPDATE onceward.staff SET disabled_at = now() WHERE id = ${id}`],
    ['downgraded', (id: string) => owner`UPDATE onceward.staff SET role = 'auditor' WHERE id = ${id}`],
  ])('somebody who was %s a moment ago gives nothing, with the same token', async (_, change) => {
    const playerId = await seasonedPlayer();
    const staffId = await addStaffMember(fresh('staff'), { role: 'admin' });
    const token = await staffToken(staffId);
    expect(resultOf(await manualReward(award(playerId, 1), { token })).__typename).toBe('Receipt');
    await change(staffId);
    const answer = await writingNothing(playerId, () => manualReward(award(playerId, 2), { token }));
    expect(faultOf(answer).code).toBe('FORBIDDEN');
  });

  it('an award and a slip at the same instant: the balance is their exact sum', async () => {
    const token = await staffToken(await addStaffMember(fresh('staff')));
    const server = await serverToken();
    const players = await Promise.all(Array.from({ length: 16 }, seasonedPlayer));
    const facts = { minutes: 60, average_bet: 10_000 };
    await Promise.all(
      players.flatMap((playerId) => [
        manualReward(award(playerId, 7), { token }),
        claimReward({ type: 'rating_slip', playerId, key: 'slip-1', facts }, { token: server }),
      ]),
    );
    for (const playerId of players) {
      const { version, balances } = await ledgerState(playerId);
      expect([version, balances.loyalty_points, balances.lifetime_points]).toEqual([3, 107, 100]);
      expect(await ledgerFaults(playerId)).toEqual([]);
    }
  });
});
