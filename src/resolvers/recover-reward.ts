/** recoverReward: servers and staff pay what was announced and never claimed. Staff say why. */
import { badInput, forbidden } from '../domain/fault.ts';
import { checkReason } from '../domain/reason.ts';
import { decideRecoverReward, type RecoverReward } from '../domain/recover-reward.ts';
import { type Asked, mutate, type ResultOf } from './carry-out.ts';
import { type RequestContext, requireActor } from './context.ts';
import { FaultError } from './observe.ts';

export type RecoverRewardInput = Asked & RecoverReward;

const REFUSALS = [
  'already_claimed',
  'idempotency_key_reused',
  'limit_exceeded',
  'not_announced',
  'unknown_player',
  'version_conflict',
] as const;
type Refusal = (typeof REFUSALS)[number];

export function recoverReward(
  { playerId, idempotencyKey, expectedVersion, type, key, reason }: RecoverRewardInput,
  context: RequestContext,
): Promise<ResultOf<Refusal>> {
  const about = { player: playerId, claimType: type, claimKey: key, ...(reason !== null && { reason }) };
  return mutate(context, { name: 'recoverReward', refusals: REFUSALS, about }, async () => {
    const { kind } = requireActor(context);
    if (kind === 'player')
      throw new FaultError(forbidden('Players claim what they are owed with claimReward'));
    if (kind === 'staff' && reason === null) throw new FaultError(badInput('reason', 'required for staff'));
    const fault = reason === null ? null : checkReason(reason);
    if (fault) throw new FaultError(fault);
    return {
      asked: { playerId, idempotencyKey, expectedVersion },
      decide: (command) => decideRecoverReward(command, { type, key, reason }),
    };
  });
}
