/**
 * The throughput run: rounds in which every subject has its turn, so that what else the machine does meets all of them
 * alike. Every subject with a database does the same number of requests, however long it takes: equal work on an equal
 * database.
 */
import { sendAll } from '../load/send-all.ts';
import type { Stack } from '../stack/stack.ts';
import type { Subject } from '../subjects/subject.ts';
import { type Sample, takeSample } from './sample.ts';

export interface ThroughputPlan {
  readonly rounds: number;
  readonly warmUpRequests: number;
  readonly loads: readonly { readonly connections: number; readonly requests: number }[];
}

export const FULL: ThroughputPlan = {
  rounds: 7,
  warmUpRequests: 2_000,
  loads: [
    { connections: 1, requests: 500 },
    { connections: 16, requests: 1_500 },
  ],
};

export const QUICK: ThroughputPlan = {
  rounds: 3,
  warmUpRequests: 1_000,
  loads: [
    { connections: 1, requests: 400 },
    { connections: 16, requests: 1_200 },
  ],
};

export interface Series {
  readonly subject: string;
  readonly title: string;
  readonly connections: number;
  /** In each round. */
  readonly requests: number;
  /** One for each round, in their order. */
  readonly samples: Sample[];
}

export async function measureThroughput(
  stack: Stack,
  {
    subjects,
    plan,
    say,
  }: { subjects: readonly Subject[]; plan: ThroughputPlan; say: (progress: string) => void },
): Promise<Series[]> {
  const { rounds, warmUpRequests, loads } = plan;
  for (const { title, port, next } of subjects) {
    say(`warming up: ${title}`);
    await sendAll({ port, connections: 16, requests: warmUpRequests, next, signal: stack.signal });
  }
  await stack.database.settle();

  const series = loads.flatMap(({ connections, requests }) =>
    subjects.map((subject) => ({
      subject,
      kept: {
        subject: subject.name,
        title: subject.title,
        connections,
        requests: requests * subject.multiple,
        samples: [] as Sample[],
      },
    })),
  );
  for (let round = 0; round < rounds; round++) {
    // Each round begins with another one, so that none always follows the same neighbour.
    for (const { subject, kept } of rotate(series, round)) {
      say(`round ${round + 1} of ${rounds}, ${kept.connections} connection(s): ${subject.title}`);
      kept.samples.push(await takeSample(stack, subject, kept));
    }
  }
  return series.map(({ kept }) => kept);
}

function rotate<T>(list: readonly T[], by: number): T[] {
  const start = by % list.length;
  return [...list.slice(start), ...list.slice(0, start)];
}
