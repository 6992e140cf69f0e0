// Audit events as CSV.
import type { AuditEvent } from '@onceward/client';
import { csvOf } from '../ui/csv.ts';

const COLUMNS = [
  'recordedAt',
  'actorKind',
  'actorId',
  'action',
  'outcome',
  'playerId',
  'amount',
  'reason',
  'claimId',
  'id',
] as const satisfies readonly (keyof AuditEvent)[];

export function csvOfEvents(events: readonly AuditEvent[]): string {
  return csvOf(
    COLUMNS,
    events.map((event) => COLUMNS.map((column) => event[column])),
  );
}
