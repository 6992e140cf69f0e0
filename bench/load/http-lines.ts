/** Lines of the load that are HTTP connections: each exchange is a request and the check of its answer. */
import { type HttpAnswer, HttpConnection, type HttpRequest } from './connection.ts';
import type { Line } from './send-all.ts';

export interface Exchange extends HttpRequest {
  /** Throws where the answer is not exactly what it must be. */
  verify(answer: HttpAnswer): void;
}

export function httpLines({ port, next }: { port: number; next: () => Exchange }): () => Promise<Line> {
  return async () => {
    const connection = await HttpConnection.open(port);
    return {
      ask: async () => {
        const exchange = next();
        const answer = await connection.send(exchange);
        return () => exchange.verify(answer);
      },
      close: () => connection.close(),
    };
  };
}
