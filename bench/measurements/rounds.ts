/**
 * Measures cases in rounds. In every round each case takes one turn with the same number of requests, so that other work on
 * the machine affects all cases alike. A turn reads the counters of every process before and after its load.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { showProgress } from '../../cli/progress.ts';
import { percentile } from '../report/figures.ts';
import { cpuUs, familyCpuUs, residentMb } from '../stack/process-usage.ts';
import type { Stack } from '../stack/stack.ts';
import type { Subject } from '../subjects/subject.ts';

export interface PlannedLoad {
  readonly connections: number;
  readonly requests: number;
  /** The names of the subjects that it is measured for. Absent: all. */
  readonly subjects?: readonly string[];
}

/** The subjects that a load is planned for. */
export function subjectsOf({ subjects: names }: PlannedLoad, subjects: readonly Subject[]): Subject[] {
  return subjects.filter(({ name }) => names?.includes(name) ?? true);
}

export interface Case extends PlannedLoad {
  readonly subject: Subject;
  /** What distinguishes the case apart from its connections, such as a distance. Empty if nothing does. */
  readonly condition: string;
  readonly maxSeconds?: number;
  /** Runs before each turn. */
  readonly prepare?: () => Promise<void>;
  /** Reads the counter of the delay proxy, if there is one. */
  readonly countRoundTrips?: () => Promise<number>;
}

/** The results of one case, as in the JSON file. */
export interface Series {
  readonly subject: string;
  readonly title: string;
  readonly condition: string;
  readonly connections: number;
  /** Per round. */
  readonly requests: number;
  /** One per round, in order. */
  readonly samples: Sample[];
}

/**
 * The results of one turn. CPU times are µs per request. They and the memory are null without /proc. For a subject with several
 * claims in a request, everything except the latencies is per claim.
 */
export interface Sample {
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Of the API's process, which includes the lanes. Null if there is no API, or the benchmark did not start it. */
  readonly apiCpuUs: number | null;
  /** Null if the subject has a database of its own. */
  readonly postgresCpuUs: number | null;
  readonly endpointCpuUs: number | null;
  /** HTTP requests to the Neon endpoint, per request. Null if the subject does not use the endpoint. */
  readonly databaseRequests: number | null;
  /** Round trips between API and database, per request. Null without the delay proxy. */
  readonly roundTrips: number | null;
  readonly apiMb: number | null;
}

/** After a response the endpoint still cleans up its session. That work belongs to the measured requests. */
const SETTLE_MS = 50;

const WARM_UP_CONNECTIONS = 16;

export async function warmUp(
  { signal }: Stack,
  {
    subjects,
    requests,
    condition = '',
    connections = WARM_UP_CONNECTIONS,
  }: { subjects: readonly Subject[]; requests: number; condition?: string; connections?: number },
): Promise<void> {
  for (const { title, run, claimsPerRequest, multiple } of subjects) {
    showProgress(['warming up', title, condition].filter(Boolean).join(', '));
    const slowed = Math.min(multiple, 1);
    await run({ connections, requests: Math.ceil((requests * slowed) / claimsPerRequest), signal });
  }
}

/** The requests in a turn. Of a slow subject each carries so much work that few of them are enough. */
const requestsOfTurn = ({ requests, subject: { multiple, claimsPerRequest } }: Case) =>
  Math.max(Math.ceil((requests * multiple) / claimsPerRequest), LEAST_REQUESTS);

/** Below this a median says little. */
const LEAST_REQUESTS = 8;

export async function measureRounds(
  stack: Stack,
  { name, cases, rounds }: { name: string; cases: readonly Case[]; rounds: number },
): Promise<Series[]> {
  const all = cases.map((one) => ({
    one,
    series: {
      subject: one.subject.name,
      title: one.subject.title,
      condition: one.condition,
      connections: one.connections,
      requests: requestsOfTurn(one),
      samples: [] as Sample[],
    },
  }));
  for (let round = 0; round < rounds; round++) {
    // Each round starts with another case, so that no case always follows the same one.
    for (const { one, series } of rotate(all, round)) {
      const connections = `${one.connections} connection${one.connections === 1 ? '' : 's'}`;
      const place = [one.subject.title, connections, one.condition].filter(Boolean).join(', ');
      showProgress(`${name}, round ${round + 1} of ${rounds}: ${place}`);
      await one.prepare?.();
      series.samples.push(await takeTurn(stack, one, series.requests));
    }
  }
  return all.map(({ series }) => series);
}

async function takeTurn({ database, signal }: Stack, one: Case, requests: number): Promise<Sample> {
  const { subject, connections, maxSeconds, countRoundTrips } = one;
  const readCounters = async () => ({
    api: subject.pid === null ? null : cpuUs(subject.pid),
    postgres: subject.database === 'elsewhere' ? null : familyCpuUs(database.postgresPid),
    endpoint: subject.database === 'elsewhere' ? null : cpuUs(database.endpointPid),
    databaseRequests: subject.database === 'endpoint' ? await database.countRequests() : null,
    roundTrips: (await countRoundTrips?.()) ?? null,
  });
  await sleep(SETTLE_MS);
  const before = await readCounters();
  const { seconds, latenciesMs } = await subject.run({ connections, requests, maxSeconds, signal });
  await sleep(SETTLE_MS);
  const after = await readCounters();

  const sent = latenciesMs.length * subject.claimsPerRequest;
  const perRequest = (counter: keyof typeof before) => {
    const [start, end] = [before[counter], after[counter]];
    return start === null || end === null ? null : (end - start) / sent;
  };
  const sorted = latenciesMs.sort((a, b) => a - b);
  return {
    requestsPerSecond: sent / seconds,
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

function rotate<T>(list: readonly T[], by: number): T[] {
  const start = by % list.length;
  return [...list.slice(start), ...list.slice(0, start)];
}
