/**
 * The fault proxy between clients and a server. It forwards bytes over one connection to the server for each client connection,
 * and injects faults. Of HTTP it parses only where a request ends, its host and its correlation ID.
 */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A fault between client and server. */
export type ClientFault =
  /** The request does not arrive. */
  | { readonly kind: 'drop_request' }
  /** Half of the request arrives, then the connection closes. */
  | { readonly kind: 'cut_request' }
  /** The server answers, but the answer does not arrive. */
  | { readonly kind: 'drop_reply' }
  | { readonly kind: 'cut_reply' }
  | { readonly kind: 'delay'; readonly ms: number }
  /** The same bytes arrive twice, the second time after `ms`. */
  | { readonly kind: 'duplicate'; readonly ms: number }
  /** The client gives up after `ms`. */
  | { readonly kind: 'abort'; readonly ms: number };

export interface Target {
  readonly host: string;
  readonly port: number;
  /** What the requests' `host` becomes; left out: it stays. */
  readonly header?: string;
}

export class FaultProxy {
  readonly port: number;
  /** Connections to an earlier target end when it does. */
  target: Target;
  /** Draws the fault of a request that no fault was planned for. */
  unplanned: () => ClientFault | null = () => null;
  readonly #server: ReturnType<typeof createServer>;
  readonly #planned = new Map<string, ClientFault>();
  readonly #open = new Set<Socket>();
  readonly #onInjected: (kind: string) => void;
  #duplicates = 0;

  private constructor(
    server: ReturnType<typeof createServer>,
    target: Target,
    onInjected: (kind: string) => void,
  ) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
    this.target = target;
    this.#onInjected = onInjected;
    server.on('connection', (client) => this.#serve(client));
  }

  static async start(target: Target, onInjected: (kind: string) => void = () => {}): Promise<FaultProxy> {
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
      const { correlationId } = request;
      received = received.subarray(request.bytes.length);
      const bytes = withHost(request.bytes, this.target.header);
      const fault = this.#planned.get(correlationId) ?? this.unplanned();
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
    const socket = connect({ host: this.target.host, port: this.target.port });
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

function withHost(request: Buffer, host: string | undefined): Buffer {
  if (host === undefined) return request;
  const headEnd = request.indexOf('\r\n\r\n');
  const head = request.toString('latin1', 0, headEnd).replace(/\r\nhost: [^\r]*/i, `\r\nhost: ${host}`);
  return Buffer.concat([Buffer.from(head, 'latin1'), request.subarray(headEnd)]);
}

function firstHalf(bytes: Buffer): Buffer {
  return bytes.subarray(0, bytes.length >> 1);
}

/** Parses the first request in the bytes. Requests have a length, and a correlation ID where a fault is planned for them. Null: incomplete. */
export function parseRequest(received: Buffer): { bytes: Buffer; correlationId: string } | null {
  const headEnd = received.indexOf('\r\n\r\n');
  if (headEnd < 0) return null;
  const head = received.toString('latin1', 0, headEnd);
  const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0);
  const end = headEnd + 4 + length;
  if (received.length < end) return null;
  const correlationId = /\r\nx-correlation-id: (\S+)/.exec(head)?.[1] ?? '';
  return { bytes: received.subarray(0, end), correlationId };
}
