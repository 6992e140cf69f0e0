/** The results of a run, as in the JSON file: the machine, one field per part, and functions to look up samples. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, cpus, loadavg } from 'node:os';
import type { GrowthResults } from '../measurements/growth.ts';
import type { HeldRowSeries } from '../measurements/held-row.ts';
import type { BundleSize, MemorySample } from '../measurements/isolate.ts';
import type { KernelResults } from '../measurements/kernel.ts';
import type { Sample, Series } from '../measurements/rounds.ts';
import type { StartCost } from '../measurements/start.ts';
import type { DistanceResults } from '../measurements/throughput.ts';
import { type Spread, spreadOf } from './figures.ts';

/** A part that did not run is absent. */
export interface Results {
  readonly measuredAt: string;
  readonly command: string;
  /** How many lanes the claims through lanes used. */
  readonly lanes: number;
  readonly machine: Machine;
  kernel?: KernelResults;
  throughput?: readonly Series[];
  bulks?: readonly Series[];
  breakers?: readonly Series[];
  held?: readonly HeldRowSeries[];
  distance?: DistanceResults;
  growth?: GrowthResults;
  memory?: readonly MemorySample[];
  start?: StartCost;
  bundle?: BundleSize;
}

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly platform: string;
  /** The load average of the minute before the run, which shows whether other programs used the machine. */
  readonly loadBefore: number;
  readonly node: string;
  readonly workerd: string;
}

export function describeMachine(): Machine {
  const require = createRequire(import.meta.url);
  const workerd = createRequire(require.resolve('wrangler')).resolve('workerd/package.json');
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    platform: `${process.platform}-${process.arch}`,
    loadBefore: loadavg()[0] ?? 0,
    node: process.version,
    workerd: (JSON.parse(readFileSync(workerd, 'utf8')) as { version: string }).version,
  };
}

/** Identifies a series. */
export interface Place {
  readonly subject: string;
  readonly connections: number;
  readonly condition?: string;
}

export type Read = (sample: Sample) => number | null;

export function samplesAt(series: readonly Series[] | undefined, place: Place): readonly Sample[] {
  const { subject, connections, condition = '' } = place;
  const found = series?.find(
    (one) => one.subject === subject && one.connections === connections && one.condition === condition,
  );
  return found?.samples ?? [];
}

/** The ratio of a figure at two places, computed per round, because other work on the machine affects both alike. */
export function ratioOf(
  series: readonly Series[] | undefined,
  { of, to, read }: { of: Place; to: Place; read: Read },
): Spread | null {
  const divisors = samplesAt(series, to);
  return spreadOf(
    samplesAt(series, of).map((sample, round) => {
      const other = divisors[round];
      const [value, divisor] = [read(sample), other ? read(other) : null];
      return value === null || !divisor ? null : value / divisor;
    }),
  );
}
