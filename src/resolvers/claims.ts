/** claims: a player's granted claims with what they moved, newest first. */
import { decodeCursor, encodeCursor } from '../ledger/page.ts';
import { CLAIMS, type ClaimRow, readClaims } from '../ledger/read-claims.ts';
import { ClaimWithChanges } from '../schema/claim.ts';
import { filterOf, HistoryFilter } from '../schema/inputs.ts';
import { requireOwn } from './authorise.ts';
import { defineConnection, PAGE } from './define-query.ts';

export const claims = defineConnection({
  name: 'claims',
  description: `A player's granted claims, newest first; ${PAGE.defaultSize} per page, at most ${PAGE.maxSize}. Archived claims are not listed: \`claim\` finds them.`,
  type: ClaimWithChanges,
  actors: ['player', 'server', 'staff'],
  args: (t) => ({ playerId: t({ type: 'PlayerId', required: true }), filter: t({ type: HistoryFilter }) }),
  authorisePlayer: ({ playerId }, { actor, note }) => {
    note({ player: playerId });
    requireOwn(actor, playerId);
  },
  cursor: () => ({
    toCursor: (row: ClaimRow) => encodeCursor(CLAIMS.list, [row.number]),
    isValid: (cursor) => decodeCursor(CLAIMS, cursor) !== null,
  }),
  resolve: ({ playerId, filter }, page, { actor, read }) =>
    read((database) => readClaims(database, actor, { playerId, filter: filterOf(filter), page })),
  example: { playerId: 'player-1', first: 20 },
});
