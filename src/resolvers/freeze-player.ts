/** freezePlayer and unfreezePlayer: staff stop what a player gains and spends while they look into something. */
import {
  decideFreezePlayer,
  decideUnfreezePlayer,
  FREEZE_PLAYER,
  UNFREEZE_PLAYER,
} from '../domain/freeze-player.ts';
import type { InputFields } from '../schema/inputs.ts';
import { defineMutation } from './define-mutation.ts';

const fields = (t: InputFields) => ({
  playerId: t.field({ type: 'PlayerId', required: true, description: 'An existing player.' }),
  reason: t.field({ type: 'Reason', required: true, description: 'Why. Kept with the claim forever.' }),
});

export const freezePlayer = defineMutation({
  ...FREEZE_PLAYER,
  description:
    'Staff: freezes a player. From the answer on, what the player claims or gets is held for staff (`becamePending`, releaseRewards), and what costs something, or pays a pending reward, is PlayerFrozen. Others cannot give the player anything. What staff take, reverse or release goes on, as do progress, damage and healing. A frozen player stays frozen.',
  actors: ['staff'],
  input: fields,
  rejections: ['unknown_player'],
  logDetails: ({ reason }) => ({ reason }),
  decide: decideFreezePlayer,
  example: { playerId: 'player-1', reason: 'claims at a rate that nobody can play' },
  notes: 'Only staff.',
});

export const unfreezePlayer = defineMutation({
  ...UNFREEZE_PLAYER,
  description:
    'Staff: unfreezes a player. What was held stays held until it is released or dropped, by the ID of the player.',
  actors: ['staff'],
  input: fields,
  rejections: ['unknown_player'],
  logDetails: ({ reason }) => ({ reason }),
  decide: decideUnfreezePlayer,
  example: { playerId: 'player-1', reason: 'nothing was found' },
  notes: 'Only staff.',
});
