/** trace: everything that one request did. */
import { rejectionMessage } from '../domain/rejection-message.ts';
import { type AuditRow, MAX_TRACED, type TracedClaim } from '../ledger/read-trace.ts';
import { type Trace as TraceShape, trace } from '../resolvers/trace.ts';
import { builder } from './builder.ts';
import { forOthers } from './receipt.ts';
import { BalanceChange, isInternal, RewardClaim } from './reward-claim.ts';

const TracedAttempt = builder.objectRef<TracedClaim>('TracedAttempt').implement({
  description: 'What one operation asked for and what became of it.',
  fields: (t) => ({
    claim: t.expose('claim', {
      type: RewardClaim,
      description: 'As recorded under its key, granted or refused.',
    }),
    granted: t.boolean({ resolve: ({ rejection }) => rejection === null }),
    rejection: t.string({
      nullable: true,
      description:
        'The recorded "no", in words; null where it was granted. What a member of staff was refused speaks of their own limits: players are told that it was refused.',
      resolve: ({ claim, rejection }, _, context) => {
        if (rejection === null) return null;
        return isInternal(claim, context) ? 'Refused to a member of staff' : rejectionMessage(rejection);
      },
    }),
    changes: t.expose('changes', { type: [BalanceChange] }),
    counterpartyChanges: t.field({
      type: [BalanceChange],
      nullable: true,
      description: 'Servers and staff: what moved of the other player’s balances; null where there is none.',
      resolve: ({ counterpartyChanges }, _, context) => forOthers(counterpartyChanges, context),
    }),
    input: t.field({
      type: 'JSON',
      nullable: true,
      description:
        'What was asked for: the canonical input, without signatures. Players do not see what staff asked.',
      resolve: ({ claim, input }, _, context) => (isInternal(claim, context) ? null : input),
    }),
  }),
});

const AuditEvent = builder.objectRef<AuditRow>('AuditEvent').implement({
  description: 'What a member of staff or an operator did.',
  fields: (t) => ({
    id: t.exposeID('id'),
    actorKind: t.exposeString('actorKind', { description: '`staff`, or `operator` for the command line.' }),
    actorId: t.exposeString('actorId'),
    action: t.exposeString('action'),
    outcome: t.exposeString('outcome', { description: '`granted`, `rejected` or `done`.' }),
    playerId: t.expose('playerId', { type: 'PlayerId', nullable: true }),
    claimId: t.exposeID('claimId', { nullable: true, description: 'The attempt that it is about.' }),
    amount: t.expose('amount', {
      type: 'SafeInt',
      nullable: true,
      description: 'The sum of the amounts that it asked for.',
    }),
    reason: t.exposeString('reason', { nullable: true }),
    recordedAt: t.expose('recordedAt', { type: 'DateTime' }),
  }),
});

const Trace = builder.objectRef<TraceShape>('Trace').implement({
  description: 'The whole story behind a correlation ID.',
  fields: (t) => ({
    correlationId: t.exposeID('correlationId'),
    attempts: t.field({
      type: [TracedAttempt],
      description: `In order; the newest ${MAX_TRACED} at most.`,
      resolve: ({ claims }) => [...claims],
    }),
    audit: t.expose('audit', {
      type: [AuditEvent],
      description: 'For servers and staff; empty for players.',
    }),
  }),
});

builder.queryField('trace', (t) =>
  t.field({
    type: Trace,
    description:
      'From a correlation ID to everything that was granted, refused and audited under it. Players see their own.',
    args: { correlationId: t.arg({ type: 'CorrelationId', required: true }) },
    resolve: (_, { correlationId }, context) => trace(correlationId, context),
  }),
);
