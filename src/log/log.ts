/**
 * One structured JSON line per operation, and per event that somebody on call needs to see. A line holds names, numbers, codes
 * and the reasons of staff; never a token, a ticket, a connection string or SQL.
 */

/** What one operation did, or why it failed. Members without a value are left out of the line. */
export interface OperationLine {
  readonly operation: string;
  readonly success: boolean;
  readonly actor?: string | null;
  /** Of a player who sent a correlation ID: the ID that files the operation in the ledger. */
  readonly requestId?: string | null;
  /** Of the caller's trace. */
  readonly traceId?: string | null;
  readonly player?: string | null;
  readonly claimType?: string | null;
  readonly claimKey?: string | null;
  /** The amounts requested, by resource, where nothing moved. */
  readonly requested?: Readonly<Record<string, number>> | null;
  /** The deltas, by resource. */
  readonly amounts?: Readonly<Record<string, number>> | null;
  readonly reason?: string | null;
  readonly replayed?: boolean | null;
  readonly configVersion?: number | null;
  /** RECEIPT, ITEMS, OK, a rejection code, or the code of a GraphQL error. */
  readonly code: string;
  /** A message of ours; never one of a library or the database. */
  readonly error?: string | null;
  /** Of an INTERNAL: the functions and places of our code (stack.ts). */
  readonly stack?: string | null;
  /** Of an UNAVAILABLE that the database or Neon caused: the class to alert on (src/ledger/failures.ts). */
  readonly failure?: string | null;
  /** How many errors the answer has, where there are several. The line shows the first. */
  readonly errors?: number | null;
  /** Of a bulk: how many items it has, and what became of them. */
  readonly items?: number;
  readonly granted?: number;
  /** Of these, those that did not fit. */
  readonly pending?: number;
  readonly rejected?: number;
  readonly failed?: number;
  /** The place of an item that was not granted, from 0. It has a line of its own. */
  readonly item?: number;
  readonly durationMs?: number;
  /** The time spent waiting for the database. */
  readonly databaseMs?: number;
  /** The number of the lane that was called. None: it was committed directly, or ended before. */
  readonly lane?: number;
  /** Of an operation that a lane answered with an outcome: how many were in its request, and how long it waited for that. */
  readonly batch?: number | null;
  readonly queuedMs?: number | null;
}

/** `info`: nothing to do. `warn`: a request that was refused or failed as it may. `error`: somebody must look at it. */
export type Level = 'info' | 'warn' | 'error';

type Detail = string | number | boolean | null | undefined;
export interface EventLine {
  readonly event: string;
  /** Left out: `warn`. */
  readonly level?: Level;
  readonly [detail: string]: Detail | Readonly<Record<string, Detail>>;
}

/** In UTF-16 units. Accepted keys are shorter. Of a reason of many emoji, and of refused input, the beginning suffices. */
const MAX_TEXT = 512;

/**
 * Characters that JSON does not escape and that some log readers interpret: control characters beyond ASCII, line separators and
 * changes of text direction.
 */
const MISLEADING = /[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;
const escaped = (letter: string) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** Writes exactly one line, whatever the values hold. `correlationId`: what the request's answer shows; null outside a request. */
export function writeLog(line: OperationLine | EventLine, correlationId: string | null): void {
  const level = levelOf(line);
  const members: Record<string, unknown> = { level, correlationId };
  for (const [name, value] of Object.entries(line))
    if (value !== undefined && value !== null) members[name] = shortened(value);
  const text = JSON.stringify(members).replace(MISLEADING, escaped);
  if (level === 'info') console.log(text);
  else console[level](text);
}

function levelOf(line: OperationLine | EventLine): Level {
  if (!('operation' in line)) return line.level ?? 'warn';
  if (line.success) return 'info';
  return line.code === 'INTERNAL' ? 'error' : 'warn';
}

function shortened(value: unknown): unknown {
  return typeof value === 'string' && value.length > MAX_TEXT ? `${value.slice(0, MAX_TEXT)}…` : value;
}
