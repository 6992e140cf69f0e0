/** One measurement of one subject: load on one side, counters of every process on the other, before and after. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Load } from '../load/send-all.ts';
import { percentile } from '../report/statistics.ts';
import { cpuUs, familyCpuUs, residentMb } from '../stack/process-usage.ts';
import type { Stack } from '../stack/stack.ts';
import type { Subject } from '../subjects/subject.ts';

/** CPU times are µs for each request; they and the memory are null where there is no /proc. */
export interface Sample {
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Of the API's process; null also where Postgres is asked without one. */
  readonly apiCpuUs: number | null;
  readonly postgresCpuUs: number | null;
  readonly endpointCpuUs: number | null;
  /** HTTP requests to Neon's endpoint for each request; null: it does not ask that. */
  readonly databaseRequests: number | null;
  /** To the database and back, for each request, as the proxy between them counts; null: there is none. */
  readonly roundTrips: number | null;
  readonly apiMb: number | null;
}

export interface Asked extends Omit<Load, 'signal'> {
  /** Told by the proxy, where there is one. */
  readonly countRoundTrips?: (() => Promise<number>) | undefined;
}

/** For the endpoint to clean its sessions, which it does after it has answered: the work belongs to these requests. */
const SETTLE_MS = 50;

export async function takeSample(
  { database, signal }: Stack,
  subject: Subject,
  asked: Asked,
): Promise<Sample> {
  const readCounters = async () => ({
    api: subject.pid === null ? null : cpuUs(subject.pid),
    postgres: familyCpuUs(database.postgresPid),
    endpoint: cpuUs(database.endpointPid),
    databaseRequests: subject.neon ? await database.countRequests() : null,
    roundTrips: (await asked.countRoundTrips?.()) ?? null,
  });
  await sleep(SETTLE_MS);
  const before = await readCounters();
  const { seconds, latenciesMs } = await subject.run({ ...asked, signal });
  await sleep(SETTLE_MS);
  const after = await readCounters();

  const requests = latenciesMs.length;
  const perRequest = (name: keyof typeof before) => {
    const [from, to] = [before[name], after[name]];
    return from === null || to === null ? null : (to - from) / requests;
  };
  const sorted = latenciesMs.sort((a, b) => a - b);
  return {
    requestsPerSecond: requests / seconds,
    p50Ms: percentile(sorted, 50),
    p99Ms: percentile(sorted, 99),
    apiCpuUs: perRequest('api'),
    postgresCpuUs: perRequest('postgres'),
    endpointCpuUs: perRequest('endpoint'),
    databaseRequests: perRequest('databaseRequests'),
    roundTrips: perRequest('roundTrips'),
    apiMb: subject.pid === null ? null : residentMb(subject.pid),
  };
}
