/** Previews of what staff do to one player: an award, a taking, a reversal, a merge. */
import { decideManualReward } from '../domain/manual-reward.ts';
import { decideMergePlayer } from '../domain/merge-player.ts';
import { type Previewed, previewOf } from '../domain/receipt.ts';
import { decideReverseClaim } from '../domain/reverse-claim.ts';
import { decideTakeResource } from '../domain/take-resource.ts';
import { builder } from '../schema/builder.ts';
import { Preview } from '../schema/preview.ts';
import { definePreview } from './define-preview.ts';
import { manualReward } from './manual-reward.ts';
import { mergePlayer } from './merge-player.ts';
import { reverseClaim } from './reverse-claim.ts';
import { takeResource } from './take-resource.ts';

const ActionPreview = builder.objectRef<Previewed>('ActionPreview').implement({
  description: 'What an action on a player would do now.',
  interfaces: [Preview],
});

const NOTHING = 'Nothing is written, no key is taken and no limit is used.';

export const previewManualReward = definePreview({
  name: 'previewManualReward',
  description: `What manualReward would give now, or how it would be rejected. ${NOTHING}`,
  of: manualReward,
  decide: decideManualReward,
  type: ActionPreview,
  shape: previewOf,
});

export const previewTakeResource = definePreview({
  name: 'previewTakeResource',
  description: `What takeResource would take now, or how it would be rejected. ${NOTHING}`,
  of: takeResource,
  decide: decideTakeResource,
  type: ActionPreview,
  shape: previewOf,
});

export const previewReverseClaim = definePreview({
  name: 'previewReverseClaim',
  description: `What reverseClaim would move back now, or how it would be rejected. ${NOTHING}`,
  of: reverseClaim,
  decide: decideReverseClaim,
  type: ActionPreview,
  shape: previewOf,
});

export const previewMergePlayer = definePreview({
  name: 'previewMergePlayer',
  description: `What mergePlayer would move to the account now, or the conflicts that it would be rejected with. ${NOTHING}`,
  of: mergePlayer,
  decide: decideMergePlayer,
  type: ActionPreview,
  shape: previewOf,
});
