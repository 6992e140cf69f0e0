/** manualReward: staff only. Role, limit and budget are the staff row's, checked inside the transaction. */
import { forbidden } from '../domain/fault.ts';
import {
  checkManualReward,
  decideManualReward,
  MANUAL_REWARD,
  MAX_GRANTS,
  type ManualReward,
} from '../domain/manual-reward.ts';
import { type Asked, mutate, type ResultOf } from './carry-out.ts';
import { type RequestContext, requireActor } from './context.ts';
import { FaultError } from './observe.ts';

export type ManualRewardInput = Asked & ManualReward;

const REFUSALS = [
  'already_claimed',
  'idempotency_key_reused',
  'limit_exceeded',
  'unknown_player',
  'version_conflict',
] as const;
type Refusal = (typeof REFUSALS)[number];

export function manualReward(input: ManualRewardInput, context: RequestContext): Promise<ResultOf<Refusal>> {
  // For the log: of a list that is too long, as many as are allowed.
  const requested = Object.fromEntries(
    input.grants.slice(0, MAX_GRANTS).map(({ resource, amount }) => [resource, amount]),
  );
  const about = { player: input.playerId, claimType: MANUAL_REWARD, reason: input.reason, requested };
  return mutate(context, { name: 'manualReward', refusals: REFUSALS, about }, async () => {
    if (requireActor(context).kind !== 'staff')
      throw new FaultError(forbidden('Only staff may give rewards by hand'));
    const fault = checkManualReward(input);
    if (fault) throw new FaultError(fault);
    const { playerId, idempotencyKey, expectedVersion, grants, reason, rewardId } = input;
    return {
      asked: { playerId, idempotencyKey, expectedVersion },
      decide: (command) => decideManualReward(command, { grants, reason, rewardId }),
    };
  });
}
