/**
 * Onceward beside the bare Worker that makes the same call, round by round: on a shared machine the two figures of one
 * round move together, and only their ratio can be compared with another day's.
 */
import type { Sample } from '../measurements/sample.ts';
import type { Series } from '../measurements/throughput.ts';
import { type Spread, spreadOf } from './statistics.ts';

const YARDSTICK = 'neon-call';

export interface Ratio {
  readonly subject: string;
  readonly title: string;
  readonly connections: number;
  readonly workerCpu: Spread | null;
  readonly postgresCpu: Spread | null;
  readonly requestsPerSecond: Spread | null;
}

export function ratiosOf(series: readonly Series[]): Ratio[] {
  return series
    .filter(({ subject }) => subject === 'claim' || subject === 'replay')
    .map(({ subject, title, connections, samples }) => {
      const bare = series.find((other) => other.subject === YARDSTICK && other.connections === connections);
      const ratio = (read: (sample: Sample) => number | null) =>
        spreadOf(
          samples.map((sample, round) =>
            divided(read(sample), bare?.samples[round] && read(bare.samples[round])),
          ),
        );
      return {
        subject,
        title,
        connections,
        workerCpu: ratio(({ workerCpuUs }) => workerCpuUs),
        postgresCpu: ratio(({ postgresCpuUs }) => postgresCpuUs),
        requestsPerSecond: ratio(({ requestsPerSecond }) => requestsPerSecond),
      };
    });
}

function divided(value: number | null, by: number | null | undefined): number | null {
  return value === null || !by ? null : value / by;
}
