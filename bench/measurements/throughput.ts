/**
 * Measures every subject at several numbers of connections, first next to the database and then with a delay proxy between API
 * and database. At a distance, what matters is how many round trips a request makes and what latency remains without them.
 */
import { showProgress } from '../../cli/progress.ts';
import { startDistance } from '../stack/distance.ts';
import type { Stack } from '../stack/stack.ts';
import { type SubjectOptions, startFarSubjects, startSubjects } from '../subjects/all.ts';
import type { Subject } from '../subjects/subject.ts';
import { measureRounds, type PlannedLoad, type Series, subjectsOf, warmUp } from './rounds.ts';

export interface ThroughputPlan {
  readonly rounds: number;
  readonly warmUpRequests: number;
  readonly loads: readonly PlannedLoad[];
  /** Limits a turn. What is slow ends by this limit, what is fast by its requests. */
  readonly maxSeconds: number;
}

export async function measureThroughput(
  stack: Stack,
  { rounds, warmUpRequests, loads, maxSeconds }: ThroughputPlan,
  options: SubjectOptions,
): Promise<Series[]> {
  showProgress('building and starting the subjects');
  const subjects = await startSubjects(stack, options);
  await warmUp(stack, { subjects, requests: warmUpRequests });
  await warmUpSessions(stack, subjects, loads);
  await stack.database.settle();
  const cases = loads.flatMap((load) =>
    subjectsOf(load, subjects).map((subject) => ({ ...load, subject, maxSeconds, condition: '' })),
  );
  const series = await measureRounds(stack, { name: 'throughput', cases, rounds });
  for (const { stop } of subjects) await stop();
  return series;
}

/** Opens as many database sessions as the largest load needs, because the first call of a session is expensive. */
async function warmUpSessions(
  stack: Stack,
  subjects: readonly Subject[],
  loads: readonly PlannedLoad[],
): Promise<void> {
  const [largest] = loads.toSorted((a, b) => b.connections - a.connections);
  if (!largest) return;
  const { connections } = largest;
  const requests = connections * WARM_UP_REQUESTS_PER_CONNECTION;
  await warmUp(stack, { subjects: subjectsOf(largest, subjects), requests, connections });
}

const WARM_UP_REQUESTS_PER_CONNECTION = 4;

export interface DistancePlan extends ThroughputPlan {
  readonly roundTripsMs: readonly number[];
}

export interface DistanceResults {
  readonly series: Series[];
  /** The round trip of one byte through the proxy, by condition, measured before the rounds. */
  readonly measuredMs: Readonly<Record<string, number>>;
}

/** The condition of a case at this distance. */
export const distanceName = (roundTripMs: number) => `${roundTripMs} ms`;

export async function measureDistance(
  stack: Stack,
  { rounds, warmUpRequests, loads, roundTripsMs, maxSeconds }: DistancePlan,
  options: SubjectOptions,
): Promise<DistanceResults> {
  showProgress('starting the subjects behind the delay proxy');
  const distance = await startDistance();
  stack.onStop(distance.stop);
  const subjects = await startFarSubjects(stack, distance, options);
  await warmUp(stack, { subjects, requests: warmUpRequests });
  await stack.database.settle();
  const measuredMs: Record<string, number> = {};
  for (const ms of roundTripsMs) {
    await distance.setRoundTrip(ms);
    measuredMs[distanceName(ms)] = await distance.probe();
  }
  const cases = roundTripsMs.flatMap((ms) =>
    loads.flatMap((load) =>
      subjectsOf(load, subjects).map((subject) => ({
        ...load,
        subject,
        maxSeconds,
        condition: distanceName(ms),
        prepare: () => distance.setRoundTrip(ms),
        countRoundTrips: distance.countRoundTrips,
      })),
    ),
  );
  const series = await measureRounds(stack, { name: 'distance', cases, rounds });
  for (const { stop } of subjects) await stop();
  return { series, measuredMs };
}
