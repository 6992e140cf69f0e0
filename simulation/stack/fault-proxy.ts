/**
 * The fault proxy between clients and Worker. It forwards bytes over one connection to the Worker for each client connection,
 * and injects the planned faults. Of HTTP it parses only where a request ends and its correlation ID.
 */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientFault } from '../schedule/faults.ts';

export class FaultProxy {
  readonly port: number;
  /** The Worker's port. Connections to an earlier Worker end when it does. */
  target: number;
  readonly #server: ReturnType<typeof createServer>;
  readonly #planned = new Map<string, ClientFault>();
  readonly #open = new Set<Socket>();
  readonly #onInjected: (kind: string) => void;
  #duplicates = 0;

  private constructor(
    server: ReturnType<typeof createServer>,
    target: number,
    onInjected: (kind: string) => void,
  ) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
    this.target = target;
    this.#onInjected = onInjected;
    server.on('connection', (client) => this.#serve(client));
  }

  static async start(target: number, onInjected: (kind: string) => void): Promise<FaultProxy> {
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    return new FaultProxy(server, target, onInjected);
  }

  /** Injects a fault into the next request with this correlation ID. */
  plan(correlationId: string, fault: ClientFault): void {
    this.#planned.set(correlationId, fault);
  }

  forget(correlationId: string): void {
    this.#planned.delete(correlationId);
  }

  /** Resolves when every duplicate has been answered. */
  async idle(): Promise<void> {
    while (this.#duplicates > 0) await sleep(10);
  }

  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of this.#open) socket.destroy();
    await closed;
  }

  #serve(client: Socket): void {
    this.#track(client);
    let received: Buffer = Buffer.alloc(0);
    const worker = new Upstream(client, () => this.#connect());
    client.on('close', () => worker.close());
    client.on('data', (chunk: Buffer) => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
      const request = parseRequest(received);
      if (!request) return;
      const { bytes, correlationId } = request;
      received = received.subarray(bytes.length);
      const fault = this.#planned.get(correlationId);
      if (!fault) return void worker.write(bytes);
      this.#planned.delete(correlationId);
      this.#onInjected(fault.kind);
      this.#inject(fault, bytes, client, worker);
    });
  }

  #inject(fault: ClientFault, bytes: Buffer, client: Socket, worker: Upstream): void {
    switch (fault.kind) {
      case 'drop_request':
        client.destroy();
        return;
      case 'cut_request':
        worker.write(firstHalf(bytes), () => client.destroy());
        return;
      case 'delay':
        void sleep(fault.ms).then(() => client.destroyed || worker.write(bytes));
        return;
      case 'duplicate':
        this.#duplicates += 1;
        void sleep(fault.ms).then(() => this.#sendDuplicate(bytes));
        break;
      case 'drop_reply':
        worker.reply = 'drop';
        break;
      case 'cut_reply':
        worker.reply = 'cut';
        break;
      case 'abort':
        // The client itself gives up.
        break;
    }
    worker.write(bytes);
  }

  /** Sends the same request over another connection and ignores the answer. */
  #sendDuplicate(bytes: Buffer): void {
    const socket = this.#connect();
    socket.once('data', () => socket.destroy());
    socket.once('close', () => {
      this.#duplicates -= 1;
    });
    socket.write(bytes);
  }

  #connect(): Socket {
    const socket = connect({ host: '127.0.0.1', port: this.target });
    this.#track(socket);
    return socket;
  }

  #track(socket: Socket): void {
    this.#open.add(socket);
    socket.setNoDelay(true);
    // Broken connections are the purpose of this proxy. The other end notices that its connection closes.
    socket.on('error', () => {});
    socket.on('close', () => this.#open.delete(socket));
  }
}

/** The connection to the Worker that belongs to one client connection, opened when it is first used. */
class Upstream {
  /** What happens to the reply to the current request. */
  reply: 'forward' | 'drop' | 'cut' = 'forward';
  readonly #client: Socket;
  readonly #connect: () => Socket;
  #socket: Socket | undefined;

  constructor(client: Socket, connect: () => Socket) {
    this.#client = client;
    this.#connect = connect;
  }

  write(bytes: Buffer, onSent?: () => void): void {
    this.#opened().write(bytes, onSent);
  }

  close(): void {
    this.#socket?.destroy();
  }

  #opened(): Socket {
    if (this.#socket) return this.#socket;
    const client = this.#client;
    const socket = this.#connect();
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => {
      if (this.reply === 'forward') client.write(chunk);
      else if (this.reply === 'cut') client.write(firstHalf(chunk), () => client.destroy());
      else client.destroy();
    });
    socket.on('close', () => client.destroy());
    return socket;
  }
}

function firstHalf(bytes: Buffer): Buffer {
  return bytes.subarray(0, bytes.length >> 1);
}

/** Parses the first request in the bytes. Every request of the simulated clients has a length and a correlation ID. Null: incomplete. */
export function parseRequest(received: Buffer): { bytes: Buffer; correlationId: string } | null {
  const headEnd = received.indexOf('\r\n\r\n');
  if (headEnd < 0) return null;
  const head = received.toString('latin1', 0, headEnd);
  const length = Number(/\r\ncontent-length: (\d+)/.exec(head)?.[1] ?? 0);
  const end = headEnd + 4 + length;
  if (received.length < end) return null;
  const correlationId = /\r\nx-correlation-id: (\S+)/.exec(head)?.[1] ?? '';
  return { bytes: received.subarray(0, end), correlationId };
}
