/**
 * The distance run: the same subjects with a way between API and database, put there by a proxy. What counts is how many round
 * trips a request makes, and what is left of its latency without them.
 */
import { startDistance } from '../stack/distance.ts';
import type { Stack } from '../stack/stack.ts';
import { startFarSubjects } from '../subjects/all.ts';
import { measureRounds, type Say, type Series, warmUp } from './rounds.ts';

export interface DistancePlan {
  readonly rounds: number;
  readonly warmUpRequests: number;
  readonly roundTripsMs: readonly number[];
  readonly loads: readonly { readonly connections: number; readonly requests: number }[];
  /** For one turn: many connections over a short distance end by their requests, few over a long one by this. */
  readonly maxSeconds: number;
}

export interface DistanceResults {
  readonly series: Series[];
  /** A round trip of one byte through the proxy, as measured before the rounds, by the name of its condition. */
  readonly measuredMs: Readonly<Record<string, number>>;
}

export const distanceName = (roundTripMs: number) => `${roundTripMs} ms`;

export async function measureDistance(
  stack: Stack,
  { plan, peers, say }: { plan: DistancePlan; peers: boolean; say: Say },
): Promise<DistanceResults> {
  say('starting the subjects behind a distance');
  const distance = await startDistance();
  stack.onStop(distance.stop);
  const subjects = await startFarSubjects(stack, distance, { peers });
  await warmUp(stack, { subjects, requests: plan.warmUpRequests, say });
  await stack.database.settle();
  const measuredMs: Record<string, number> = {};
  for (const ms of plan.roundTripsMs) {
    await distance.setRoundTrip(ms);
    measuredMs[distanceName(ms)] = await distance.probe();
  }
  const { maxSeconds } = plan;
  const cases = plan.roundTripsMs.flatMap((ms) =>
    plan.loads.flatMap((load) =>
      subjects.map((subject) => ({
        ...load,
        subject,
        maxSeconds,
        condition: distanceName(ms),
        prepare: () => distance.setRoundTrip(ms),
        countRoundTrips: distance.countRoundTrips,
      })),
    ),
  );
  const series = await measureRounds(stack, { name: 'distance', cases, rounds: plan.rounds, say });
  for (const { stop } of subjects) await stop();
  return { series, measuredMs };
}
