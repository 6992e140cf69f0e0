/**
 * Everything that a schedule breaks outside lanes: single requests on the way to the Worker or to the database, processes, the
 * schema, and the balance config. Faults are drawn here; packages/conformance, dev/neon/ and run/nemesis.ts inject them.
 */
import type { FaultRule } from '../../dev/neon/faults.ts';
import type { ClientFault } from '../../packages/conformance/src/fault-proxy.ts';
import type { Random } from '../random.ts';
import { LANE_COUNTS } from './lane-faults.ts';

/** A fault between Worker and database: a rule of the Neon endpoint without the request that it applies to. */
export type DatabaseFault = Pick<FaultRule, 'kind' | 'delayMs' | 'errorCode' | 'status' | 'failure'>;

const CLIENT_FAULT_SHARE = 0.1;
const DATABASE_FAULT_SHARE = 0.1;

export function drawClientFault(random: Random): ClientFault | null {
  if (!random.chance(CLIENT_FAULT_SHARE)) return null;
  return random.weighted<ClientFault>([
    [12, { kind: 'drop_request' }],
    [8, { kind: 'cut_request' }],
    [24, { kind: 'drop_reply' }],
    [12, { kind: 'cut_reply' }],
    [10, { kind: 'delay', ms: random.int(1, 40) }],
    [12, { kind: 'duplicate', ms: 0 }],
    [10, { kind: 'duplicate', ms: random.int(5, 300) }],
    [12, { kind: 'abort', ms: random.int(0, 25) }],
  ]);
}

/** SQLSTATEs that a retry may get past: conflict, deadlock, lock timeout, statement timeout, lost connection. */
const TRANSIENT_ERRORS = ['40001', '40P01', '55P03', '57014', '53300', '57P01', '08006'];

/** What Neon answers by itself: it has lost its connection, is unavailable, or refuses the request. */
const NEON_FAULTS: readonly DatabaseFault[] = [
  { kind: 'error', errorCode: '', status: 400 },
  { kind: 'error', errorCode: '', status: 503 },
  { kind: 'neon', failure: 'control_plane' },
  { kind: 'neon', failure: 'rate_limited' },
  { kind: 'neon', failure: 'wrong_password' },
  { kind: 'neon', failure: 'endpoint_disabled' },
  { kind: 'neon', failure: 'compute_time_quota' },
  { kind: 'neon', failure: 'pooler_after_crash' },
];

export function drawDatabaseFault(random: Random): DatabaseFault | null {
  if (!random.chance(DATABASE_FAULT_SHARE)) return null;
  return random.weighted<DatabaseFault>([
    [10, { kind: 'drop_before' }],
    [24, { kind: 'drop_after_commit' }],
    [12, { kind: 'reset_mid_body' }],
    [12, { kind: 'duplicate' }],
    [8, { kind: 'delay', delayMs: random.int(1, 40) }],
    [16, { kind: 'error', errorCode: random.pick(TRANSIENT_ERRORS) }],
    [6, random.pick(NEON_FAULTS)],
  ]);
}

/** A fault of a whole process or of the schema, injected before slot `before`. */
export type Disturbance = { readonly before: number } & (
  | { readonly kind: 'kill_backends' }
  /** Stops backends half-way through their writes and kills them there. */
  | { readonly kind: 'kill_mid_transaction' }
  /** SIGKILL. The next isolate's clock differs by `clockHours`. */
  | { readonly kind: 'kill_worker'; readonly clockHours: number }
  /** SIGKILL of the postmaster, then recovery. */
  | { readonly kind: 'kill_postgres' }
  /** A schema migration under load. */
  | { readonly kind: 'upgrade' }
  /** A new version of the Worker, with another number of lanes. The old one finishes what it has begun. */
  | { readonly kind: 'deploy'; readonly lanes: number }
);

/** How many operations there are for one disturbance of each kind. */
const OPERATIONS_PER_DISTURBANCE = {
  kill_backends: 400,
  kill_mid_transaction: 500,
  kill_worker: 1_500,
  kill_postgres: 2_500,
  upgrade: 2_500,
  deploy: 1_500,
};
/** From this size on a run has at least one disturbance of each kind. Shorter runs would not recover from it. */
const LONG_RUN = 500;
/** Less than a day, so that tickets, which are valid for a day, work on every clock. Two of the clocks are on different days. */
const CLOCK_HOURS = [-11, 0, 12] as const;

export function drawDisturbances(random: Random, operations: number): Disturbance[] {
  const drawn: Disturbance[] = [];
  for (const [kind, every] of Object.entries(OPERATIONS_PER_DISTURBANCE)) {
    const count = Math.max(Math.round(operations / every), operations >= LONG_RUN ? 1 : 0);
    for (let index = 0; index < count; index += 1) {
      const before = random.int(Math.floor(operations / 20), operations - 1);
      drawn.push({ before, ...drawOfKind(random, kind as Disturbance['kind']) });
    }
  }
  return drawn.sort((a, b) => a.before - b.before);
}

function drawOfKind(random: Random, kind: Disturbance['kind']) {
  if (kind === 'kill_worker') return { kind, clockHours: random.pick(CLOCK_HOURS) };
  if (kind === 'deploy') return { kind, lanes: random.pick(LANE_COUNTS) };
  return { kind };
}

export const KV_STATES = [
  'healthy',
  'missing',
  'corrupt_pointer',
  'corrupt_document',
  'other_document',
  'stale',
  'frozen',
  'failing',
] as const;
export type KvState = (typeof KV_STATES)[number];

export type ConfigChange =
  /** `afterMs`: how long after its publication it takes effect; 0: at once. `keeps`: what is scheduled stays so. */
  | {
      readonly kind: 'publish';
      readonly variant: number;
      readonly afterMs: number;
      readonly keeps: boolean;
      /** `late`: by staff on a version that was replaced, which must be rejected. */
      readonly through: 'owner' | 'staff' | 'late';
    }
  | { readonly kind: 'kv'; readonly state: KvState }
  | { readonly kind: 'staff'; readonly disabled: boolean };

/** How many different balance configs a seed publishes. */
export const VARIANTS = 6;

function drawPublication(random: Random): ConfigChange {
  return {
    kind: 'publish',
    variant: random.int(0, VARIANTS - 1),
    afterMs: random.chance(0.4) ? random.int(200, 3_000) : 0,
    keeps: random.chance(0.5),
    through: random.weighted<'owner' | 'staff' | 'late'>([
      [3, 'owner'],
      [3, 'staff'],
      [1, 'late'],
    ]),
  };
}

export function drawConfigChange(random: Random): ConfigChange {
  return random.weighted<ConfigChange>([
    [3, drawPublication(random)],
    [3, { kind: 'kv', state: 'healthy' }],
    [3, { kind: 'kv', state: random.pick(KV_STATES.slice(1)) }],
    [1, { kind: 'staff', disabled: true }],
    [2, { kind: 'staff', disabled: false }],
  ]);
}
