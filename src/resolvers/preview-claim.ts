/** previewClaim: what claimReward would give now. */
import { decideClaimReward } from '../domain/claim-reward.ts';
import { type ClaimPreview as ClaimPreviewShape, previewOfClaim } from '../domain/receipt.ts';
import { builder } from '../schema/builder.ts';
import { Preview } from '../schema/preview.ts';
import { claimReward } from './claim-reward.ts';
import { definePreview } from './define-preview.ts';

const ClaimPreview = builder.objectRef<ClaimPreviewShape>('ClaimPreview').implement({
  description: 'What claimReward would give now.',
  interfaces: [Preview],
  fields: (t) => ({
    type: t.exposeString('claimType'),
    key: t.exposeString('claimKey', {
      description: 'The claim key. The server derives it for calendar claims.',
    }),
  }),
});

export const previewClaim = definePreview({
  name: 'previewClaim',
  description:
    'What claimReward would give with the current balance config, or how it would be rejected, for actors who may claim. Nothing is written and no key is taken. A ticket is verified as for claimReward; it is not used up.',
  of: claimReward,
  decide: decideClaimReward,
  type: ClaimPreview,
  shape: previewOfClaim,
});
