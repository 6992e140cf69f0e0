/**
 * What can go wrong between here and the database. Neither error carries the driver's message: it may hold parameters, a
 * row or the connection string.
 */
import { NeonDbError } from '@neondatabase/serverless';

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

/**
 * Classes of SQLSTATE after which the same operation may succeed: lost connections, conflicts and unknown completion,
 * resources, shutdown, trouble inside the server or its storage.
 */
const PASSING_CLASSES = ['08', '40', '53', '57', '58', 'XX'];
/** Lock time-out; a server that is read-only while another takes over; the role's own time-outs. */
const PASSING_STATES = ['55P03', '25006', '25P03', '25P04'];

export function asLedgerFailure(error: unknown): LedgerUnavailable | LedgerDefect {
  // Anything else is a failed fetch, a reply cut short, or Neon's proxy in trouble.
  if (!(error instanceof NeonDbError) || !error.code) return new LedgerUnavailable('no answer');
  const passing = PASSING_CLASSES.includes(error.code.slice(0, 2)) || PASSING_STATES.includes(error.code);
  return passing ? new LedgerUnavailable(error.code) : new LedgerDefect(error.code, error.constraint ?? null);
}
