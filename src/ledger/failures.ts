/**
 * The failures of a request to the database. No error carries a message of the driver, of Drizzle or of Neon: they may hold
 * parameters, a row or an address. Of Neon's sentences only the class is kept.
 */
import { NeonDbError } from '@neondatabase/serverless';
import { DrizzleQueryError } from 'drizzle-orm/errors';

/** What an operator has to do something about, or wait for. README.md ("Monitor") explains each. */
const FAILURE_CLASSES = [
  'refused',
  'quota',
  'suspended',
  'rate_limited',
  'http_500',
  'timeout',
  'connection',
  'archive',
] as const;
type FailureClass = (typeof FAILURE_CLASSES)[number];

/** No answer, or a failure that may pass. The outcome is unknown: sending the same key again returns it. */
export class LedgerUnavailable extends Error {
  /** A SQLSTATE, a failure class, or in words what is known where there is neither. */
  readonly why: string;
  /** Null: a conflict, a lock or time limit, an error inside the server, or a failure of a lane. */
  readonly failure: FailureClass | null;
  constructor(why: string) {
    super(`the outcome is unknown (${why})`);
    this.why = why;
    this.failure = failureClass(why);
  }
}

/** The database refused a statement that we should never have sent: a defect of ours. */
export class LedgerDefect extends Error {
  /** Or the HTTP status of a request that Neon's proxy cannot read. */
  readonly sqlState: string;
  readonly constraint: string | null;
  constructor(sqlState: string, constraint: string | null) {
    super(`the database refused it (${sqlState}${constraint ? `, ${constraint}` : ''})`);
    this.sqlState = sqlState;
    this.constraint = constraint;
  }
}

/** The lane is full, or the operation waited too long in it. Nothing was executed. */
export class NotSent extends Error {
  constructor() {
    super('the lane did not send it');
  }
}

/** A lane failed with an error of this class: a defect of ours. The outcome is unknown. */
export class LaneFailed extends Error {
  constructor(lane: number, error: string) {
    super(`lane ${lane} failed (${error})`);
  }
}

/** Of Neon's limit for the size of a project, of connections, and of connections that were refused or lost. */
const CLASS_OF_SQLSTATE: readonly (readonly [RegExp, FailureClass])[] = [
  [/^(28...|3D000)$/, 'refused'],
  [/^53100$/, 'quota'],
  [/^53300$/, 'rate_limited'],
  [/^(08...|57P0.|40003)$/, 'connection'],
];

/** Of an archived claim. The archive is in R2 (read-archive.ts). */
export const NO_ARCHIVE = 'no archive is bound';
const OF_ARCHIVE = /\barchive\b/;

function failureClass(why: string): FailureClass | null {
  if (OF_ARCHIVE.test(why)) return 'archive';
  const named = FAILURE_CLASSES.find((name) => name === why);
  return named ?? CLASS_OF_SQLSTATE.find(([states]) => states.test(why))?.[1] ?? null;
}

/**
 * SQLSTATE classes after which the same operation may succeed: lost connections, a role that is refused, conflicts and unknown
 * completion, exhausted resources, shutdown, and errors inside the server or its storage.
 */
const PASSING_CLASSES = ['08', '28', '40', '53', '57', '58', 'XX'];
/** An unknown database; lock time-out; a read-only server during a failover; the role's own time-outs. */
const PASSING_STATES = ['3D000', '55P03', '25006', '25P03', '25P04'];

export function asLedgerFailure(thrown: unknown): LedgerUnavailable | LedgerDefect {
  const error = thrown instanceof DrizzleQueryError ? thrown.cause : thrown;
  const refusal = refusalOf(error);
  if (refusal === null) return new LedgerUnavailable(isTimeout(error) ? 'timeout' : 'connection');
  const { code, constraint } = refusal;
  if (!code || SENTENCE_STATES.test(code)) {
    const failure = sentenceClass(refusal);
    if (failure) return new LedgerUnavailable(failure);
  }
  if (!code) return withoutSqlState(refusal);
  const isPassing = PASSING_CLASSES.includes(code.slice(0, 2)) || PASSING_STATES.includes(code);
  return isPassing ? new LedgerUnavailable(code) : new LedgerDefect(code, constraint);
}

/** What Neon's proxy answered instead of rows. */
interface Refusal {
  readonly status: number;
  /** Empty: it did not come from Postgres. */
  readonly code: string;
  readonly message: string;
  readonly constraint: string | null;
}

