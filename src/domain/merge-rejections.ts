/** The rejections of merges, and of what is asked of a player who was merged: a part of the catalogue (rejections.ts). */
import { type MergeConflict, row } from './rejection-row.ts';

function conflictText({ conflict, name, key, period, total, bound }: MergeConflict): string {
  switch (conflict) {
    case 'balance_full':
      return `${name} would be ${total} of at most ${bound}`;
    case 'limit_exceeded':
      return `${name} was used ${total} times of ${bound} (${period})`;
    case 'pending':
      return `${name} ${key} is pending for both`;
    case 'claimed':
      return `${name} ${key} is pending for one and claimed by the other`;
  }
}

export const MERGE_REJECTIONS = {
  player_merged: row({
    description:
      'The player was merged into an account, which holds what they had. Nothing moves here any more; known keys are still answered.',
    fields: {
      playerId: {
        type: 'PlayerId',
        description: 'Who was merged: the player, or the other one of a transfer.',
      },
      mergedInto: {
        type: 'PlayerId',
        nullable: 'absent',
        description: 'The account that they are part of now, for game servers and staff; null for players.',
      },
    },
    message: ({ playerId, mergedInto }) =>
      `Player ${playerId} was merged into an account${mergedInto ? `: ${mergedInto}` : ''}. Act for the account, with a new key.`,
  }),
  merge_conflicts: row({
    description:
      'The guest and the account cannot be one player as they are. Nothing moved. `onConflict: ACCOUNT_WINS` merges them all the same, with a new key.',
    fields: {
      conflicts: { type: '[MergeConflict]', description: 'The first 100.' },
      total: { type: 'SafeInt', description: 'How many there are.' },
    },
    message: ({ conflicts: [first], total }) =>
      `${first ? conflictText(first) : 'Conflicts'}${total > 1 ? `, and ${total - 1} more` : ''}. Resolve this, or send ACCOUNT_WINS with a new key.`,
  }),
} as const;
