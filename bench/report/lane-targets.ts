/**
 * The targets of the way of a claim from the Worker to the ledger: through lanes at high load, directly at low load. Guards are at
 * the bounds. The guard of a bound that is missed, or met by less than the noise of a quick run, is a fifth to a third beyond what was
 * measured on an idle machine; a comment gives other reasons.
 */
import type { StartCost } from '../measurements/start.ts';
import { distanceName } from '../measurements/throughput.ts';
import { type Spread, spreadOf } from './figures.ts';
import { type Results, samplesAt } from './results.ts';
import {
  apiCpu,
  DISTANCE_MS,
  farSamples,
  postgresCpu,
  ratio,
  ratios,
  type Target,
  throughput,
  times,
  totalCpu,
} from './target.ts';

const LANES = 'claim-lanes';

/** How much longer a claim takes than the bare Worker's call at the same distance, per round. */
const beyondBareWorker = (subject: string) => (results: Results) => {
  const condition = distanceName(DISTANCE_MS);
  const bare = farSamples(results, 'neon-call', condition);
  return spreadOf(
    farSamples(results, subject, condition).map(({ p50Ms }, round) => {
      const other = bare[round];
      return other ? p50Ms - other.p50Ms : null;
    }),
  );
};

/** Start and first claim together. */
const untilFirstClaim = ({
  beyondStaticMs,
  firstClaimMs,
}: Pick<StartCost, 'beyondStaticMs' | 'firstClaimMs'>) =>
  beyondStaticMs.map((start, round) => {
    const first = firstClaimMs[round];
    return start === null || typeof first !== 'number' ? null : start + first;
  });

function startToBase({ start }: Results): Spread | null {
  return start?.base ? ratios(untilFirstClaim(start), untilFirstClaim(start.base)) : null;
}

const p99ToP50 = (subject: string, connections: number) => (results: Results) =>
  spreadOf(samplesAt(results.throughput, { subject, connections }).map(({ p50Ms, p99Ms }) => p99Ms / p50Ms));

const heldToUsual = (subject: string) => (results: Results) => {
  const samples = results.held?.find((one) => one.subject === subject)?.samples ?? [];
  return spreadOf(samples.map(({ heldP99Ms, usualP99Ms }) => heldP99Ms / usualP99Ms));
};

export const LANE_TARGETS: readonly Target[] = [
  {
    what: 'claims per second, lanes to PostGraphile, 64 connections',
    ...{ bound: 'at least', limit: 0.85, guard: 0.7, ...times },
    measure: ratio(throughput, LANES, 'postgraphile', 64),
  },
  {
    what: 'claims per second, lanes to PostGraphile, 128 connections',
    ...{ bound: 'at least', limit: 0.9, guard: 0.6, ...times },
    measure: ratio(throughput, LANES, 'postgraphile', 128),
  },
  {
    what: 'claims per second, lanes to Apollo Server, 64 connections',
    ...{ bound: 'at least', limit: 2, guard: 1.6, ...times },
    measure: ratio(throughput, LANES, 'apollo', 64),
  },
  {
    // An aim: those who measure it choose the settings of that server.
    what: 'claims per second, lanes to Nakama, 64 connections',
    ...{ bound: 'at least', limit: 1.3, guard: null, ...times },
    measure: ratio(throughput, LANES, 'nakama', 64),
  },
  {
    what: 'Postgres CPU of a claim, lanes to PostGraphile, 64 connections',
    ...{ bound: 'at most', limit: 1, guard: 1, ...times },
    measure: ratio(postgresCpu, LANES, 'postgraphile', 64),
  },
  {
    what: 'total CPU of a claim, lanes to PostGraphile, 64 connections',
    ...{ bound: 'at most', limit: 1.2, guard: 1.2, ...times },
    measure: ratio(totalCpu, LANES, 'postgraphile', 64),
  },
  {
    what: 'Worker CPU of a direct claim to the bare Worker, 16 connections',
    ...{ bound: 'at most', limit: 1.7, guard: 2.6, ...times },
    measure: ratio(apiCpu, 'claim', 'neon-call', 16),
  },
  {
    // The guards: 30 requests a round cannot tell half a millisecond of 20, but they show a further round trip.
    what: `p50 beyond the bare Worker, ${DISTANCE_MS} ms distance, direct`,
    ...{ bound: 'at most', limit: 0.6, guard: 5, unit: ' ms', digits: 1 },
    measure: beyondBareWorker('claim'),
  },
  {
    what: `p50 beyond the bare Worker, ${DISTANCE_MS} ms distance, lanes`,
    ...{ bound: 'at most', limit: 2.5, guard: 8, unit: ' ms', digits: 1 },
    measure: beyondBareWorker(LANES),
  },
  {
    what: 'CPU of start and first claim, to the last commit without lanes',
    ...{ bound: 'at most', limit: 0.9, guard: 1.1, ...times },
    measure: startToBase,
  },
  {
    what: 'p99 to p50, lanes, 64 connections',
    ...{ bound: 'at most', limit: 3, guard: 3, ...times },
    measure: p99ToP50(LANES, 64),
  },
  {
    what: 'p99 of other players while one row is held, to usual, lanes',
    ...{ bound: 'at most', limit: 3, guard: 3, ...times },
    measure: heldToUsual(LANES),
  },
  {
    what: 'p99 of other players while one row is held, to usual, direct',
    ...{ bound: 'at most', limit: 3, guard: 3, ...times },
    measure: heldToUsual('claim'),
  },
];
