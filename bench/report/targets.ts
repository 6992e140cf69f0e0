/**
 * The performance targets and guards. Most are ratios of figures from one run, or counts, so that they apply to any machine.
 * `--quick` fails if a guard is broken. Guards are far from the last full measurement, so that noise does not break them; those of
 * lane-targets.ts and of the kernel are at the bounds.
 */
import { kernelCaseName } from '../measurements/kernel.ts';
import { distanceName } from '../measurements/throughput.ts';
import { type Spread, spreadOf } from './figures.ts';
import { LANE_TARGETS } from './lane-targets.ts';
import { type Read, type Results, ratioOf } from './results.ts';
import {
  apiCpu,
  DISTANCE_MS,
  farSamples,
  pairedRatio,
  postgresCpu,
  ratio,
  type Target,
  throughput,
  times,
  totalCpu,
} from './target.ts';

/** Of the direct path. */
const CONNECTIONS = 16;

const at16 = (read: Read, of: string, to: string) => ratio(read, of, to, CONNECTIONS);

function requestsToNeon({ throughput: series = [] }: Results): Spread | null {
  const ours = series.filter(({ subject }) => /^(claim|replay|damage|page|trace|me|offers)/.test(subject));
  return spreadOf(ours.flatMap(({ samples }) => samples.map((sample) => sample.databaseRequests)));
}

const beyondRoundTrip = (subject: string) => (results: Results) => {
  const condition = distanceName(DISTANCE_MS);
  const roundTrip = results.distance?.measuredMs[condition];
  if (roundTrip === undefined) return null;
  return spreadOf(farSamples(results, subject, condition).map(({ p50Ms }) => p50Ms - roundTrip));
};

const roundTrips = (subject: string) => (results: Results) =>
  spreadOf(farSamples(results, subject, distanceName(DISTANCE_MS)).map((sample) => sample.roundTrips));

/** The ratio of the p50 on the largest ledger to the p50 on the smallest. */
const p50Growth = (subject: string) => (results: Results) => {
  const { databases = [], series } = results.growth ?? {};
  const [smallest, largest] = [databases[0], databases.at(-1)];
  if (!smallest || !largest || smallest === largest) return null;
  const place = (condition: string) => ({ subject, connections: 1, condition });
  return ratioOf(series, {
    of: place(largest.condition),
    to: place(smallest.condition),
    read: ({ p50Ms }) => p50Ms,
  });
};

const kernelCpu =
  (perCall: number, outbox: boolean) =>
  ({ kernel }: Results) =>
    pairedRatio(kernel?.cpu, kernelCaseName(perCall, outbox), 'minimal');

/** The pages touched per claim, in the largest ledger relative to the smallest. */
function buffersGrowth({ growth }: Results): Spread | null {
  const { databases = [] } = growth ?? {};
  const [smallest, largest] = [databases[0], databases.at(-1)];
  if (!smallest || !largest || smallest === largest) return null;
  const [few, many] = [spreadOf(smallest.buffersPerClaim), spreadOf(largest.buffersPerClaim)];
  return few && many ? spreadOf([many.median / few.median]) : null;
}

function collectorBytes({ kernel }: Results): Spread | null {
  const bytes = kernel?.collectors.bytesPerClaim;
  return bytes ? spreadOf([bytes.gatherer - bytes.newcomer]) : null;
}

/** The ratio of the last heap size to the first. */
function heapGrowth({ memory = [] }: Results): Spread | null {
  const [first, last] = [memory[0], memory.at(-1)];
  return first && last && first !== last ? spreadOf([last.heapMb / first.heapMb]) : null;
}

