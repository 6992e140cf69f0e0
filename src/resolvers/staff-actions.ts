/** staffActions: what one staff member did, for those who audit staff. */
import { badInput } from '../domain/fault.ts';
import { actionCursor, isActionCursor, readStaffActions } from '../ledger/read-audit.ts';
import { AuditEvent } from '../schema/audit.ts';
import { defineConnection, PAGE } from './define-query.ts';
import { FaultError } from './observe.ts';
import { namesPermittedBy } from './permitted.ts';

const MAX_ACTIONS = 50;

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
    actions: t.stringList({ description: `Only these, such as \`manualReward\`; at most ${MAX_ACTIONS}.` }),
    permission: t({ type: 'Permission', description: 'Only operations that need it.' }),
    outcome: t.string({ description: 'Only events with this outcome, such as `forbidden`.' }),
  }),
  authorisePlayer: () => {},
  cursor: () => ({ toCursor: actionCursor, isValid: isActionCursor }),
  resolve: (args, page, { actor, read }) => {
    const { staffId, from = null, until = null, actions = null, permission = null, outcome = null } = args;
    if (actions && actions.length > MAX_ACTIONS)
      throw new FaultError(badInput('actions', `must have at most ${MAX_ACTIONS} entries`));
    const permitted = permission === null ? null : namesPermittedBy(permission);
    const named = [actions, permitted].filter((names) => names !== null);
    const filter = { staffId, from, until, named, outcome };
    return read((database) => readStaffActions(database, actor, { filter, page }));
  },
  example: { staffId: 'support-1', first: 20 },
  notes: 'For auditors and admins.',
});
