/** Rating slips and manual rewards of loyalty points, for the tests of the loyalty ledger. */
import { type Answer, asServer, asStaff, type Client, type MutationInput, type ResultOf } from './client.ts';
import { addStaffMember } from './ledger-state.ts';
import { fresh } from './service.ts';

export interface StaffMember {
  readonly staffId: string;
  readonly staff: Client;
}

export async function newStaff(member?: Parameters<typeof addStaffMember>[1]): Promise<StaffMember> {
  const staffId = await addStaffMember(fresh('staff'), member);
  return { staffId, staff: asStaff(staffId) };
}

/** An hour at 100 a hand: a hundred loyalty points and a hundred lifetime points by the example config. */
export const SLIP = { type: 'rating_slip', facts: { minutes: 60, average_bet: 10_000 } } as const;

export function closeSlip(
  playerId: string,
  key: string,
  over: Partial<MutationInput<'claimReward'>> = {},
): Promise<Answer<ResultOf<'claimReward'>>> {
  return asServer('pit-1').claimReward({ ...SLIP, playerId, key, ...over });
}

/** The input of a manual reward of loyalty points. */
export function award(
  playerId: string,
  amount: number,
  reason = 'the server was down',
): MutationInput<'manualReward'> {
  return { playerId, grants: [{ resource: 'loyalty_points', amount }], reason };
}