const TARGETS: readonly Target[] = [
  ...LANE_TARGETS,
  {
    what: 'requests to Neon per claim, replay or query',
    ...{ bound: 'at most', limit: 1, guard: 1, unit: '', digits: 3 },
    measure: requestsToNeon,
  },
  {
    what: `p50 of a claim at ${DISTANCE_MS} ms distance, minus one round trip`,
    ...{ bound: 'at most', limit: 5, guard: 40, unit: ' ms', digits: 1 },
    measure: beyondRoundTrip('claim'),
  },
  {
    what: 'round trips per claim, counted by the proxy',
    ...{ bound: 'at most', limit: 1, guard: 1.2, unit: '', digits: 2 },
    measure: roundTrips('claim'),
  },
  {
    what: 'Worker CPU of a direct claim, relative to PostGraphile',
    ...{ bound: 'at most', limit: 1, guard: 5, ...times },
    measure: at16(apiCpu, 'claim', 'postgraphile'),
  },
  {
    what: 'Postgres CPU of the kernel alone, 1 operation per call, relative to the minimal function',
    ...{ bound: 'at most', limit: 2, guard: 2, ...times },
    measure: kernelCpu(1, false),
  },
  {
    what: 'the same, outbox on',
    ...{ bound: 'at most', limit: 2.2, guard: 2.2, ...times },
    measure: kernelCpu(1, true),
  },
  {
    what: 'the same, 10 operations per call, outbox off',
    ...{ bound: 'at most', limit: 1.3, guard: 1.3, ...times },
    measure: kernelCpu(10, false),
  },
  {
    what: 'the same, 10 operations per call, outbox on',
    ...{ bound: 'at most', limit: 1.5, guard: 1.5, ...times },
    measure: kernelCpu(10, true),
  },
  {
    // Missed: 2.7 on an idle machine.
    what: 'the first call of a session, relative to the first call of the minimal function',
    ...{ bound: 'at most', limit: 2, guard: 3.2, ...times },
    measure: ({ kernel }) => pairedRatio(kernel?.firstCall, 'kernel', 'minimal'),
  },
  {
    // In ms it depends on the machine, so the ratio is guarded.
    what: 'CPU of the first call of a session',
    ...{ bound: 'at most', limit: 8, guard: null, unit: ' ms', digits: 1 },
    measure: ({ kernel }) => spreadOf(kernel?.firstCall.find(({ name }) => name === 'kernel')?.samples ?? []),
  },
  {
    what: 'a claim of a player with 900 resources, relative to one without',
    ...{ bound: 'at most', limit: 1.1, guard: 1.1, ...times },
    measure: ({ kernel }) => pairedRatio(kernel?.collectors.cpu, 'gatherer', 'newcomer'),
  },
  {
    what: 'stored bytes that 900 resources add to a claim',
    ...{ bound: 'at most', limit: 0, guard: 0, unit: ' bytes', digits: 0 },
    measure: collectorBytes,
  },
  {
    what: 'bytes on disk per claim with three entries, with every index',
    ...{ bound: 'at most', limit: 1_250, guard: 1_250, unit: ' bytes', digits: 0 },
    measure: ({ kernel }) => spreadOf([kernel?.size.bytesPerClaim]),
  },
  {
    what: 'Postgres CPU of a direct claim, relative to PostGraphile',
    ...{ bound: 'at most', limit: 1.3, guard: 6, ...times },
    measure: at16(postgresCpu, 'claim', 'postgraphile'),
  },
  {
    what: 'throughput of direct claims, relative to PostGraphile',
    ...{ bound: 'at least', limit: 1, guard: 0.15, ...times },
    measure: at16(throughput, 'claim', 'postgraphile'),
  },
  {
    what: 'throughput of direct claims, relative to Apollo Server',
    ...{ bound: 'at least', limit: 1.8, guard: 0.4, ...times },
    measure: at16(throughput, 'claim', 'apollo'),
  },
  {
    what: 'throughput of replays, relative to new claims',
    ...{ bound: 'at least', limit: 1.3, guard: 1.1, ...times },
    measure: at16(throughput, 'replay', 'claim'),
  },
  {
    what: 'CPU of a screen with 200 offers, relative to me with 1,000 balances',
    ...{ bound: 'at most', limit: 3, guard: 6, ...times },
    measure: ratio(totalCpu, 'offers', 'me', 1),
  },
  {
    what: 'Postgres CPU of a grant in grantMany of 500, relative to one manualReward',
    ...{ bound: 'at most', limit: 0.5, guard: 0.5, ...times },
    measure: ({ bulks }) =>
      ratioOf(bulks, {
        of: { subject: 'grant-many', connections: 1 },
        to: { subject: 'award', connections: 1 },
        read: postgresCpu,
      }),
  },
  {
    what: 'throughput of claims with a breaker on what they give, relative to those without, 64 connections',
    ...{ bound: 'at least', limit: 0.9, guard: 0.7, ...times },
    measure: ({ breakers }) =>
      ratioOf(breakers, {
        of: { subject: 'claim-guarded', connections: 64 },
        to: { subject: 'claim-unguarded', connections: 64 },
        read: throughput,
      }),
  },
  {
    what: 'p50 of a claim, largest ledger relative to smallest',
    ...{ bound: 'at most', limit: 1.1, guard: 3, ...times },
    measure: p50Growth('claim'),
  },
  {
    // Every level of a B-tree adds a page to each look-up, so the guard leaves room for one level.
    what: 'pages that Postgres touches per claim, largest ledger relative to smallest',
    ...{ bound: 'at most', limit: 1.1, guard: 1.5, ...times },
    measure: buffersGrowth,
  },
  {
    what: 'p50 of the first page, largest ledger relative to smallest',
    ...{ bound: 'at most', limit: 1.1, guard: 3, ...times },
    measure: p50Growth('first-page'),
  },
  {
    what: 'p50 of the thousandth page, largest ledger relative to smallest',
    ...{ bound: 'at most', limit: 1.1, guard: 3, ...times },
    measure: p50Growth('thousandth-page'),
  },
  {
    what: 'bundle, gzip',
    ...{ bound: 'at most', limit: 330, guard: null, unit: ' KiB', digits: 1 },
    measure: ({ bundle }) => spreadOf([bundle?.gzipKib]),
  },
  {
    what: 'CPU time to start, before the first request',
    ...{ bound: 'at most', limit: 50, guard: 150, unit: ' ms', digits: 0 },
    measure: ({ start }) => spreadOf(start?.beyondStaticMs ?? []),
  },
  {
    what: 'heap after the last requests, relative to the first sample',
    ...{ bound: 'at most', limit: 1.1, guard: 1.5, ...times },
    measure: heapGrowth,
  },
];

export interface TargetResult {
  readonly target: Target;
  readonly measured: Spread | null;
  /** Null if not measured. */
  readonly met: boolean | null;
  readonly guardBroken: boolean;
}

export function checkTargets(results: Results, targets = TARGETS): TargetResult[] {
  return targets.map((target) => {
    const measured = target.measure(results);
    const { limit, guard } = target;
    return {
      target,
      measured,
      met: measured && isWithin(target, measured.median, limit),
      guardBroken: measured !== null && guard !== null && !isWithin(target, measured.median, guard),
    };
  });
}

/** Compares the value as it is printed: 1.004 meets a limit of 1.00. */
function isWithin({ bound, digits }: Target, value: number, limit: number): boolean {
  const printed = Number(value.toFixed(digits));
  return bound === 'at most' ? printed <= limit : printed >= limit;
}
