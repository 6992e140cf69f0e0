/**
 * Generates a closed load: each connection sends its next request as soon as the last one was answered. A connection is an
 * HTTP connection or a database session. Every response is verified, and the first wrong one ends the run.
 */
import { performance } from 'node:perf_hooks';
import pg from 'pg';
import { HttpConnection, type HttpRequest, type HttpResponse } from './connection.ts';

export interface Load {
  readonly connections: number;
  readonly requests: number;
  /** Ends the run early. Over a distance, the same number of requests takes some subjects much longer than others. */
  readonly maxSeconds?: number | undefined;
  readonly signal: AbortSignal;
}

export interface Timing {
  readonly seconds: number;
  /** One per request sent. */
  readonly latenciesMs: number[];
}

interface Connection {
  /** Sends the next request. Resolves when it is answered, to a function that throws if the response is wrong. */
  request(): Promise<() => void>;
  close(): void;
}

export type OpenConnection = () => Promise<Connection>;

export async function runLoad(
  open: OpenConnection,
  { connections, requests, maxSeconds = Infinity, signal }: Load,
): Promise<Timing> {
  const opened = await Promise.all(Array.from({ length: connections }, open));
  const latenciesMs: number[] = [];
  let left = requests;
  const startedAt = performance.now();
  const deadline = startedAt + maxSeconds * 1000;
  const sendRequests = async (connection: Connection) => {
    while (left > 0 && !signal.aborted) {
      left -= 1;
      const sentAt = performance.now();
      const verify = await connection.request();
      const answeredAt = performance.now();
      latenciesMs.push(answeredAt - sentAt);
      verify();
      if (answeredAt > deadline) left = 0;
    }
  };
  try {
    await Promise.all(opened.map(sendRequests));
    signal.throwIfAborted();
    return { seconds: (performance.now() - startedAt) / 1000, latenciesMs };
  } catch (error) {
    left = 0;
    throw error;
  } finally {
    for (const connection of opened) connection.close();
  }
}

export interface Exchange extends HttpRequest {
  /** Throws unless the response is exactly the expected one. */
  verify(response: HttpResponse): void;
}

export function httpConnections({
  port,
  host,
  next,
}: {
  port: number;
  host?: string | undefined;
  next: () => Exchange;
}): OpenConnection {
  return async () => {
    const connection = await HttpConnection.open(port, host);
    return {
      request: async () => {
        const exchange = next();
        const response = await connection.send(exchange);
        return () => exchange.verify(response);
      },
      close: () => connection.close(),
    };
  };
}

export interface DatabaseCall {
  readonly values: readonly (string | number)[];
  /** Throws unless the row is exactly the expected one. */
  verify(row: unknown): void;
}

/**
 * Sessions that run one named statement, as a server with its own pool would. They stay open between runs, because a new
 * session would plan every statement again.
 */
export function databaseSessions({
  connectionString,
  text,
  next,
}: {
  connectionString: string;
  text: string;
  next: () => DatabaseCall;
}): { open: OpenConnection; stop(): Promise<void> } {
  const sessions: pg.Client[] = [];
  const idle: pg.Client[] = [];
  const connect = async () => {
    const session = new pg.Client({ connectionString });
    await session.connect();
    sessions.push(session);
    return session;
  };
  return {
    open: async () => {
      const session = idle.pop() ?? (await connect());
      return {
        request: async () => {
          const { values, verify } = next();
          const { rows } = await session.query({ name: 'call', text, values: [...values] });
          return () => verify(rows[0]);
        },
        close: () => idle.push(session),
      };
    },
    stop: async () => {
      await Promise.all(sessions.map((session) => session.end()));
    },
  };
}
