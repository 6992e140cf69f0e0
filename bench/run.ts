/** Runs the parts of the benchmark in order, and defines how much a full and a quick run measure. */
import { type GrowthPlan, measureGrowth } from './measurements/growth.ts';
import { type MemoryPlan, measureBundle, measureMemory, measureStart } from './measurements/isolate.ts';
import { measureKernel } from './measurements/kernel.ts';
import type { KernelPlan } from './measurements/kernel-cases.ts';
import {
  type DistancePlan,
  measureDistance,
  measureThroughput,
  type ThroughputPlan,
} from './measurements/throughput.ts';
import { describeMachine, type Results } from './report/results.ts';
import { installPeers } from './stack/peers.ts';
import type { Stack } from './stack/stack.ts';

/** In the order in which they run. The parts that are sensitive to a warm or busy machine come first. */
export const PARTS = ['bundle', 'start', 'kernel', 'throughput', 'distance', 'growth', 'memory'] as const;
export type Part = (typeof PARTS)[number];

export interface Plan {
  readonly kernel: KernelPlan;
  readonly throughput: ThroughputPlan;
  readonly distance: DistancePlan;
  readonly growth: GrowthPlan;
  readonly memory: MemoryPlan;
  readonly starts: number;
}

export const FULL: Plan = {
  kernel: { rounds: 41, operations: 100, newSessions: 15, sizeClaims: 50_000 },
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
  memory: { requests: 100_000, samples: 10 },
  starts: 7,
};

export const QUICK: Plan = {
  kernel: { rounds: 15, operations: 60, newSessions: 5, sizeClaims: 10_000 },
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
  memory: { requests: 5_000, samples: 5 },
  starts: 3,
};

export interface RunOptions {
  readonly plan: Plan;
  readonly parts: readonly Part[];
  readonly peers: boolean;
  readonly command: string;
}

export async function run(stack: Stack, { plan, parts, peers, command }: RunOptions): Promise<Results> {
  const results: Results = { measuredAt: new Date().toISOString(), command, machine: describeMachine() };
  const wanted = (part: Part) => parts.includes(part);
  if (peers && (wanted('throughput') || wanted('distance'))) await installPeers(stack.signal);
  if (wanted('bundle')) results.bundle = await measureBundle(stack);
  if (wanted('start')) results.start = await measureStart(stack, plan.starts);
  if (wanted('kernel')) results.kernel = await measureKernel(stack, plan.kernel);
  if (wanted('throughput')) results.throughput = await measureThroughput(stack, plan.throughput, { peers });
  if (wanted('distance')) results.distance = await measureDistance(stack, plan.distance, { peers });
  if (wanted('growth')) results.growth = await measureGrowth(stack, plan.growth);
  if (wanted('memory')) results.memory = await measureMemory(stack, plan.memory);
  return results;
}
