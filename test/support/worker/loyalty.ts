/** Rating slips and manual rewards, ready to send: what the tests of the loyalty ledger have in common. */
import { addStaffMember } from './ledger-state.ts';
import { claimReward, type Result, resultOf, type Sent } from './mutations.ts';
import { fresh, serverToken, staffToken } from './service.ts';

export { atOnce } from './waves.ts';

export async function newStaff(member?: { role?: string; limit?: number; budget?: number }) {
  const staffId = await addStaffMember(fresh('staff'), member);
  return { staffId, token: await staffToken(staffId) };
}

/** An hour at 100 a hand, by the example config: a hundred points, and a hundred lifetime points. */
export const slip = { type: 'rating_slip', facts: { minutes: 60, average_bet: 10_000 } };

export const closeSlip = async (playerId: string, key: string, over: object = {}) =>
  claimReward({ ...slip, playerId, key, ...over }, { token: await serverToken('pit-1') });

export const award = (playerId: string, amount: number, reason = 'the server was down') => ({
  playerId,
  grants: [{ resource: 'loyalty_points', amount }],
  reason,
});

export const receiptsOf = (answers: readonly Sent[]): Result[] =>
  answers.map(resultOf).filter(({ __typename }) => __typename === 'Receipt');
