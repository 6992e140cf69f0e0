/**
 * The failures that Neon's own proxy and control plane answer, with its HTTP statuses and sentences. A rule of `faults.ts` answers a
 * chosen request with one of them. Neon repeats what its control plane said for about four minutes after the cause is gone.
 */

interface NeonFailure {
  readonly status: 400 | 402 | 500;
  readonly message: string;
  /** Absent: an empty SQLSTATE, which is all that its proxy has. */
  readonly code?: string;
  readonly severity?: string;
  /** How long Neon itself tries before it answers. */
  readonly waitMs?: number;
}

const fatal = (code: string, message: string, status: 400 | 500 = 500): NeonFailure => ({
  status,
  message,
  code,
  severity: 'FATAL',
});

export const NEON_FAILURES = {
  /** Also the answer to an unknown role. */
  wrong_password: { status: 400, message: "password authentication failed for user 'onceward_app'" },
  /** The proxy accepted a password that Postgres does not accept. */
  password_refused_by_postgres: fatal('28P01', 'password authentication failed for user "onceward_app"'),
  unknown_database: fatal('3D000', 'database "onceward" does not exist', 400),
  address_not_allowed: {
    status: 400,
    message:
      'This IP address 203.0.113.7 is not allowed to connect to this endpoint. ' +
      'Please add it to the allowed list in the Neon console. Make sure to check for IPv4 or IPv6 addresses.',
  },
  endpoint_not_found: { status: 500, message: 'Control plane request failed: endpoint cannot be found' },
  endpoint_disabled: { status: 400, message: 'Control plane request failed: endpoint is disabled' },
  endpoint_disabled_by_owner: {
    status: 400,
    message: 'The endpoint has been disabled. Enable it using Neon API and retry.',
    code: 'XX000',
    severity: 'ERROR',
  },
  /** Asked again for 4.4 s. */
  maintenance: {
    status: 500,
    message:
      'Control plane request failed: endpoint is temporarily unavailable. ' +
      'Check your quotas and/or contact our support.',
    waitMs: 4_400,
  },
  compute_time_quota: {
    status: 500,
    message:
      'Your account or project has exceeded the compute time quota. Upgrade your plan to increase limits.',
  },
  data_transfer_quota: {
    status: 402,
    message: 'Your project has exceeded the data transfer quota. Upgrade your plan to increase limits.',
  },
  active_endpoints: {
    status: 402,
    message:
      'You have exceeded the limit of concurrently active endpoints. Please suspend some endpoints and try again.',
  },
  project_size: {
    status: 400,
    message: 'could not extend file because project size limit (512 MB) has been exceeded',
    code: '53100',
    severity: 'ERROR',
  },
  rate_limited: {
    status: 500,
    message: 'Too many connections to this endpoint. Please try again later.',
  },
  connection_attempts: {
    status: 500,
    message:
      'Failed to acquire permit to connect to the database. ' +
      'Too many database connection attempts are currently ongoing.',
  },
  /** Neon never queues: Postgres has no connection left. */
  too_many_connections: fatal('53300', 'sorry, too many clients already'),
  /** After one more try. */
  starting_up: fatal('57P03', 'the database system is starting up'),
  /** PgBouncer, for up to 15 s after Postgres crashed. */
  pooler_after_crash: fatal('08P01', 'server login has been failing, try again later', 400),
  control_plane: { status: 500, message: 'Control plane request failed' },
  postgres_unreachable: { status: 500, message: "Couldn't connect to compute node" },
  /** The two wordings of a connection that was lost while a statement ran. Its outcome is unknown. */
  connection_closed: { status: 400, message: 'connection closed' },
  connection_lost: { status: 400, message: 'error communicating with the server: unexpected end of file' },
} as const satisfies Record<string, NeonFailure>;

export type NeonFailureName = keyof typeof NEON_FAILURES;
export const NEON_FAILURE_NAMES = Object.keys(NEON_FAILURES) as [NeonFailureName, ...NeonFailureName[]];

export const neonFailure = (name: NeonFailureName): NeonFailure => NEON_FAILURES[name];
