/** A subject: something that runs a load with verified responses, and the process whose CPU time and memory are measured. */
import { type Exchange, httpConnections, type Load, runLoad, type Timing } from '../load/closed-load.ts';
import type { Distance } from '../stack/distance.ts';
import type { Stack } from '../stack/stack.ts';

export interface Subject {
  /** Identifies the subject in the JSON file. */
  readonly name: string;
  /** Names the subject in tables and charts. */
  readonly title: string;
  /** The process of the API. Null if the benchmark calls Postgres directly, or did not start the API. */
  readonly pid: number | null;
  /** Its database: the benchmark's through the Neon endpoint, which counts requests; the benchmark's without it; another one. */
  readonly database: 'endpoint' | 'direct' | 'elsewhere';
  /** Requests to send per planned request. A very fast subject needs more for a precise measurement, a slow one fewer. */
  readonly multiple: number;
  /** Claims in a request. Throughput and costs are per claim. */
  readonly claimsPerRequest: number;
  run(load: Load): Promise<Timing>;
  /** Stops its process. Subjects may share a process, so this may be called more than once. */
  stop(): Promise<void>;
}

interface Server {
  readonly pid: number | null;
  readonly port: number;
  readonly host?: string;
  stop(): Promise<void>;
}

export function httpSubject(
  { pid, port, host, stop }: Server,
  {
    next,
    database = 'endpoint',
    multiple = 1,
    claimsPerRequest = 1,
    ...names
  }: Pick<Subject, 'name' | 'title'> &
    Partial<Pick<Subject, 'database' | 'multiple' | 'claimsPerRequest'>> & { next: () => Exchange },
): Subject {
  const open = httpConnections({ port, host, next });
  return { ...names, pid, database, multiple, claimsPerRequest, stop, run: (load) => runLoad(open, load) };
}

/** How a subject reaches the database: directly or through the delay proxy. */
export interface Access {
  /** Part of keys and player IDs, so that those of two accesses never collide. */
  readonly label: string;
  /** Workers use this URL through the endpoint. */
  readonly databaseUrl: string;
  readonly endpointUrl: string;
  /** Peers connect straight to Postgres. */
  readonly peerDatabaseUrl: string;
}

export function nearAccess({ database, peerDatabaseUrl }: Stack): Access {
  const { databaseUrl, endpointUrl } = database;
  return { label: 'near', databaseUrl, endpointUrl, peerDatabaseUrl };
}

/** For Workers, only the connection to the endpoint is delayed: the endpoint runs next to the database. */
export async function farAccess(stack: Stack, distance: Distance): Promise<Access> {
  const near = nearAccess(stack);
  const delayed = async (url: string) => {
    const far = new URL(url);
    far.port = String(await distance.open(Number(far.port)));
    return far.href;
  };
  return {
    label: 'far',
    databaseUrl: near.databaseUrl,
    endpointUrl: await delayed(near.endpointUrl),
    peerDatabaseUrl: await delayed(near.peerDatabaseUrl),
  };
}
