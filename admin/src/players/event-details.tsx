// What the audit recorded of an attempt that moved nothing.
import type { AuditEvent } from '@onceward/client';
import { Id, Moment, whole } from '../ui/format.tsx';

export function EventDetails({ event }: { readonly event: AuditEvent }) {
  const { action, outcome, actorKind, actorId, amount, reason, recordedAt, id } = event;
  return (
    <dl className="details">
      <dt>What</dt>
      <dd>
        {action}, {outcome}
      </dd>
      <dt>By</dt>
      <dd>
        {actorKind} {actorId}
      </dd>
      {amount !== null && (
        <>
          <dt>Value</dt>
          <dd>{whole(amount)}</dd>
        </>
      )}
      {reason && (
        <>
          <dt>Reason</dt>
          <dd>{reason}</dd>
        </>
      )}
      <dt>When</dt>
      <dd>
        <Moment at={recordedAt} />
      </dd>
      <dt>Audit event</dt>
      <dd>
        <Id value={id} label="audit event ID" />
      </dd>
    </dl>
  );
}
