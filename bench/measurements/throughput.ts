/** The throughput run: every subject beside the database, at several numbers of connections. */
import type { Stack } from '../stack/stack.ts';
import { startSubjects } from '../subjects/all.ts';
import { measureRounds, type Say, type Series, warmUp } from './rounds.ts';

export interface ThroughputPlan {
  readonly rounds: number;
  readonly warmUpRequests: number;
  readonly loads: readonly { readonly connections: number; readonly requests: number }[];
}

export async function measureThroughput(
  stack: Stack,
  { plan, peers, say }: { plan: ThroughputPlan; peers: boolean; say: Say },
): Promise<Series[]> {
  say('building and starting the subjects');
  const subjects = await startSubjects(stack, { peers });
  await warmUp(stack, { subjects, requests: plan.warmUpRequests, say });
  await stack.database.settle();
  const cases = plan.loads.flatMap((load) =>
    subjects.map((subject) => ({ ...load, subject, condition: '' })),
  );
  const series = await measureRounds(stack, { name: 'throughput', cases, rounds: plan.rounds, say });
  for (const { stop } of subjects) await stop();
  return series;
}
