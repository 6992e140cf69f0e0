/** previewClaim: its input, its result union and its place in the schema. */
import type { ClaimPreview as ClaimPreviewShape } from '../domain/preview.ts';
import { previewClaim } from '../resolvers/preview-claim.ts';
import { builder } from './builder.ts';
import { claimRequestFields, claimRequestOf } from './claim-reward.ts';
import { Preview } from './preview-fields.ts';
import {
  AlreadyClaimed,
  LimitExceeded,
  NotEligible,
  resultTypeName,
  UnknownClaimType,
  UnknownPlayer,
  VersionConflict,
} from './rejections.ts';

const PreviewClaimInput = builder.inputType('PreviewClaimInput', {
  description: 'As for claimReward, without an idempotency key.',
  fields: claimRequestFields,
});

const ClaimPreview = builder.objectRef<ClaimPreviewShape>('ClaimPreview').implement({
  description: 'What claimReward would give at this moment.',
  interfaces: [Preview],
  fields: (t) => ({
    type: t.exposeString('claimType'),
    key: t.exposeString('claimKey', {
      description: 'Which one of its type it would be; derived by the server for calendar claims.',
    }),
  }),
});

const PreviewClaimResult = builder.unionType('PreviewClaimResult', {
  description: 'Every outcome of previewClaim.',
  types: [
    ClaimPreview,
    AlreadyClaimed,
    LimitExceeded,
    NotEligible,
    UnknownClaimType,
    UnknownPlayer,
    VersionConflict,
  ],
  resolveType: (result) => (result.kind === 'preview' ? 'ClaimPreview' : resultTypeName(result)),
});

builder.queryField('previewClaim', (t) =>
  t.field({
    type: PreviewClaimResult,
    description:
      'What claimReward would give with today’s balance config, or the "no" that it would be, for whoever may claim. Nothing is written, and no key is taken. A ticket is verified as for claimReward; it is not used up.',
    args: { input: t.arg({ type: PreviewClaimInput, required: true }) },
    resolve: (_, { input }, context) => previewClaim(claimRequestOf(input), context),
  }),
);
