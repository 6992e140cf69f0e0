/** applyDamage and heal: a game server moves a player's current health. */
import {
  checkHealthChange,
  DAMAGE,
  decideApplyDamage,
  decideHeal,
  HEALING,
  type HealthChange,
} from '../domain/combat.ts';
import { type Asked, mutate, type ResultOf } from './carry-out.ts';
import type { RequestContext } from './context.ts';
import { FaultError } from './observe.ts';
import { requireServer } from './spender.ts';

export type HealthChangeInput = Asked & HealthChange;

const REFUSALS = ['idempotency_key_reused', 'version_conflict'] as const;
type Refusal = (typeof REFUSALS)[number];

export function applyDamage(input: HealthChangeInput, context: RequestContext): Promise<ResultOf<Refusal>> {
  return changeHealth(input, context, { name: 'applyDamage', claimType: DAMAGE, decide: decideApplyDamage });
}

export function heal(input: HealthChangeInput, context: RequestContext): Promise<ResultOf<Refusal>> {
  return changeHealth(input, context, { name: 'heal', claimType: HEALING, decide: decideHeal });
}

function changeHealth(
  { playerId, idempotencyKey, expectedVersion, amount, source }: HealthChangeInput,
  context: RequestContext,
  { name, claimType, decide }: { name: 'applyDamage' | 'heal'; claimType: string; decide: typeof decideHeal },
): Promise<ResultOf<Refusal>> {
  return mutate(context, { name, refusals: REFUSALS, about: { player: playerId, claimType } }, async () => {
    requireServer(context, 'deal damage and heal');
    const fault = checkHealthChange({ amount, source });
    if (fault) throw new FaultError(fault);
    return {
      asked: { playerId, idempotencyKey, expectedVersion },
      decide: (command) => decide(command, { amount, source }),
    };
  });
}
