/** The Chrome DevTools protocol, as far as a profile needs it: one WebSocket, one answer for each command. */
import { setTimeout as sleep } from 'node:timers/promises';

export interface CallFrame {
  readonly functionName: string;
  readonly url: string;
  /** From 0. */
  readonly lineNumber: number;
  readonly columnNumber: number;
}

export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: CallFrame;
    readonly children?: readonly number[];
  }[];
  /** The node that was on top at each sample, and the µs since the sample before. */
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** Some commands wait for the isolate to have work to do. */
const SILENCE_MS = 30_000;

export class DevTools {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, (message: { result?: unknown; error?: { message: string } }) => void>();
  #sent = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => {
      const message = JSON.parse(String(data));
      this.#waiting.get(message.id)?.(message);
      this.#waiting.delete(message.id);
    });
    // workerd closes on a command that it does not like; without this the command would never end.
    socket.addEventListener('close', () => {
      for (const answer of this.#waiting.values()) answer({ error: { message: 'the inspector hung up' } });
    });
  }

  /** `service`: of workerd's configuration. */
  static async attach(inspectorPort: number, service: string): Promise<DevTools> {
    const targets = (await (await fetch(`http://127.0.0.1:${inspectorPort}/json`)).json()) as {
      id: string;
      webSocketDebuggerUrl: string;
    }[];
    const target = targets.find(({ id }) => id.includes(service));
    if (!target) throw new Error(`workerd offers no "${service}" to the inspector`);
    const socket = new WebSocket(target.webSocketDebuggerUrl);
    await new Promise<void>((resolve, reject) => {
      socket.addEventListener('open', () => resolve());
      socket.addEventListener('error', () => reject(new Error('the inspector did not answer')));
    });
    return new DevTools(socket);
  }

  async send<T = unknown>(method: string, params: object = {}): Promise<T> {
    this.#sent += 1;
    const id = this.#sent;
    const answered = new Promise<{ result?: unknown; error?: { message: string } }>((resolve) =>
      this.#waiting.set(id, resolve),
    );
    this.#socket.send(JSON.stringify({ id, method, params }));
    const { result, error } = await Promise.race([answered, silence()]);
    if (error) throw new Error(`${method}: ${error.message}`);
    return result as T;
  }

  close(): void {
    this.#socket.close();
  }
}

async function silence(): Promise<{ result?: unknown; error: { message: string } }> {
  await sleep(SILENCE_MS, undefined, { ref: false });
  return { error: { message: `the inspector has not answered within ${SILENCE_MS} ms` } };
}
