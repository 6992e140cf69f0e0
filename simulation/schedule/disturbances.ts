/** What breaks beside single requests, and before which slot: backends, isolates, the postmaster, clock and schema. */
import type { Random } from '../random.ts';

export type Disturbance = { readonly before: number } & (
  | { readonly kind: 'kill_backends' }
  /** Stops them half-way through their writes, then kills them there. */
  | { readonly kind: 'kill_mid_transaction' }
  /** SIGKILL, and another isolate whose clock stands elsewhere. */
  | { readonly kind: 'kill_worker'; readonly clockHours: number }
  /** SIGKILL of the postmaster, and recovery. */
  | { readonly kind: 'kill_postgres' }
  /** A schema migration while players play. */
  | { readonly kind: 'upgrade' }
);

/** Operations between two of a kind, about. */
const EVERY = {
  kill_backends: 400,
  kill_mid_transaction: 500,
  kill_worker: 1_500,
  kill_postgres: 2_500,
  upgrade: 2_500,
};
/** Never a whole day: tickets, which hold for a day, must be valid under each. Midnight lies between some two of them. */
const CLOCK_HOURS = [-11, 0, 12] as const;

export function drawDisturbance(random: Random, operations: number): Disturbance[] {
  const drawn: Disturbance[] = [];
  for (const [kind, every] of Object.entries(EVERY)) {
    // At least one of each in a run that is long enough to get over it.
    const count = Math.max(Math.round(operations / every), operations >= 500 ? 1 : 0);
    for (let index = 0; index < count; index += 1) {
      const before = random.int(Math.floor(operations / 20), operations - 1);
      drawn.push(
        kind === 'kill_worker'
          ? { before, kind, clockHours: random.pick(CLOCK_HOURS) }
          : { before, kind: kind as Exclude<Disturbance['kind'], 'kill_worker'> },
      );
    }
  }
  return drawn.sort((a, b) => a.before - b.before);
}
