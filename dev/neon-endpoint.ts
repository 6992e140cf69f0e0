/**
 * A local replacement for Neon's SQL-over-HTTP endpoint. It behaves like Neon for the Worker and can break chosen requests.
 * It only connects to Postgres on this machine and does not implement Neon's WebSocket protocol.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerControl, Traffic } from './neon/control.ts';
import { execute } from './neon/execute.ts';
import { type Fault, Faults } from './neon/faults.ts';
import {
  batchHeaders,
  describeFailure,
  errorBody,
  neonAnswer,
  parseSqlRequest,
  RequestRejected,
} from './neon/protocol.ts';
import { RateLimit, type RateLimitOptions } from './neon/rate-limit.ts';
import { type SessionLimits, SessionPool } from './neon/sessions.ts';

/** What differs between Neon and a small machine. Neon queues nothing, and behind TLS it cancels nothing. */
export type NeonBehaviour = SessionLimits & {
  /** Whether the query of a client that goes away is cancelled. If not, it may commit later. */
  cancels: boolean;
};

const LOCAL_BEHAVIOUR: NeonBehaviour = {
  maxConnections: 64,
  queues: true,
  maxIdle: Number.POSITIVE_INFINITY,
  cancels: true,
};

export type NeonEndpointOptions = Partial<NeonBehaviour> & {
  /** Absent or 0: any free port. */
  port?: number;
  /** Absent: none. Its defaults are Neon's. */
  rateLimit?: RateLimitOptions;
  /** The defaults are Neon's own limits, 10 MiB in each direction. */
  maxRequestBytes?: number;
  maxResponseBytes?: number;
};

export type NeonEndpoint = {
  /** The value for `neonConfig.fetchEndpoint`. It ends in /sql. */
  url: string;
  /** The base URL of the API in neon/control.ts. It ends in /control. */
  controlUrl: string;
  port: number;
  faults: Faults;
  traffic: Traffic;
  /** Can be changed at any time. */
  behaviour: NeonBehaviour;
  /** Breaks off running requests and cancels their queries. */
  stop(): Promise<void>;
};

type Answer = { status: number; body: string; headers?: Record<string, string> };

const MIB = 1024 * 1024;

export async function startNeonEndpoint(options: NeonEndpointOptions = {}): Promise<NeonEndpoint> {
  const {
    port: wantedPort = 0,
    rateLimit,
    maxRequestBytes = 10 * MIB,
    maxResponseBytes = 10 * MIB,
    ...chosen
  } = options;
  const faults = new Faults();
  const traffic = new Traffic();
  const behaviour = { ...LOCAL_BEHAVIOUR, ...chosen };
  const database = openDatabase({ behaviour, maxResponseBytes });
  const limit = rateLimit && new RateLimit(rateLimit);

  async function handleSql(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const aborted = new AbortController();
    response.once('close', () => {
      if (!response.writableFinished) aborted.abort();
    });
    const body = await readBody(request, maxRequestBytes);
    traffic.record(body);
    if (limit && !limit.admits(performance.now())) return send(response, neonAnswer('rate_limited'));
    const fault = faults.take(body);
    const answerSql = () => database.answer(request, body, aborted.signal);
    if (!fault) return send(response, await answerSql());
    await faults.delay(fault, aborted.signal);
    await answerWithFault(fault, response, aborted.signal, answerSql);
  }

  const server = createServer((request, response) => {
    const path = request.url?.split('?')[0] ?? '';
    const work =
      path === '/sql' && request.method === 'POST'
        ? handleSql(request, response)
        : path.startsWith('/control/')
          ? handleControl(request, response, { faults, traffic })
          : Promise.resolve(send(response, { status: 400, body: JSON.stringify('query is not supported') }));
    work.catch((error: unknown) => send(response, describeFailure(error)));
  });
  // Closing an idle connection can race with the next request on it, which would fail a test at random.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(wantedPort, '127.0.0.1', resolve);
  });

  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/sql`,
    controlUrl: `http://127.0.0.1:${port}/control`,
    port,
    faults,
    traffic,
    behaviour,
    stop: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
      await database.close();
    },
  };
}

/** Executes SQL requests, with one pool of sessions for each connection string. */
function openDatabase({
  behaviour,
  maxResponseBytes,
}: {
  behaviour: NeonBehaviour;
  maxResponseBytes: number;
}) {
  const pools = new Map<string, SessionPool>();

  const poolFor = (connectionString: string) => {
    let pool = pools.get(connectionString);
    if (!pool) {
      pool = new SessionPool(connectionString, behaviour);
      pools.set(connectionString, pool);
    }
    return pool;
  };

  return {
    async answer(request: IncomingMessage, body: Buffer, aborted: AbortSignal): Promise<Answer> {
      try {
        const sql = parseSqlRequest(request.headers, body);
        const pool = poolFor(sql.connectionString);
        const cancels = () => behaviour.cancels;
        const answer = await execute(sql, { pool, maxResponseBytes, aborted, cancels });
        return { status: 200, body: answer, ...(sql.batch ? { headers: batchHeaders(sql.batch) } : {}) };
      } catch (error) {
        return describeFailure(error);
      }
    },
    async close(): Promise<void> {
      await Promise.all([...pools.values()].map((pool) => pool.close()));
    },
  };
}

function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      // A body over the limit is still read to its end, because the client receives a response only then.
      if (bytes <= maxBytes) chunks.push(chunk);
    });
    request.on('end', () => {
      if (bytes > maxBytes)
        reject(new RequestRejected(413, `request is too large (max is ${maxBytes} bytes)`));
      else resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks));
    });
    request.on('error', reject);
    request.on('close', () => reject(new Error('the request was aborted')));
  });
}

async function answerWithFault(
  fault: Fault,
  response: ServerResponse,
  aborted: AbortSignal,
  answerSql: () => Promise<Answer>,
): Promise<void> {
  // A request that was aborted during the delay is not executed.
  if (aborted.aborted || fault.kind === 'drop_before') return void response.destroy();
  if (fault.failure) return send(response, neonAnswer(fault.failure));
  if (fault.kind === 'error') {
    const message = fault.errorCode
      ? 'fault injected'
      : 'error communicating with the server: fault injected';
    const severity = fault.errorCode ? 'ERROR' : '';
    return send(response, {
      status: fault.status,
      body: errorBody({ message, code: fault.errorCode, severity }),
    });
  }
  let answer = await answerSql();
  if (fault.kind === 'duplicate') answer = await answerSql();
  if (fault.kind === 'drop_after_commit') return void response.destroy();
  if (fault.kind !== 'reset_mid_body') return send(response, answer);
  const body = Buffer.from(answer.body);
  response.writeHead(answer.status, headersFor(answer));
  response.write(body.subarray(0, body.length >> 1), () => response.destroy());
}

async function handleControl(
  request: IncomingMessage,
  response: ServerResponse,
  controls: { faults: Faults; traffic: Traffic },
): Promise<void> {
  const body = await readBody(request, 100_000);
  const contentType = request.headers['content-type'] ?? '';
  const path = request.url?.split('?')[0] ?? '';
  const answer = answerControl({ method: request.method ?? '', path, contentType, body }, controls);
  send(response, { status: answer.status, body: JSON.stringify(answer.body) });
}

function send(response: ServerResponse, answer: Answer): void {
  if (response.destroyed || response.headersSent) return;
  response.writeHead(answer.status, headersFor(answer)).end(answer.body);
}

const headersFor = (answer: Answer) => ({
  'content-type': 'application/json',
  'content-length': Buffer.byteLength(answer.body),
  'neon-request-id': randomUUID(),
  ...answer.headers,
});
