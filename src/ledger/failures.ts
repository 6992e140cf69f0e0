/**
 * The failures of a request to the database. No error carries a message of the driver or of Drizzle: they may hold parameters or a
 * row.
 */
import { NeonDbError } from '@neondatabase/serverless';
import { DrizzleQueryError } from 'drizzle-orm/errors';

/** No answer, or a failure that may pass. The outcome is unknown: sending the same key again returns it. */
export class LedgerUnavailable extends Error {
  /** A SQLSTATE, or in words what is known where there is none. */
  readonly why: string;
  constructor(why: string) {
    super(`the outcome is unknown (${why})`);
    this.why = why;
  }
}

/** The database refused a statement that we should never have sent: a defect of ours. */
export class LedgerDefect extends Error {
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

/**
 * SQLSTATE classes after which the same operation may succeed: lost connections, conflicts and unknown completion, exhausted
 * resources, shutdown, and errors inside the server or its storage.
 */
const PASSING_CLASSES = ['08', '40', '53', '57', '58', 'XX'];
/** Lock time-out; a read-only server during a failover; the role's own time-outs. */
const PASSING_STATES = ['55P03', '25006', '25P03', '25P04'];

export function asLedgerFailure(thrown: unknown): LedgerUnavailable | LedgerDefect {
  const error = thrown instanceof DrizzleQueryError ? thrown.cause : thrown;
  // A failed fetch, a reply that broke off, or a failure of Neon's proxy.
  if (!(error instanceof NeonDbError) || !error.code)
    return new LedgerUnavailable(isTooLarge(error) ? TOO_LARGE : 'no answer');
  const passing = PASSING_CLASSES.includes(error.code.slice(0, 2)) || PASSING_STATES.includes(error.code);
  return passing ? new LedgerUnavailable(error.code) : new LedgerDefect(error.code, error.constraint ?? null);
}

/** The statement was committed, but Neon's proxy refuses to pass on its rows. That has an HTTP status and no SQLSTATE. */
const TOO_LARGE = 'an answer too large for Neon';

function isTooLarge(error: unknown): boolean {
  return error instanceof NeonDbError && error.message.startsWith('Server error (HTTP status 507)');
}

/**
 * Conflicts, lock and time limits, and errors inside the server: another operation of the same request may not have them. 40003 is
 * no conflict: the connection was lost and nobody knows whether it was committed.
 */
const OF_ONE_OPERATION = /^(40(?!003)|XX|55P03$|57014$|25P04$)/;

/** Whether a part of a request's operations may succeed where all of them failed. Without an answer, nobody knows. */
export function mayBeOfOneOperation(error: unknown): boolean {
  if (error instanceof LedgerUnavailable) return OF_ONE_OPERATION.test(error.why) || error.why === TOO_LARGE;
  return error instanceof LedgerDefect;
}
