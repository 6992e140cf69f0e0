/** The parts of the benchmark, and how much a full and a quick run measure. */
import type { BreakersPlan } from './measurements/breakers.ts';
import type { BulksPlan } from './measurements/bulks.ts';
import type { GrowthPlan } from './measurements/growth.ts';
import type { HeldRowPlan } from './measurements/held-row.ts';
import type { MemoryPlan } from './measurements/isolate.ts';
import type { KernelPlan } from './measurements/kernel-cases.ts';
import type { DistancePlan, ThroughputPlan } from './measurements/throughput.ts';
import { CLAIMING, DIRECT_AND_LANES } from './subjects/all.ts';

/** In the order in which they run. The parts that are sensitive to a warm or busy machine come first. */
export const PARTS = [
  'bundle',
  'start',
  'kernel',
  'throughput',
  'bulks',
  'breakers',
  'held',
  'distance',
  'growth',
  'memory',
] as const;
export type Part = (typeof PARTS)[number];

export interface Plan {
  readonly kernel: KernelPlan;
  readonly throughput: ThroughputPlan;
  readonly bulks: BulksPlan;
  readonly breakers: BreakersPlan;
  readonly held: HeldRowPlan;
  readonly distance: DistancePlan;
  readonly growth: GrowthPlan;
  readonly memory: MemoryPlan;
  readonly starts: number;
}

export const FULL: Plan = {
  kernel: { rounds: 41, operations: 100, newSessions: 15, sizeClaims: 50_000 },
  throughput: {
    rounds: 7,
    warmUpRequests: 1_500,
    maxSeconds: 3,
    loads: [
      { connections: 1, requests: 400 },
      { connections: 4, requests: 1_000, subjects: DIRECT_AND_LANES },
      { connections: 16, requests: 1_500 },
      { connections: 64, requests: 2_500, subjects: CLAIMING },
      { connections: 128, requests: 3_000, subjects: CLAIMING },
    ],
  },
  bulks: { rounds: 7, grants: 2_000 },
  breakers: { rounds: 9, connections: 64, requests: 2_500 },
  held: { rounds: 5, connections: 64, usualSeconds: 4, holdSeconds: 5 },
  distance: {
    rounds: 5,
    warmUpRequests: 500,
    roundTripsMs: [5, 20, 80],
    loads: [
      { connections: 1, requests: 100 },
      { connections: 16, requests: 500 },
      { connections: 64, requests: 1_000, subjects: CLAIMING },
    ],
    maxSeconds: 1.5,
  },
  growth: {
    rounds: 7,
    warmUpRequests: 1_000,
    entries: [10_000, 1_000_000],
    loads: [
      { connections: 1, requests: 300 },
      { connections: 16, requests: 1_000 },
    ],
  },
  memory: { requests: 30_000, samples: 10 },
  starts: 9,
};

/** The subjects of the targets at 16 and at 128 connections. */
const GUARDED = ['neon-call', ...CLAIMING, 'replay'];
const GUARDED_AT_128 = ['claim-lanes', 'postgraphile', 'nakama'];
const CLAIMING_AT_A_DISTANCE = ['neon-call', ...CLAIMING];

export const QUICK: Plan = {
  kernel: { rounds: 15, operations: 60, newSessions: 5, sizeClaims: 10_000 },
  throughput: {
    rounds: 3,
    warmUpRequests: 400,
    maxSeconds: 3,
    loads: [
      // Every subject, so that none is broken without notice.
      { connections: 1, requests: 60 },
      { connections: 4, requests: 300, subjects: DIRECT_AND_LANES },
      { connections: 16, requests: 800, subjects: GUARDED },
      { connections: 64, requests: 1_500, subjects: CLAIMING },
      { connections: 128, requests: 1_500, subjects: GUARDED_AT_128 },
    ],
  },
  bulks: { rounds: 3, grants: 1_000 },
  breakers: { rounds: 5, connections: 64, requests: 1_500 },
  held: { rounds: 1, connections: 64, usualSeconds: 2, holdSeconds: 5 },
  distance: {
    rounds: 5,
    warmUpRequests: 300,
    roundTripsMs: [20],
    loads: [{ connections: 1, requests: 30, subjects: CLAIMING_AT_A_DISTANCE }],
    maxSeconds: 1,
  },
  growth: {
    rounds: 3,
    warmUpRequests: 500,
    entries: [10_000, 100_000],
    loads: [{ connections: 1, requests: 100 }],
  },
  memory: { requests: 5_000, samples: 5 },
  starts: 5,
};
