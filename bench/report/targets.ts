/**
 * What Onceward means to be, as numbers that a run can hold it to. Each is a ratio of figures of one run, or a count: so that it
 * holds on any machine. `guard` is what `--quick` fails at: far enough from what was measured last (docs/performance.md) that noise does
 * not reach it, whether the target was met or not; null where something else guards it.
 */
import { distanceName } from '../measurements/distance.ts';
import type { Sample } from '../measurements/sample.ts';
import { type Place, type Results, ratioOf, samplesAt } from './results.ts';
import { type Spread, spreadOf } from './statistics.ts';

export interface Target {
  readonly what: string;
  readonly bound: 'at most' | 'at least';
  readonly limit: number;
  readonly guard: number | null;
  readonly unit: string;
  readonly digits: number;
  /** Null: not measured in this run. */
  readonly measure: (results: Results) => Spread | null;
}

const CONNECTIONS = 16;
const DISTANCE_MS = 20;

const apiCpu = (sample: Sample) => sample.apiCpuUs;
const postgresCpu = (sample: Sample) => sample.postgresCpuUs;
const throughput = (sample: Sample) => sample.requestsPerSecond;
const at = (subject: string): Place => ({ subject, connections: CONNECTIONS });
const times = { unit: '×', digits: 2 } as const;

const ratio = (read: (sample: Sample) => number | null, of: string, to: string) => (results: Results) =>
  ratioOf(results.throughput, { of: at(of), to: at(to), read });

function requestsToNeon({ throughput: series = [] }: Results): Spread | null {
  const ours = series.filter(({ subject }) => ['claim', 'replay', 'page'].includes(subject));
  return spreadOf(ours.flatMap(({ samples }) => samples.map((sample) => sample.databaseRequests)));
}

const beyondRoundTrip = (subject: string) => (results: Results) => {
  const condition = distanceName(DISTANCE_MS);
  const roundTrip = results.distance?.measuredMs[condition];
  if (roundTrip === undefined) return null;
  const samples = samplesAt(results.distance?.series, { subject, connections: 1, condition });
  return spreadOf(samples.map(({ p50Ms }) => p50Ms - roundTrip));
};

const roundTrips = (subject: string) => (results: Results) => {
  const place = { subject, connections: 1, condition: distanceName(DISTANCE_MS) };
  return spreadOf(samplesAt(results.distance?.series, place).map((sample) => sample.roundTrips));
};

/** The largest ledger against the smallest, if it is large enough to tell. */
const grown = (subject: string) => (results: Results) => {
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

/** Of the last look at the heap to the first. */
function heapGrowth({ memory = [] }: Results): Spread | null {
  const [first, last] = [memory[0], memory.at(-1)];
  return first && last && first !== last ? spreadOf([last.heapMb / first.heapMb]) : null;
}

const TARGETS: readonly Target[] = [
  {
    what: 'requests to Neon for a claim, a replay, a query',
    ...{ bound: 'at most', limit: 1, guard: 1, unit: '', digits: 3 },
    measure: requestsToNeon,
  },
  {
    what: `p50 of a claim at ${DISTANCE_MS} ms of distance, beyond the one round trip`,
    ...{ bound: 'at most', limit: 5, guard: 40, unit: ' ms', digits: 1 },
    measure: beyondRoundTrip('claim'),
  },
  {
    what: 'round trips of a claim, counted on the way',
    ...{ bound: 'at most', limit: 1, guard: 1.2, unit: '', digits: 2 },
    measure: roundTrips('claim'),
  },
  {
    what: 'Worker CPU of a claim, to the bare Worker making the same call',
    ...{ bound: 'at most', limit: 1.3, guard: 4, ...times },
    measure: ratio(apiCpu, 'claim', 'neon-call'),
  },
  {
    what: 'Worker CPU of a claim, to PostGraphile’s',
    ...{ bound: 'at most', limit: 1, guard: 5, ...times },
    measure: ratio(apiCpu, 'claim', 'postgraphile'),
  },
  {
    what: 'Postgres CPU of the kernel, to the minimal function',
    ...{ bound: 'at most', limit: 1.3, guard: 7, ...times },
    measure: ratio(postgresCpu, 'postgres-kernel', 'postgres-minimal'),
  },
  {
    what: 'Postgres CPU of a claim, to PostGraphile’s with the minimal function',
    ...{ bound: 'at most', limit: 1.3, guard: 6, ...times },
    measure: ratio(postgresCpu, 'claim', 'postgraphile'),
  },
  {
    what: 'throughput, to PostGraphile’s',
    ...{ bound: 'at least', limit: 1, guard: 0.15, ...times },
    measure: ratio(throughput, 'claim', 'postgraphile'),
  },
  {
    what: 'throughput, to Apollo Server’s',
    ...{ bound: 'at least', limit: 1.8, guard: 0.4, ...times },
    measure: ratio(throughput, 'claim', 'apollo'),
  },
  {
    what: 'throughput of replays, to new claims',
    ...{ bound: 'at least', limit: 1.3, guard: 1.1, ...times },
    measure: ratio(throughput, 'replay', 'claim'),
  },
  {
    what: 'p50 of a claim over the largest ledger, to the smallest',
    ...{ bound: 'at most', limit: 1.1, guard: 3, ...times },
    measure: grown('claim'),
  },
  {
    what: 'p50 of the first page, likewise',
    ...{ bound: 'at most', limit: 1.1, guard: 3, ...times },
    measure: grown('first-page'),
  },
  {
    what: 'p50 of the thousandth page, likewise',
    ...{ bound: 'at most', limit: 1.1, guard: 3, ...times },
    measure: grown('thousandth-page'),
  },
  {
    what: 'bundle, gzip',
    ...{ bound: 'at most', limit: 200, guard: null, unit: ' KiB', digits: 1 },
    measure: ({ bundle }) => spreadOf([bundle?.gzipKib]),
  },
  {
    what: 'CPU time to start, before the first request',
    ...{ bound: 'at most', limit: 50, guard: 150, unit: ' ms', digits: 0 },
    measure: ({ start }) => spreadOf(start?.beyondStaticMs ?? []),
  },
  {
    what: 'heap after the last requests, to that after the first tenth',
    ...{ bound: 'at most', limit: 1.1, guard: 1.5, ...times },
    measure: heapGrowth,
  },
];

export interface Verdict {
  readonly target: Target;
  readonly measured: Spread | null;
  /** Null: not measured. */
  readonly met: boolean | null;
  /** Whether the guard is broken. */
  readonly broken: boolean;
}

export function judge(results: Results): Verdict[] {
  return TARGETS.map((target) => {
    const measured = target.measure(results);
    const { limit, guard } = target;
    return {
      target,
      measured,
      met: measured && isWithin(target, measured.median, limit),
      broken: measured !== null && guard !== null && !isWithin(target, measured.median, guard),
    };
  });
}

/** Rounded as it is shown: 1.004 against 1.00 is met. */
function isWithin({ bound, digits }: Target, value: number, limit: number): boolean {
  const shown = Number(value.toFixed(digits));
  return bound === 'at most' ? shown <= limit : shown >= limit;
}
