/**
 * What can go wrong between here and the database. Neither error carries the driver's message: it may hold parameters, a
 * row or the connection string.
 */
import { NeonDbError } from '@neondatabase/serverless';
import { DrizzleQueryError } from 'drizzle-orm';

/** No answer, or one that another try may change. The outcome is unknown: the same key will tell it. */
export class LedgerUnavailable extends Error {
  readonly sqlState: string;
  constructor(sqlState: string) {
    super(`the database did not carry it out (${sqlState})`);
    this.sqlState = sqlState;
  }
}

/** The database refused what we should never have sent: a defect of ours. */
export class LedgerDefect extends Error {
  readonly sqlState: string;
  constructor(sqlState: string, constraint: string | null) {
    super(`the database refused it (${sqlState}${constraint ? `, ${constraint}` : ''})`);
    this.sqlState = sqlState;
  }
}

/** Classes of SQLSTATE after which the same operation may succeed: lost connections, resources, shutdown, our time-outs. */
const PASSING_CLASSES = ['08', '53', '57', '58'];
/** Serialisation failure, deadlock, lock time-out; a server that is read-only while another takes over. */
const PASSING_STATES = ['40001', '40P01', '55P03', '25006'];

export function asLedgerFailure(error: unknown): LedgerUnavailable | LedgerDefect {
  const cause = error instanceof DrizzleQueryError ? error.cause : error;
  // Anything else is a failed fetch, a reply cut short, or Neon's proxy in trouble.
  if (!(cause instanceof NeonDbError) || !cause.code) return new LedgerUnavailable('no answer');
  const passing = PASSING_CLASSES.includes(cause.code.slice(0, 2)) || PASSING_STATES.includes(cause.code);
  return passing ? new LedgerUnavailable(cause.code) : new LedgerDefect(cause.code, cause.constraint ?? null);
}
