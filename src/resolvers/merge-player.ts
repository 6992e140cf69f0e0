/** mergePlayer: a game server or staff make a guest part of an account. */
import { checkGuest, decideMergePlayer, MERGE_PLAYER } from '../domain/merge-player.ts';
import { builder } from '../schema/builder.ts';
import { defineMutation } from './define-mutation.ts';
import { throwIfFault } from './observe.ts';

const OnMergeConflict = builder.enumType('OnMergeConflict', {
  description: 'What happens where a guest and an account cannot be one player as they are.',
  values: {
    REFUSE: { value: 'refuse', description: 'Nothing moves: MergeConflicts lists why.' },
    ACCOUNT_WINS: {
      value: 'account_wins',
      description: 'They are merged, and the account keeps what it has: see MergeConflictKind.',
    },
  } as const,
});

export const mergePlayer = defineMutation({
  ...MERGE_PLAYER,
  description:
    "Makes a guest part of an account, once and for good: a guest logs in. Amounts are added up; of counters, streaks and guarantees the higher stays; what refills by itself stays as the account has it. Levels follow from the sum, and each that neither was paid for is paid. The guest's claims, source keys and uses of limits count for the account, and the guest's pending rewards are the account's. Afterwards every operation of the guest is PlayerMerged; both histories are kept. It cannot be reversed.",
  actors: ['server', 'staff'],
  input: (t) => ({
    playerId: t.field({
      type: 'PlayerId',
      required: true,
      description: 'The account. For game servers it may be new.',
    }),
    guestId: t.field({ type: 'PlayerId', required: true, description: 'The guest: a player who exists.' }),
    onConflict: t.field({ type: OnMergeConflict, defaultValue: 'refuse' }),
    reason: t.field({ type: 'Reason', required: true, description: 'Why. Kept with the claim forever.' }),
  }),
  rejections: ['limit_exceeded', 'merge_conflicts', 'player_frozen', 'unknown_player'],
  logDetails: ({ reason }) => ({ reason }),
  parse: (input, { playerId }) => {
    throwIfFault(checkGuest(playerId, input.guestId));
    return { ...input, onConflict: input.onConflict ?? 'refuse' };
  },
  decide: decideMergePlayer,
  example: { playerId: 'player-1', guestId: 'player-2', reason: 'the guest logged in' },
  notes: 'The guest must exist. It cannot be undone.',
});
