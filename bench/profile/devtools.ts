/** A minimal Chrome DevTools client for profiles: one WebSocket, one response per command. */
import { setTimeout as sleep } from 'node:timers/promises';

export interface CallFrame {
  readonly functionName: string;
  readonly url: string;
  /** Zero-based. */
  readonly lineNumber: number;
  readonly columnNumber: number;
}

export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: CallFrame;
    readonly children?: readonly number[];
  }[];
  /** The ID of the top node of each sample, and the µs since the sample before. */
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** Some commands run only while the isolate handles requests, so the timeout is long. */
/** On a busy machine, collecting the garbage of an isolate waits for its turn. */
const RESPONSE_TIMEOUT_MS = 90_000;

interface Reply {
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

export class DevTools {
  readonly #socket: WebSocket;
  readonly #pending = new Map<number, (reply: Reply) => void>();
  #lastId = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => {
      const message = JSON.parse(String(data));
      this.#pending.get(message.id)?.(message);
      this.#pending.delete(message.id);
    });
    // workerd closes the socket on a command that it does not support. Without this, the command would never end.
    socket.addEventListener('close', () => {
      for (const settle of this.#pending.values())
        settle({ error: { message: 'the inspector disconnected' } });
    });
  }

  /** `service` is a name in workerd's configuration. */
  static async attach(inspectorPort: number, service: string): Promise<DevTools> {
    const targets = (await (await fetch(`http://127.0.0.1:${inspectorPort}/json`)).json()) as {
      id: string;
      webSocketDebuggerUrl: string;
    }[];
    const target = targets.find(({ id }) => id.includes(service));
    if (!target) throw new Error(`workerd has no inspector target "${service}"`);
    const socket = new WebSocket(target.webSocketDebuggerUrl);
    await new Promise<void>((resolve, reject) => {
      socket.addEventListener('open', () => resolve());
      socket.addEventListener('error', () => reject(new Error('the inspector did not respond')));
    });
    return new DevTools(socket);
  }

  async send<T = unknown>(method: string, params: object = {}): Promise<T> {
    this.#lastId += 1;
    const id = this.#lastId;
    const reply = new Promise<Reply>((resolve) => this.#pending.set(id, resolve));
    this.#socket.send(JSON.stringify({ id, method, params }));
    const { result, error } = await Promise.race([reply, responseTimeout()]);
    if (error) throw new Error(`${method}: ${error.message}`);
    return result as T;
  }

  close(): void {
    this.#socket.close();
  }
}

async function responseTimeout(): Promise<Reply> {
  await sleep(RESPONSE_TIMEOUT_MS, undefined, { ref: false });
  return { error: { message: `no response from the inspector within ${RESPONSE_TIMEOUT_MS} ms` } };
}
