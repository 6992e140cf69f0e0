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

/** No key and no reason that is accepted is longer; of what is refused, the beginning will do. */
const MAX_TEXT = 512;

/**
 * JSON escapes the control characters of ASCII, but not those beyond, nor the separators of Unicode: some readers of logs
 * take them for the end of a line, for a command to the terminal, or for a change of direction.
 */
const MISLEADING = /[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;
const escaped = (letter: string) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** One line, whatever the values hold. */
export function writeLog(line: OperationLine | EventLine): void {
  const success = 'operation' in line ? line.success : false;
  const told = Object.entries(line).filter(([, value]) => value !== undefined && value !== null);
  const text = JSON.stringify({
    level: success ? 'info' : 'warn',
    correlationId: currentCorrelationId(),
    ...Object.fromEntries(told.map(([name, value]) => [name, shortened(value)])),
  }).replace(MISLEADING, escaped);
  if (success) console.log(text);
  else console.warn(text);
}

function shortened(value: unknown): unknown {
  return typeof value === 'string' && value.length > MAX_TEXT ? `${value.slice(0, MAX_TEXT)}…` : value;
}
