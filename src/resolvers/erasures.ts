/** Erasing players, and the receipts of it. */
import { checkReason, decideErasePlayer, ERASE_PLAYER, erasureDigest } from '../domain/erase-player.ts';
import { isRecordCursor, readRecords, recordCursor } from '../ledger/read-records.ts';
import type { RequestContext } from '../schema/builder.ts';
import { ErasureRequest, type ErasureShape, PlayerErasure } from '../schema/erasure.ts';
import { defineAction, defineReceipt } from './define-action.ts';
import { defineConnection, PAGE } from './define-query.ts';
import { driveErasures } from './drive-erasures.ts';
import { AFTER_ANSWER_MS } from './drive-undo.ts';
import { FaultError, throwIfFault } from './observe.ts';

/** Throws where the service erases nobody. */
function secretOf({ services }: RequestContext): string {
  if (services.erasureSecret !== null) return services.erasureSecret;
  throw new FaultError({
    code: 'CONFIG_UNAVAILABLE',
    field: null,
    message: 'This service erases nobody: its operator has not set ERASURE_SECRET',
  });
}

export const erasePlayer = defineAction({
  ...ERASE_PLAYER,
  description:
    'Staff: erases a player for good. Their ID becomes a random one at once, and what names them is scrubbed; amounts, sums and numbers stay (docs/erasure.md). Where the settings of the database ask for a second member, it becomes a proposal instead (`proposalId`); once another member with `player:erase` has approved that, send the same with a new key.',
  input: (t) => ({
    playerId: t.field({ type: 'PlayerId', required: true }),
    reason: t.field({ type: 'Reason', required: true, description: 'Why, without the ID of the player.' }),
  }),
  receipt: defineReceipt('ErasureReceipt', 'request', ErasureRequest),
  rejections: ['erasure_refused'],
  parse: ({ playerId, reason }, context) => {
    throwIfFault(checkReason(playerId, reason));
    return { playerId, reason, digest: erasureDigest(secretOf(context), playerId) };
  },
  decide: decideErasePlayer,
  // The schedule goes on where it fails, and reports it.
  afterwards: (_record, { services, waitUntil }) =>
    waitUntil(driveErasures(services.database, AFTER_ANSWER_MS).catch(() => undefined)),
  example: { playerId: 'player-1', reason: 'asked for it by mail, request 4711' },
  notes: 'For admins. "npm run erase" does it and waits for its end. It cannot be taken back.',
});

export const erasures = defineConnection({
  name: 'erasures',
  description: `Staff: the receipts of erasures, newest first; ${PAGE.defaultSize} per page, at most ${PAGE.maxSize}.`,
  type: PlayerErasure,
  actors: ['staff'],
  permission: 'staff:read',
  args: (t) => ({
    // Not `playerId`, which is logged.
    formerId: t({ type: 'PlayerId', description: 'Only of players who had this ID.' }),
  }),
  authorisePlayer: () => {},
  cursor: () => ({ toCursor: recordCursor('erasure'), isValid: isRecordCursor('erasure') }),
  resolve: ({ formerId }, page, { actor, context, read }) => {
    const digest = formerId ? erasureDigest(secretOf(context), formerId) : undefined;
    const request = { kind: 'erasure', page, ...(digest !== undefined && { digest }) } as const;
    return read((database) => readRecords<ErasureShape>(database, actor, request));
  },
  example: { first: 20 },
  notes: 'For auditors and admins.',
});
