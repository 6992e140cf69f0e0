/** AuditEvent: what a staff member, an operator or a server that gives rewards did. */
import type { AuditRow } from '../ledger/read-audit.ts';
import { builder } from './builder.ts';

export const AuditEvent = builder.objectRef<AuditRow>('AuditEvent').implement({
  description: 'What a staff member or an operator did, or a reward that a game server gave.',
  fields: (t) => ({
    id: t.exposeID('id'),
    actorKind: t.exposeString('actorKind', {
      description: '`staff`, `server`, or `operator` for the command line.',
    }),
    actorId: t.exposeString('actorId'),
    action: t.exposeString('action'),
    outcome: t.exposeString('outcome', {
      description:
        '`granted`, `rejected`, `forbidden`; `listed`: a list across players was read; of a command `started` or `done`.',
    }),
    playerId: t.expose('playerId', { type: 'PlayerId', nullable: true }),
    claimId: t.exposeID('claimId', { nullable: true, description: 'The claim that it is about.' }),
    amount: t.expose('amount', {
      type: 'SafeInt',
      nullable: true,
      description: 'Of staff and servers: the value of what it requested to give.',
    }),
    reason: t.exposeString('reason', { nullable: true }),
    recordedAt: t.expose('recordedAt', { type: 'DateTime' }),
  }),
});
