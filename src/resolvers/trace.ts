/** trace: everything that was done under a correlation ID. attempt: what became of one idempotency key. */
import { rejectionMessage } from '../domain/rejections.ts';
import { MAX_TRACED, readAttempt, readTrace, type TracedClaim, type TraceRow } from '../ledger/read-trace.ts';
import { AuditEvent } from '../schema/audit.ts';
import { builder } from '../schema/builder.ts';
import { BalanceChange, forOthers, isForeign, isInternal, RewardClaim } from '../schema/claim.ts';
import { defineQuery } from './define-query.ts';

export const TracedAttempt = builder.objectRef<TracedClaim>('TracedAttempt').implement({
  description: 'What one operation requested, and its outcome.',
  fields: (t) => ({
    claim: t.expose('claim', {
      type: RewardClaim,
      description: 'As recorded under its key, granted or rejected.',
    }),
    granted: t.boolean({ resolve: ({ rejection }) => rejection === null }),
    rejection: t.string({
      nullable: true,
      description:
        'The message of the recorded rejection; null where it was granted. A rejection of a staff member concerns their own limits: players only see that there was one.',
      resolve: ({ claim, rejection }, _, context) => {
        if (rejection === null) return null;
        return isInternal(claim, context) ? 'Rejected for a staff member' : rejectionMessage(rejection);
      },
    }),
    changes: t.expose('changes', { type: [BalanceChange] }),
    counterpartyChanges: t.field({
      type: [BalanceChange],
      nullable: true,
      description:
        'Servers and staff: the changes of the other player’s balances; null where there is no other player.',
      resolve: ({ counterpartyChanges }, _, context) => forOthers(counterpartyChanges, context),
    }),
    input: t.field({
      type: 'JSON',
      nullable: true,
      description: 'The canonical input, without signatures. Players see that of their own requests.',
      resolve: ({ claim, input }, _, context) => (isForeign(claim, context) ? null : input),
    }),
  }),
});

const Trace = builder.objectRef<TraceRow & { readonly correlationId: string }>('Trace').implement({
  description: 'Everything that was done under a correlation ID.',
  fields: (t) => ({
    correlationId: t.exposeID('correlationId'),
    attempts: t.field({
      type: [TracedAttempt],
      description: `In order. Of more than ${MAX_TRACED} the newest, with all of the same moment as the oldest of them.`,
      resolve: ({ claims }) => [...claims],
    }),
    earlier: t.expose('earlier', {
      type: 'DateTime',
      nullable: true,
      description: 'There may be more before this moment: pass it as `before`. Null: this is all.',
    }),
    audit: t.expose('audit', {
      type: [AuditEvent],
      description: 'For servers and staff; empty for players.',
    }),
  }),
});

export const trace = defineQuery({
  name: 'trace',
  description:
    'Everything that was granted, rejected and audited under a correlation ID: that of a request, or one that a server or staff sent. Players find their own operations, also by the ID that they sent.',
  type: Trace,
  nullable: false,
  actors: ['player', 'server', 'staff'],
  args: (t) => ({
    correlationId: t({ type: 'CorrelationId', required: true }),
    before: t({ type: 'DateTime' }),
  }),
  resolve: async ({ correlationId, before = null }, { actor, read }) => {
    const [row] = await read((database) => readTrace(database, actor, { correlationId, before }));
    return { correlationId, ...(row ?? { claims: [], audit: [], earlier: null }) };
  },
  example: { correlationId: 'the-x-correlation-id-of-an-answer' },
});

export const attempt = defineQuery({
  name: 'attempt',
  description:
    'Servers and staff: what became of the request that a player, or somebody for them, sent under an idempotency key. Null: nothing is recorded, so it was not executed, or it was rejected and the record has expired.',
  type: TracedAttempt,
  nullable: true,
  actors: ['server', 'staff'],
  args: (t) => ({
    playerId: t({ type: 'PlayerId', required: true }),
    idempotencyKey: t({ type: 'IdempotencyKey', required: true }),
  }),
  resolve: async ({ playerId, idempotencyKey }, { actor, read }) => {
    const [row] = await read((database) => readAttempt(database, actor, { playerId, idempotencyKey }));
    return row ?? null;
  },
  example: { playerId: 'player-1', idempotencyKey: 'the-key-of-a-request' },
});
