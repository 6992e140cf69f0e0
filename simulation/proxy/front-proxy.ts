/**
 * The fault proxy between clients and Worker: passes bytes on over one connection to the Worker for each of a client's,
 * and breaks the requests for which a fault is planned. It reads no more of HTTP than where a request ends.
 */

import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FrontFault } from '../schedule/faults.ts';
import { requestIn } from './request.ts';

export class FrontProxy {
  readonly port: number;
  /** Where the Worker listens now. Connections to an earlier one end with it. */
  target: number;
  readonly #server: ReturnType<typeof createServer>;
  readonly #plans = new Map<string, FrontFault>();
  #twins = 0;
  readonly #open = new Set<Socket>();
  /** Faults that were carried out, by kind. */
  readonly #done: (kind: string) => void;

  private constructor(server: ReturnType<typeof createServer>, target: number, done: (kind: string) => void) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
    this.target = target;
    this.#done = done;
    server.on('connection', (client) => this.#serve(client));
  }

  static async start(target: number, done: (kind: string) => void): Promise<FrontProxy> {
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    return new FrontProxy(server, target, done);
  }

  /** Breaks the next request with this correlation ID. */
  plan(correlationId: string, fault: FrontFault): void {
    this.#plans.set(correlationId, fault);
  }

  forget(correlationId: string): void {
    this.#plans.delete(correlationId);
  }

  /** Resolves when every duplicate that was to be sent has been answered. */
  async quiet(): Promise<void> {
    while (this.#twins > 0) await sleep(10);
  }

  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of this.#open) socket.destroy();
    await closed;
  }

  #serve(client: Socket): void {
    this.#keep(client);
    let upstream: Socket | undefined;
    /** What becomes of the reply to the request that is under way. */
    let reply: 'pass' | 'drop' | 'cut' = 'pass';
    const worker = () => {
      if (upstream) return upstream;
      upstream = this.#connect();
      upstream.on('data', (chunk: Buffer) => {
        if (reply === 'pass') return void client.write(chunk);
        if (reply === 'cut') client.write(chunk.subarray(0, chunk.length >> 1), () => client.destroy());
        else client.destroy();
      });
      upstream.on('close', () => client.destroy());
      return upstream;
    };
    client.on('close', () => upstream?.destroy());

    let received: Buffer = Buffer.alloc(0);
    client.on('data', (chunk: Buffer) => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
      const request = requestIn(received);
      if (!request) return;
      const { bytes, correlationId } = request;
      received = received.subarray(bytes.length);
      const fault = this.#plans.get(correlationId);
      if (!fault) return void worker().write(bytes);
      this.#plans.delete(correlationId);
      this.#done(fault.kind);
      switch (fault.kind) {
        case 'drop_request':
          return void client.destroy();
        case 'cut_request':
          worker().write(bytes.subarray(0, bytes.length >> 1), () => client.destroy());
          return;
        case 'delay':
          void sleep(fault.ms).then(() => client.destroyed || worker().write(bytes));
          return;
        case 'duplicate':
          this.#twins += 1;
          void sleep(fault.ms).then(() => this.#again(bytes));
          break;
        case 'drop_reply':
          reply = 'drop';
          break;
        case 'cut_reply':
          reply = 'cut';
          break;
        case 'abort':
          break;
      }
      worker().write(bytes);
    });
  }

  /** The same request over a connection of its own; nobody waits for what is said to it. */
  #again(bytes: Buffer): void {
    const twin = this.#connect();
    twin.once('data', () => twin.destroy());
    twin.once('close', () => {
      this.#twins -= 1;
    });
    twin.write(bytes);
  }

  #connect(): Socket {
    const socket = connect({ host: '127.0.0.1', port: this.target });
    socket.setNoDelay(true);
    this.#keep(socket);
    return socket;
  }

  #keep(socket: Socket): void {
    this.#open.add(socket);
    socket.setNoDelay(true);
    // A connection that breaks is what this is for; whoever holds the other end is told by its end.
    socket.on('error', () => {});
    socket.on('close', () => this.#open.delete(socket));
  }
}
