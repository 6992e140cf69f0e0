/** staffActions: what one staff member did, for those who audit staff. */
import { actionCursor, isActionCursor, readStaffActions } from '../ledger/read-audit.ts';
import { AuditEvent } from '../schema/audit.ts';
import { defineConnection, PAGE } from './define-query.ts';

export const staffActions = defineConnection({
  name: 'staffActions',
  description: `What one staff member did or tried: awards, takings, corrections, reversals, refused attempts. Newest first; ${PAGE.defaultSize} per page, at most ${PAGE.maxSize}.`,
  type: AuditEvent,
  actors: ['staff'],
  permission: 'staff:read',
  args: (t) => ({
    staffId: t({ type: 'PlayerId', required: true, description: 'The subject of the member’s token.' }),
    from: t({ type: 'DateTime', description: 'From this moment on.' }),
    until: t({ type: 'DateTime', description: 'Before this moment.' }),
  }),
  authorisePlayer: () => {},
  cursor: () => ({ toCursor: actionCursor, isValid: isActionCursor }),
  resolve: ({ staffId, from = null, until = null }, page, { actor, read }) =>
    read((database) => readStaffActions(database, actor, { filter: { staffId, from, until }, page })),
  example: { staffId: 'support-1', first: 20 },
  notes: 'For auditors and admins.',
});
