/** staffActions: what one staff member did, for those who audit staff. */
import { actionCursor, isActionCursor, readStaffActions } from '../ledger/read-audit.ts';
import { AuditEvent } from '../schema/audit.ts';
import { defineConnection, PAGE } from './define-query.ts';
import { namesPermittedBy } from './permitted.ts';

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
    action: t({ type: 'Text', description: 'Only events with this name, such as `manualReward`.' }),
    permission: t({ type: 'Permission', description: 'Only operations that need it.' }),
    outcome: t({ type: 'Text', description: 'Only events with this outcome, such as `forbidden`.' }),
  }),
  authorisePlayer: () => {},
  cursor: () => ({ toCursor: actionCursor, isValid: isActionCursor }),
  resolve: (args, page, { actor, read }) => {
    const { staffId, from = null, until = null, action = null, permission = null, outcome = null } = args;
    const permitted = permission === null ? null : namesPermittedBy(permission);
    const filter = { staffId, from, until, action, permitted, outcome };
    return read((database) => readStaffActions(database, actor, { filter, page }));
  },
  example: { staffId: 'support-1', first: 20 },
  notes: 'For auditors and admins.',
});
