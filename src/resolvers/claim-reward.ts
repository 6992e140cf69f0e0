/** claimReward: authorises and carries out. What it gives is decided in src/domain/claim-reward.ts. */
import { decideClaimReward } from '../domain/claim-reward.ts';
import { type Asked, mutate, type ResultOf } from './carry-out.ts';
import { type ClaimRequestInput, readClaimRequest } from './claim-request.ts';
import { ownId, type RequestContext } from './context.ts';

export type ClaimRewardInput = Omit<Asked, 'playerId'> & ClaimRequestInput;

const REFUSALS = [
  'already_claimed',
  'idempotency_key_reused',
  'limit_exceeded',
  'not_eligible',
  'unknown_claim_type',
  'unknown_player',
  'version_conflict',
] as const;
type Refusal = (typeof REFUSALS)[number];

export function claimReward(input: ClaimRewardInput, context: RequestContext): Promise<ResultOf<Refusal>> {
  const about = { player: input.playerId ?? ownId(context), claimType: input.type, claimKey: input.key };
  return mutate(context, { name: 'claimReward', refusals: REFUSALS, about }, async () => {
    const { playerId, request } = await readClaimRequest(input, context);
    const { idempotencyKey, expectedVersion } = input;
    return {
      asked: { playerId, idempotencyKey, expectedVersion },
      decide: (command) => decideClaimReward(command, request),
    };
  });
}
