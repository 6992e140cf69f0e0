/**
 * The metrics: one data point for each operation, and one for each gauge and minute, in Workers Analytics Engine. Without the binding
 * METRICS there are none. The lists below are the catalogue: monitoring/ names nothing else. Nothing here names a player.
 */
import type { OperationLine } from './log.ts';

interface DataPoint {
  readonly indexes: string[];
  readonly blobs: string[];
  readonly doubles: number[];
}

/** What is used of a dataset of Analytics Engine. */
export interface Metrics {
  writeDataPoint(point: DataPoint): void;
}

/** What tells data points of an operation apart, in the order of the columns blob1, blob2, … */
export const DIMENSIONS = {
  what: 'operation or gauge',
  operation: 'the name of the mutation or query; request: none was reached',
  outcome: 'ok, rejected or failed',
  code: 'OK, RECEIPT, ITEMS, the code of a rejection or of a GraphQL error',
  actor: 'player, server or staff; empty: none',
  replayed: 'true: the stored answer of a key that was used before',
  failure: 'why it was UNAVAILABLE: the class of README.md; empty: a conflict, a lock, or a lane',
} as const;

/** What is measured of an operation, in the order of the columns double1, double2, … */
export const MEASURES = {
  duration_ms: 'milliseconds, within the Worker',
  database_ms: 'milliseconds, waiting for the database',
  queued_ms: 'milliseconds, waiting in a lane',
  batch: 'operations in the request of a lane: its depth',
  config_version: 'the version that decided it',
} as const;

/** Of a gauge: blob2 is its name, blob3 its label, double1 its value. */
export const GAUGE_COLUMNS = { what: 'blob1', gauge: 'blob2', label: 'blob3', value: 'double1' } as const;

export const GAUGES = {
  outbox_lag_seconds: 'seconds since the oldest claim that is not in the sums of the economy',
  refusals_overdue_days: 'days that rejections are kept beyond their retention',
  rewards_overdue_seconds: 'seconds since the oldest reward expired that is not settled',
  verified_days_ago: 'days since every player was verified',
  open_alarms: 'open alarms, by kind',
  job_failed: '1 where a job of the schedule failed, by job: config_pointer is what keeps KV current',
} as const;

export type Gauge = keyof typeof GAUGES;

/** Codes of operations that did what was asked. */
const DONE = new Set(['OK', 'RECEIPT', 'ITEMS']);
const FAULT = new Set([
  ...['UNAUTHENTICATED', 'FORBIDDEN', 'BAD_USER_INPUT', 'RATE_LIMITED', 'CONFIG_UNAVAILABLE'],
  ...['UNAVAILABLE', 'INTERNAL', 'PERSISTED_QUERY_NOT_SUPPORTED'],
]);

function outcomeOf(code: string): string {
  if (DONE.has(code)) return 'ok';
  return FAULT.has(code) ? 'failed' : 'rejected';
}

/** Neither waits nor throws: a metric that is lost must cost no operation. */
export function measureOperation(
  metrics: Metrics | undefined,
  {
    operation,
    code,
    actor,
    replayed,
    failure,
    durationMs,
    databaseMs,
    queuedMs,
    batch,
    configVersion,
  }: OperationLine,
): void {
  if (!metrics) return;
  const kind = actor?.slice(0, actor.indexOf(':')) ?? '';
  write(metrics, {
    indexes: [operation],
    blobs: ['operation', operation, outcomeOf(code), code, kind, String(replayed ?? false), failure ?? ''],
    doubles: [durationMs ?? 0, databaseMs ?? 0, queuedMs ?? 0, batch ?? 0, configVersion ?? 0],
  });
}

export function measureGauge(metrics: Metrics | undefined, gauge: Gauge, value: number, label = ''): void {
  if (!metrics) return;
  write(metrics, { indexes: [gauge], blobs: ['gauge', gauge, label], doubles: [value] });
}

function write(metrics: Metrics, point: DataPoint): void {
  try {
    metrics.writeDataPoint(point);
  } catch {
    // Beyond 250 data points an invocation may write none.
  }
}
