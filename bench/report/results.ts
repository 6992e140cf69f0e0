/** Everything that a run has found, as it stands in the JSON file, and how to find one's way in it. */
import type { BundleSize } from '../measurements/bundle.ts';
import type { DistanceResults } from '../measurements/distance.ts';
import type { GrowthResults } from '../measurements/growth.ts';
import type { MemoryLook } from '../measurements/memory.ts';
import type { Series } from '../measurements/rounds.ts';
import type { Sample } from '../measurements/sample.ts';
import type { StartCost } from '../measurements/start.ts';
import type { Machine } from './machine.ts';
import { type Spread, spreadOf } from './statistics.ts';

/** A part that was not run is absent. */
export interface Results {
  readonly measuredAt: string;
  readonly command: string;
  readonly machine: Machine;
  throughput?: readonly Series[];
  distance?: DistanceResults;
  growth?: GrowthResults;
  memory?: readonly MemoryLook[];
  start?: StartCost;
  bundle?: BundleSize;
}

export interface Place {
  readonly subject: string;
  readonly connections: number;
  readonly condition?: string;
}

export function samplesAt(series: readonly Series[] | undefined, place: Place): readonly Sample[] {
  const { subject, connections, condition = '' } = place;
  const found = series?.find(
    (one) => one.subject === subject && one.connections === connections && one.condition === condition,
  );
  return found?.samples ?? [];
}

/** Of one place to another, round by round: what else the machine does moves both figures of a round together. */
export function ratioOf(
  series: readonly Series[] | undefined,
  { of, to, read }: { of: Place; to: Place; read: (sample: Sample) => number | null },
): Spread | null {
  const below = samplesAt(series, to);
  return spreadOf(
    samplesAt(series, of).map((sample, round) => {
      const other = below[round];
      const [value, by] = [read(sample), other ? read(other) : null];
      return value === null || !by ? null : value / by;
    }),
  );
}
