/** One client's connection, opened anew whenever it was lost. A request has an answer or none; nothing is sent twice here. */
import { setTimeout as sleep } from 'node:timers/promises';
import { HttpConnection, type HttpRequest } from '../../bench/load/connection.ts';

export type Reply =
  | { readonly kind: 'reply'; readonly status: number; readonly body: string }
  | { readonly kind: 'lost'; readonly why: string };

export class Line {
  readonly #port: number;
  #connection: HttpConnection | undefined;

  constructor(port: number) {
    this.#port = port;
  }

  async ask(request: HttpRequest, abortAfterMs: number | null): Promise<Reply> {
    try {
      if (!this.#connection || this.#connection.closed)
        this.#connection = await HttpConnection.open(this.#port);
      const connection = this.#connection;
      const sending = connection.send(request).then((answer): Reply => ({ kind: 'reply', ...answer }));
      if (abortAfterMs === null) return await sending;
      sending.catch(() => {});
      const first = await Promise.race([sending, sleep(abortAfterMs).then((): Reply => GIVEN_UP)]);
      if (first === GIVEN_UP) this.close();
      return first;
    } catch (error) {
      this.close();
      return { kind: 'lost', why: (error as Error).message };
    }
  }

  close(): void {
    this.#connection?.close();
    this.#connection = undefined;
  }
}

const GIVEN_UP: Reply = { kind: 'lost', why: 'the client gave up' };
