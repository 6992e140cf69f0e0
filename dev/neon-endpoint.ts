// A local stand-in for Neon's SQL-over-HTTP endpoint, faithful enough that the Worker can't tell the difference, with
// switches that break chosen requests. It speaks to Postgres on this machine only, and has no WebSocket side.

import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { answerControl } from './neon/control.ts';
import { describeFailure, errorBody } from './neon/errors.ts';
import { execute } from './neon/execute.ts';
import { type Fault, Faults } from './neon/faults.ts';
import { readBody } from './neon/http-body.ts';
import { batchHeaders, parseSqlRequest } from './neon/protocol.ts';
import { SessionPool } from './neon/sessions.ts';
import { Traffic } from './neon/traffic.ts';

export type NeonEndpointOptions = {
  /** Absent or 0: any free one. */
  port?: number;
  /** For each connection string. */
  maxConnections?: number;
  /** Neon's own limits are the defaults: 10 MiB each way. */
  maxRequestBytes?: number;
  maxResponseBytes?: number;
};

export type NeonEndpoint = {
  /** For `neonConfig.fetchEndpoint`; ends in /sql. */
  url: string;
  /** Ends in /control; see neon/control.ts. */
  controlUrl: string;
  port: number;
  faults: Faults;
  traffic: Traffic;
  /** Breaks requests that are under way; their queries are cancelled. */
  stop(): Promise<void>;
};

type Answer = { status: number; body: string; headers?: Record<string, string> };

export async function startNeonEndpoint(options: NeonEndpointOptions = {}): Promise<NeonEndpoint> {
  const {
    maxConnections = 64,
    maxRequestBytes = 10 * 1024 * 1024,
    maxResponseBytes = 10 * 1024 * 1024,
  } = options;
  const faults = new Faults();
  const traffic = new Traffic();
  const pools = new Map<string, SessionPool>();

  const poolFor = (connectionString: string) => {
    let pool = pools.get(connectionString);
    if (!pool) {
      pool = new SessionPool(connectionString, maxConnections);
      pools.set(connectionString, pool);
    }
    return pool;
  };

  async function answerSql(request: IncomingMessage, body: Buffer, aborted: AbortSignal): Promise<Answer> {
    try {
      const sql = parseSqlRequest(request.headers, body);
      const pool = poolFor(sql.connectionString);
      const answer = await execute(sql, { pool, maxResponseBytes, aborted });
      return { status: 200, body: answer, ...(sql.batch ? { headers: batchHeaders(sql.batch) } : {}) };
    } catch (error) {
      return describeFailure(error);
    }
  }

  async function handleSql(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = new AbortController();
    response.once('close', () => {
      if (!response.writableFinished) gone.abort();
    });
    const body = await readBody(request, maxRequestBytes);
    traffic.record(body);
    const fault = faults.take(body);
    if (!fault) return send(response, await answerSql(request, body, gone.signal));
    await handleBroken(fault, response, gone.signal, () => answerSql(request, body, gone.signal));
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
  // A connection closed for idling can cross with the next request on it: a failure that no test asked for.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });

  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/sql`,
    controlUrl: `http://127.0.0.1:${port}/control`,
    port,
    faults,
    traffic,
    stop: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
      await Promise.all([...pools.values()].map((pool) => pool.close()));
    },
  };
}

async function handleBroken(
  fault: Fault,
  response: ServerResponse,
  gone: AbortSignal,
  answerSql: () => Promise<Answer>,
): Promise<void> {
  if (fault.delayMs > 0) await sleep(fault.delayMs, undefined, { signal: gone }).catch(() => {});
  // A caller that gave up during the delay never reached the database.
  if (gone.aborted || fault.kind === 'drop_before') return void response.destroy();
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
  switches: { faults: Faults; traffic: Traffic },
): Promise<void> {
  const body = await readBody(request, 100_000);
  const contentType = request.headers['content-type'] ?? '';
  const path = request.url?.split('?')[0] ?? '';
  const answer = answerControl({ method: request.method ?? '', path, contentType, body }, switches);
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
