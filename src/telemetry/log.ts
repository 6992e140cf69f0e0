/**
 * One structured JSON line for each operation, and for each event that somebody on call wants to know of. A line holds
 * names, numbers, codes and the reason of a staff award; never a token, a ticket, a connection string or SQL.
 */
import { currentCorrelationId } from './correlation.ts';

/** What one operation did or why it did not. Absent members are left out of the line. */
export interface OperationLine {
  readonly operation: string;
  readonly success: boolean;
  readonly actor?: string | null;
  readonly player?: string | null;
  readonly claimType?: string | null;
  readonly claimKey?: string | null;
  /** What was asked for where nothing moved: resource → amount. */
  readonly requested?: Readonly<Record<string, number>> | null;
  /** What moved: resource → delta. */
  readonly amounts?: Readonly<Record<string, number>> | null;
  readonly reason?: string | null;
  readonly replayed?: boolean | null;
  readonly configVersion?: number | null;
  /** RECEIPT, a rejection code, or the code of a GraphQL error. */
  readonly code: string;
  /** What went wrong, in our own words. */
  readonly error?: string | null;
  readonly durationMs?: number;
  /** Waiting for the database. */
  readonly databaseMs?: number;
}

export interface EventLine {
  readonly event: string;
  readonly [detail: string]: string | number | boolean | null;
}

/** JSON escapes control characters, so no value can begin a second line. */
export function writeLog(line: OperationLine | EventLine): void {
  const success = 'operation' in line ? line.success : false;
  const text = JSON.stringify({
    level: success ? 'info' : 'warn',
    correlationId: currentCorrelationId(),
    ...Object.fromEntries(Object.entries(line).filter(([, value]) => value !== undefined && value !== null)),
  });
  if (success) console.log(text);
  else console.warn(text);
}