/** The driver reads the body of a 400 alone, and puts that of any other status into its message. */
const OTHER_STATUS = /^Server error \(HTTP status (\d{3})\): (.*)$/s;
const SQLSTATE = /^[0-9A-Z]{5}$/;

/** Null: no answer, or one that broke off. */
function refusalOf(error: unknown): Refusal | null {
  if (!(error instanceof NeonDbError) || error.sourceError !== undefined) return null;
  const [, status, body = ''] = OTHER_STATUS.exec(error.message) ?? [];
  const fields: { code?: unknown; message?: unknown; constraint?: unknown } = status ? parsed(body) : error;
  const text = (value: unknown) => (typeof value === 'string' ? value : '');
  return {
    status: Number(status ?? 400),
    code: SQLSTATE.test(text(fields.code)) ? text(fields.code) : '',
    message: text(fields.message),
    constraint: text(fields.constraint) || null,
  };
}

/** A body that is no JSON object came from something between the Worker and Neon's proxy. */
function parsed(body: string): object {
  try {
    return Object(JSON.parse(body));
  } catch {
    return {};
  }
}

/** Of a failed fetch, or of a body that did not arrive in time. */
function isTimeout(error: unknown): boolean {
  const source = error instanceof NeonDbError ? error.sourceError : error;
  return (source as { name?: unknown } | null | undefined)?.name === 'TimeoutError';
}

/**
 * Neon's control plane puts its sentences under no SQLSTATE, under "internal error", or under "invalid authorization". Postgres refuses
 * connections to a database that its owner closed (`ALLOW_CONNECTIONS false`) under a state that also means defects of ours.
 */
const SENTENCE_STATES = /^(XX000|28000|55000)$/;
/** The sentences of Neon's proxy and control plane, the most special first. */
const SENTENCES: readonly (readonly [RegExp, FailureClass])[] = [
  [/not currently accepting connections/i, 'suspended'],
  [/endpoint (has been|is) (temporarily )?(disabled|unavailable)|\bmaintenance\b/i, 'suspended'],
  [/exceeded the (\w+ )*(quota|limit)\b/i, 'quota'],
  [/too many (database )?connection|rate limit/i, 'rate_limited'],
  [/password authentication failed|not allowed to connect|blocked network/i, 'refused'],
  [/(endpoint|project|branch|role) (cannot|could not) be found|^(missing|invalid|incorrect) /i, 'refused'],
];

function sentenceClass({ message }: Refusal): FailureClass | null {
  return SENTENCES.find(([sentence]) => sentence.test(message))?.[1] ?? null;
}

/** The statement was committed, but Neon's proxy refuses to pass on its rows. That has an HTTP status and no SQLSTATE. */
const TOO_LARGE = 'an answer too large for Neon';

const STATUS_CLASSES: Readonly<Record<number, FailureClass>> = {
  // Neon's connection to Postgres was lost.
  400: 'connection',
  401: 'refused',
  402: 'quota',
  403: 'refused',
  404: 'refused',
  429: 'rate_limited',
};

function withoutSqlState({ status, message }: Refusal): LedgerUnavailable | LedgerDefect {
  if (status === 507) return new LedgerUnavailable(TOO_LARGE);
  // Sent again it would be refused again.
  if (status === 413 || message.startsWith('could not parse the HTTP request body'))
    return new LedgerDefect(`HTTP ${status}`, null);
  return new LedgerUnavailable(STATUS_CLASSES[status] ?? 'http_500');
}

/**
 * Conflicts, lock and time limits, errors inside the server, and claims that the archive does not give: another operation of the same
 * request may not have them. No other failure class is one of them: what Neon refuses or limits, it would refuse in parts, too. 40003 is
 * no conflict: the connection was lost and nobody knows whether it was committed.
 */
const OF_ONE_OPERATION = /^(40(?!003)|XX|55P03$|57014$|25P04$)/;

/** Whether a part of a request's operations may succeed where all of them failed. Without an answer, nobody knows. */
export function mayBeOfOneOperation(error: unknown): boolean {
  if (error instanceof LedgerUnavailable)
    return OF_ONE_OPERATION.test(error.why) || error.why === TOO_LARGE || error.failure === 'archive';
  return error instanceof LedgerDefect;
}
