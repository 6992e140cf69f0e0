/** What a target is, and how its figure is computed from the results of a run. */
import type { KernelSeries } from '../measurements/kernel-cases.ts';
import type { Sample } from '../measurements/rounds.ts';
import { type Spread, spreadOf } from './figures.ts';
import { type Read, type Results, ratioOf, samplesAt } from './results.ts';

export interface Target {
  readonly what: string;
  readonly bound: 'at most' | 'at least';
  readonly limit: number;
  /** Null if another check guards the figure. */
  readonly guard: number | null;
  readonly unit: string;
  readonly digits: number;
  /** Returns null if the run did not measure it. */
  readonly measure: (results: Results) => Spread | null;
}

export const times = { unit: '×', digits: 2 } as const;

export const DISTANCE_MS = 20;

export const apiCpu: Read = (sample) => sample.apiCpuUs;
export const postgresCpu: Read = (sample) => sample.postgresCpuUs;
export const throughput: Read = (sample) => sample.requestsPerSecond;

/** Of everything between client and disk: API with lanes, Neon endpoint, Postgres. */
export const totalCpu: Read = ({ apiCpuUs, postgresCpuUs, endpointCpuUs, databaseRequests }: Sample) => {
  // Who does not use the endpoint has no request to it.
  const endpoint = databaseRequests === null ? 0 : endpointCpuUs;
  return apiCpuUs === null || postgresCpuUs === null || endpoint === null
    ? null
    : apiCpuUs + postgresCpuUs + endpoint;
};

/** The ratio of two subjects next to the database, per round. */
export const ratio = (read: Read, of: string, to: string, connections: number) => (results: Results) =>
  ratioOf(results.throughput, {
    of: { subject: of, connections },
    to: { subject: to, connections },
    read,
  });

/** The ratio of two cases that took turns, per round. */
export function pairedRatio(
  cases: readonly KernelSeries[] | undefined,
  of: string,
  to: string,
): Spread | null {
  const samplesOf = (name: string) => cases?.find((one) => one.name === name)?.samples ?? [];
  return ratios(samplesOf(of), samplesOf(to));
}

/** Of values of the same rounds. */
export function ratios(
  values: readonly (number | null)[],
  divisors: readonly (number | null)[],
): Spread | null {
  return spreadOf(
    values.map((value, round) => {
      const divisor = divisors[round];
      return value === null || !divisor ? null : value / divisor;
    }),
  );
}

/** Figures of a subject at a distance, with one connection. */
export function farSamples({ distance }: Results, subject: string, condition: string): readonly Sample[] {
  return samplesAt(distance?.series, { subject, connections: 1, condition });
}
