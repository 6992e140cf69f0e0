/**
 * The alarms: a closed list of what somebody must look at. The kernel and the schedule raise and clear them
 * (drizzle/kernel/74_alarms.sql); docs/monitoring.md says what to do about each.
 */

/** `critical`: at any hour. `warning`: on the next working day. */
export const ALARM_SEVERITIES = ['critical', 'warning'] as const;
export type AlarmSeverity = (typeof ALARM_SEVERITIES)[number];

/** `about`: what the alarm says; `subject`: what it is about, which makes it one of several of its kind. */
export interface AlarmRow {
  readonly severity: AlarmSeverity;
  readonly about: string;
  readonly subject: string;
}

export const ALARMS = {
  drift: {
    severity: 'critical',
    about: 'The ledger contradicts itself.',
    subject: '`players`, `game`, `economy` or `distribution`: what was verified',
  },
  unverified: {
    severity: 'warning',
    about: 'The nightly verification has not reached every player for 30 days.',
    subject: '`players`',
  },
  retention: {
    severity: 'warning',
    about: 'What should have been deleted or settled is still there.',
    subject: '`refusals` or `pending_rewards`',
  },
  outbox_lag: {
    severity: 'warning',
    about: 'Events wait too long.',
    subject: 'who has not taken them, such as `economy`',
  },
  job_failing: {
    severity: 'warning',
    about: 'A job of the schedule has failed several times in succession.',
    subject: 'the name of the job',
  },
  breaker: {
    severity: 'critical',
    about: 'More was granted than a breaker of the balance config allows. What is beyond it is pending.',
    subject: 'the name of the breaker',
  },
  endpoint_failing: {
    severity: 'warning',
    about: 'An endpoint does not accept events.',
    subject: 'the ID of the endpoint',
  },
  archive: {
    severity: 'warning',
    about: 'A part of the archive cannot be read, so replays of its claims are UNAVAILABLE.',
    subject: '`read`',
  },
} as const satisfies Record<string, AlarmRow>;

export type AlarmKind = keyof typeof ALARMS;
export const ALARM_KINDS = Object.keys(ALARMS) as readonly AlarmKind[];
