/** previewClaim: asked as claimReward is, by whoever may claim; it only shows what the claim would give. */
import { decideClaimReward } from '../domain/claim-reward.ts';
import { type ClaimPreview, previewOfClaim } from '../domain/preview.ts';
import type { RefusalOf } from './carry-out.ts';
import { type ClaimRequestInput, readClaimRequest } from './claim-request.ts';
import { ownId, type RequestContext } from './context.ts';
import { preview } from './preview-operation.ts';

const REFUSALS = [
  'already_claimed',
  'limit_exceeded',
  'not_eligible',
  'unknown_claim_type',
  'unknown_player',
  'version_conflict',
] as const;

export function previewClaim(
  input: ClaimRequestInput,
  context: RequestContext,
): Promise<ClaimPreview | RefusalOf<(typeof REFUSALS)[number]>> {
  const about = { player: input.playerId ?? ownId(context), claimType: input.type, claimKey: input.key };
  return preview(context, { name: 'previewClaim', refusals: REFUSALS, about }, async () => {
    const { playerId, request } = await readClaimRequest(input, context);
    return {
      asked: { playerId, expectedVersion: input.expectedVersion },
      decide: (command) => decideClaimReward(command, request),
      shape: previewOfClaim,
    };
  });
}
