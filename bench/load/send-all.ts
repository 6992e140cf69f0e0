/**
 * A closed load: a number of connections, each sending its next request as soon as the last was answered. Every answer
 * is verified as it comes in; the first that is wrong ends the run.
 */
import { performance } from 'node:perf_hooks';
import { type HttpAnswer, HttpConnection, type HttpRequest } from './connection.ts';

export interface Exchange extends HttpRequest {
  /** Throws where the answer is not exactly what it must be. */
  verify(answer: HttpAnswer): void;
}

export interface Load {
  readonly port: number;
  readonly connections: number;
  readonly requests: number;
  readonly next: () => Exchange;
  readonly signal: AbortSignal;
}

export async function sendAll({
  port,
  connections,
  requests,
  next,
  signal,
}: Load): Promise<{ seconds: number; latenciesMs: number[] }> {
  const lines = await Promise.all(Array.from({ length: connections }, () => HttpConnection.open(port)));
  const latenciesMs: number[] = [];
  let left = requests;
  const work = async (line: HttpConnection) => {
    while (left > 0 && !signal.aborted) {
      left -= 1;
      const exchange = next();
      const sent = performance.now();
      const answer = await line.send(exchange);
      latenciesMs.push(performance.now() - sent);
      exchange.verify(answer);
    }
  };
  try {
    const began = performance.now();
    await Promise.all(lines.map(work));
    signal.throwIfAborted();
    return { seconds: (performance.now() - began) / 1000, latenciesMs };
  } catch (error) {
    left = 0;
    throw error;
  } finally {
    for (const line of lines) line.close();
  }
}
