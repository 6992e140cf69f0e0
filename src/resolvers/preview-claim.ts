/** previewClaim: what claimReward would give now. */
import { decideClaimReward } from '../domain/claim-reward.ts';
import { type ClaimPreview as ClaimPreviewShape, previewOfClaim } from '../domain/receipt.ts';
import { builder } from '../schema/builder.ts';
import { DrawOdds, Preview, terms } from '../schema/preview.ts';
import { claimReward } from './claim-reward.ts';
import { definePreview } from './define-preview.ts';

const ClaimPreview = builder.objectRef<ClaimPreviewShape>('ClaimPreview').implement({
  description: 'What claimReward would give now.',
  interfaces: [Preview],
  fields: (t) => ({
    terms: terms(t),
    type: t.exposeString('claimType'),
    key: t.exposeString('claimKey', {
      description: 'The claim key. The server derives it for calendar claims.',
    }),
    draws: t.field({
      type: [DrawOdds],
      description:
        'One per table, then those of the tables that outcomes draw from. Empty without draws, and for a reward that was announced, whose draws are rolled already.',
      resolve: ({ draws }) => [...draws],
    }),
  }),
});

export const previewClaim = definePreview({
  name: 'previewClaim',
  description:
    'What claimReward would give with the current balance config, or how it would be rejected, for actors who may claim. Nothing is written and no key is taken. A ticket is verified as for claimReward; it is not used up.',
  of: claimReward,
  decide: (intent, request) => decideClaimReward(intent, request, null),
  type: ClaimPreview,
  shape: previewOfClaim,
});
