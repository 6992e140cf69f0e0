/** The columns of the tables of figures: their heads, what they read of a sample, and their decimals. */
import type { Read } from './results.ts';
import { totalCpu } from './target.ts';

export type Column = readonly [head: string, read: Read, digits: number];

export const REQUESTS_PER_SECOND: Column = ['requests/s', (sample) => sample.requestsPerSecond, 0];
export const P50: Column = ['p50 ms', (sample) => sample.p50Ms, 2];
export const LATENCY: readonly Column[] = [REQUESTS_PER_SECOND, P50, ['p99 ms', (sample) => sample.p99Ms, 1]];
export const API_CPU: Column = ['API CPU µs', (sample) => sample.apiCpuUs, 0];
export const POSTGRES_CPU: Column = ['Postgres CPU µs', (sample) => sample.postgresCpuUs, 0];
export const TOTAL_CPU: Column = ['total CPU µs', totalCpu, 0];
export const COST: readonly Column[] = [
  API_CPU,
  POSTGRES_CPU,
  ['endpoint CPU µs', (sample) => sample.endpointCpuUs, 0],
  ['database requests', (sample) => sample.databaseRequests, 3],
  ['API MB', (sample) => sample.apiMb, 0],
];
export const ROUND_TRIPS: Column = ['round trips', (sample) => sample.roundTrips, 2];
