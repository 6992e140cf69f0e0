/** What a schedule breaks in lanes. worker/entry.ts injects it in a lane; a poison goes to Neon's endpoint. */
import type { Random } from '../random.ts';

/** How operations reach the kernel: the values of COMMIT_THROUGH. */
export type CommitPath = 'direct' | 'lanes';

/** A fault inside the lane, at one operation. */
export type LaneHopFault =
  /** The lane ends `ms` after the operation arrived, whatever it has in flight. */
  | { readonly kind: 'kill'; readonly ms: number }
  /** The lane ends when it has the outcome, before any reply of that batch has left. */
  | { readonly kind: 'kill_at_reply' }
  /** The operation does not reach the lane. */
  | { readonly kind: 'drop_request' }
  /** The lane has the outcome, but its reply does not reach the Worker. */
  | { readonly kind: 'drop_reply' };

/** Every request with the operation fails with this SQLSTATE, so the lane must send the others without it. */
export interface Poison {
  readonly kind: 'poison';
  readonly errorCode: string;
}

export type LaneFault = LaneHopFault | Poison;

/** The request header that carries a LaneHopFault to the lane. */
export const LANE_FAULT_HEADER = 'x-simulated-lane-fault';

const LANE_FAULT_SHARE = 0.05;
/** A conflict, an error inside the server, and two that are a defect of the operation. */
const POISONS = ['40001', 'XX000', '22003', '23514'];

export function drawLaneFault(random: Random): LaneFault | null {
  if (!random.chance(LANE_FAULT_SHARE)) return null;
  return random.weighted<LaneFault>([
    [8, { kind: 'kill', ms: 0 }],
    [24, { kind: 'kill', ms: random.int(1, 12) }],
    [8, { kind: 'kill_at_reply' }],
    [10, { kind: 'drop_request' }],
    [24, { kind: 'drop_reply' }],
    [26, { kind: 'poison', errorCode: random.pick(POISONS) }],
  ]);
}

/** How many lanes an isolate may have. A player changes lanes where the number changes. */
export const LANE_COUNTS = [1, 2, 4] as const;
