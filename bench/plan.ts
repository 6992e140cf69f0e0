/** How much is measured: the full run, and the quick one that guards what has been reached. */
import type { DistancePlan } from './measurements/distance.ts';
import type { GrowthPlan } from './measurements/growth.ts';
import type { MemoryPlan } from './measurements/memory.ts';
import type { ThroughputPlan } from './measurements/throughput.ts';

export interface Plan {
  readonly throughput: ThroughputPlan;
  readonly distance: DistancePlan;
  readonly growth: GrowthPlan;
  readonly memory: MemoryPlan;
  readonly starts: number;
}

export const FULL: Plan = {
  throughput: {
    rounds: 7,
    warmUpRequests: 2_000,
    loads: [
      { connections: 1, requests: 500 },
      { connections: 16, requests: 1_500 },
      { connections: 64, requests: 1_500 },
    ],
  },
  distance: {
    rounds: 5,
    warmUpRequests: 1_000,
    roundTripsMs: [5, 20, 80],
    loads: [
      { connections: 1, requests: 100 },
      { connections: 16, requests: 1_000 },
      { connections: 64, requests: 1_000 },
    ],
    maxSeconds: 3,
  },
  growth: {
    rounds: 7,
    warmUpRequests: 2_000,
    entries: [10_000, 1_000_000],
    loads: [
      { connections: 1, requests: 300 },
      { connections: 16, requests: 1_000 },
    ],
  },
  memory: { requests: 100_000, looks: 10 },
  starts: 7,
};

export const QUICK: Plan = {
  throughput: {
    rounds: 3,
    warmUpRequests: 1_000,
    loads: [
      { connections: 1, requests: 200 },
      { connections: 16, requests: 800 },
    ],
  },
  distance: {
    rounds: 3,
    warmUpRequests: 500,
    roundTripsMs: [20],
    loads: [{ connections: 1, requests: 30 }],
    maxSeconds: 1,
  },
  growth: {
    rounds: 3,
    warmUpRequests: 1_000,
    entries: [10_000, 100_000],
    loads: [{ connections: 1, requests: 100 }],
  },
  memory: { requests: 5_000, looks: 5 },
  starts: 3,
};
