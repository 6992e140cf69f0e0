/** spendStatPoints: a player spends their own points. */
import { forbidden } from '../domain/fault.ts';
import {
  checkSpendStatPoints,
  decideSpendStatPoints,
  SPEND_STAT_POINTS,
  type SpendStatPoints,
} from '../domain/spend-stat-points.ts';
import { type Asked, mutate, type ResultOf } from './carry-out.ts';
import { ownId, type RequestContext, requireActor } from './context.ts';
import { FaultError } from './observe.ts';

export type SpendStatPointsInput = Omit<Asked, 'playerId'> & SpendStatPoints;

const REFUSALS = [
  'idempotency_key_reused',
  'insufficient_balance',
  'limit_exceeded',
  'version_conflict',
] as const;
type Refusal = (typeof REFUSALS)[number];

export function spendStatPoints(
  input: SpendStatPointsInput,
  context: RequestContext,
): Promise<ResultOf<Refusal>> {
  const about = { player: ownId(context), claimType: SPEND_STAT_POINTS };
  return mutate(context, { name: 'spendStatPoints', refusals: REFUSALS, about }, async () => {
    const actor = requireActor(context);
    if (actor.kind !== 'player')
      throw new FaultError(forbidden('Only players spend stat points, and only their own'));
    const { idempotencyKey, expectedVersion, energy, stamina, health } = input;
    const points = { energy, stamina, health };
    const fault = checkSpendStatPoints(points);
    if (fault) throw new FaultError(fault);
    return {
      asked: { playerId: actor.id, idempotencyKey, expectedVersion },
      decide: (command) => decideSpendStatPoints(command, points),
    };
  });
}
