/** claimsOf: who claimed a key, across players. */
import { decodeCursor, encodeCursor } from '../ledger/page.ts';
import { CLAIMS_OF_KEY, type FoundClaim, readClaimsOfKey } from '../ledger/search-claims.ts';
import { ClaimWithChanges } from '../schema/claim.ts';
import { defineConnection, PAGE } from './define-query.ts';

export const claimsOf = defineConnection({
  name: 'claimsOf',
  description: `The claims of a type and key across players: who was paid for a tournament, a day, a slip. ${PAGE.defaultSize} per page, at most ${PAGE.maxSize}. Each page is audited.`,
  type: ClaimWithChanges,
  actors: ['staff'],
  permission: 'ledger:search',
  args: (t) => ({
    type: t({ type: 'ClaimType', required: true }),
    key: t({ type: 'ClaimKey', required: true }),
  }),
  authorisePlayer: ({ type, key }, { note }) => note({ claimType: type, claimKey: key }),
  cursor: () => ({
    toCursor: ({ player, number }: FoundClaim) => encodeCursor(CLAIMS_OF_KEY.list, [player, number]),
    isValid: (cursor) => decodeCursor(CLAIMS_OF_KEY, cursor) !== null,
  }),
  resolve: ({ type, key }, page, { actor, audited, read }) =>
    read((database) => readClaimsOfKey(database, actor, audited({ type, key }), { type, key, page })),
  example: { type: 'weekly_chest', key: '2026-W48', first: 20 },
});
