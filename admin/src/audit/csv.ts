// Audit events as CSV (RFC 4180). A text that a spreadsheet would take for a formula begins with an apostrophe.
import type { AuditEvent } from '@onceward/client';

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

function cell(value: string | number | null): string {
  if (value === null) return '';
  const text = String(value);
  const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function csvOf(events: readonly AuditEvent[]): string {
  const rows = events.map((event) => COLUMNS.map((column) => cell(event[column])).join(','));
  return `${[COLUMNS.join(','), ...rows].join('\r\n')}\r\n`;
}
