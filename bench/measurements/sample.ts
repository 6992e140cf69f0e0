/** One measurement of one subject: load on one side, counters of every process on the other, before and after. */
import { setTimeout as sleep } from 'node:timers/promises';
import { sendAll } from '../load/send-all.ts';
import { percentile } from '../report/statistics.ts';
import { cpuUs, familyCpuUs, residentMb } from '../stack/process-usage.ts';
import type { Stack } from '../stack/stack.ts';
import type { Subject } from '../subjects/subject.ts';

/** CPU times are µs for each request; they and the memory are null where there is no /proc. */
export interface Sample {
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly workerCpuUs: number | null;
  readonly postgresCpuUs: number | null;
  readonly endpointCpuUs: number | null;
  /** HTTP requests to Neon's endpoint for each request. */
  readonly databaseRequests: number;
  readonly workerMb: number | null;
}

/** For the endpoint to clean its sessions, which it does after it has answered: the work belongs to these requests. */
const SETTLE_MS = 50;

export async function takeSample(
  { database, signal }: Stack,
  subject: Subject,
  { connections, requests }: { connections: number; requests: number },
): Promise<Sample> {
  const readCounters = async () => ({
    worker: cpuUs(subject.pid),
    postgres: familyCpuUs(database.postgresPid),
    endpoint: cpuUs(database.endpointPid),
    databaseRequests: await database.countRequests(),
  });
  await sleep(SETTLE_MS);
  const before = await readCounters();
  const { port, next } = subject;
  const { seconds, latenciesMs } = await sendAll({ port, connections, requests, next, signal });
  await sleep(SETTLE_MS);
  const after = await readCounters();

  const perRequest = (name: 'worker' | 'postgres' | 'endpoint') => {
    const [from, to] = [before[name], after[name]];
    return from === null || to === null ? null : (to - from) / requests;
  };
  const sorted = latenciesMs.sort((a, b) => a - b);
  return {
    requestsPerSecond: requests / seconds,
    p50Ms: percentile(sorted, 50),
    p99Ms: percentile(sorted, 99),
    workerCpuUs: perRequest('worker'),
    postgresCpuUs: perRequest('postgres'),
    endpointCpuUs: perRequest('endpoint'),
    databaseRequests: (after.databaseRequests - before.databaseRequests) / requests,
    workerMb: residentMb(subject.pid),
  };
}
