/**
 * Rounds in which everything that is to be compared has its turn, so that what else the machine does meets all alike. In a
 * round each does the same number of requests: equal work on an equal database.
 */
import type { Stack } from '../stack/stack.ts';
import type { Subject } from '../subjects/subject.ts';
import { type Asked, type Sample, takeSample } from './sample.ts';

export interface Case extends Asked {
  readonly subject: Subject;
  /** What differs beside the connections: a distance, a size. Empty: nothing. */
  readonly condition: string;
  /** Called right before each turn. */
  readonly prepare?: () => Promise<void>;
}

/** What one case came to, as it stands in the JSON file. */
export interface Series {
  readonly subject: string;
  readonly title: string;
  readonly condition: string;
  readonly connections: number;
  /** In each round. */
  readonly requests: number;
  /** One for each round, in their order. */
  readonly samples: Sample[];
}

export async function measureRounds(
  stack: Stack,
  { name, cases, rounds, say }: { name: string; cases: readonly Case[]; rounds: number; say: Say },
): Promise<Series[]> {
  const series = cases.map((one) => ({
    one,
    kept: {
      subject: one.subject.name,
      title: one.subject.title,
      condition: one.condition,
      connections: one.connections,
      requests: one.requests * one.subject.multiple,
      samples: [] as Sample[],
    },
  }));
  for (let round = 0; round < rounds; round++) {
    // Each round begins with another one, so that none always follows the same neighbour.
    for (const { one, kept } of rotate(series, round)) {
      const { subject, condition, connections } = one;
      say(`${name}, round ${round + 1} of ${rounds}: ${subject.title}, ${connections} at once ${condition}`);
      await one.prepare?.();
      kept.samples.push(await takeSample(stack, subject, { ...one, requests: kept.requests }));
    }
  }
  return series.map(({ kept }) => kept);
}

export type Say = (progress: string) => void;

export async function warmUp(
  { signal }: Stack,
  { subjects, requests, say }: { subjects: readonly Subject[]; requests: number; say: Say },
): Promise<void> {
  for (const { title, run } of subjects) {
    say(`warming up: ${title}`);
    await run({ connections: 16, requests, signal });
  }
}

function rotate<T>(list: readonly T[], by: number): T[] {
  const start = by % list.length;
  return [...list.slice(start), ...list.slice(0, start)];
}
