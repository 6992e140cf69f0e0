/**
 * A stand-in for Workers KV that speaks the protocol between workerd and the service behind a KV binding. It serves what
 * publishing wrote, or simulates that KV is empty, corrupt, stale or failing.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { POINTER_KEY } from '../../src/config/published.ts';
import type { KvState } from '../schedule/faults.ts';

export class SimulatedKv {
  readonly address: string;
  #state: KvState = 'healthy';
  readonly #server: ReturnType<typeof createServer>;
  readonly #entries = new Map<string, string>();
  /** What KV held when it stopped showing writes. */
  #frozen: ReadonlyMap<string, string> = new Map();
  /** The previous value of the pointer. */
  #stalePointer: string | undefined;

  private constructor(server: ReturnType<typeof createServer>) {
    this.#server = server;
    this.address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('request', (request, response) => {
      const key = decodeURIComponent((request.url ?? '/').slice(1).split('?')[0] ?? '');
      if (request.method === 'PUT') {
        void this.#put(key, request, response);
        return;
      }
      const value = this.#state === 'failing' ? null : this.#read(key);
      if (value === null) response.writeHead(500).end('KV is failing');
      else if (value === undefined) response.writeHead(404).end('Not Found');
      else response.writeHead(200).end(value);
    });
  }

  static async start(): Promise<SimulatedKv> {
    const server = createServer();
    server.keepAliveTimeout = 0;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    return new SimulatedKv(server);
  }

  set state(state: KvState) {
    if (state === 'frozen' && this.#state !== 'frozen') this.#frozen = new Map(this.#entries);
    this.#state = state;
  }

  async write(entries: readonly { readonly key: string; readonly value: string }[]): Promise<void> {
    for (const { key, value } of entries) {
      if (key === POINTER_KEY && this.#entries.get(key) !== value)
        this.#stalePointer = this.#entries.get(key);
      this.#entries.set(key, value);
    }
  }

  /** A Worker writes. */
  async #put(key: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (this.#state === 'failing') {
      response.writeHead(500).end('KV is failing');
      return;
    }
    await this.write([{ key, value: Buffer.concat(chunks).toString() }]);
    response.writeHead(200).end();
  }

  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }

  #read(key: string): string | undefined {
    const value = this.#entries.get(key);
    const isPointer = key === POINTER_KEY;
    switch (this.#state) {
      case 'frozen':
        return this.#frozen.get(key);
      case 'missing':
        return undefined;
      case 'stale':
        return isPointer ? (this.#stalePointer ?? value) : value;
      case 'corrupt_pointer':
        return isPointer ? '{"version": "one"' : value;
      case 'corrupt_document':
        return isPointer ? value : value?.slice(0, value.length >> 1);
      case 'other_document':
        // A valid document that does not match its digest.
        return isPointer ? value : value?.replace('"timeZone":"UTC"', '"timeZone":"Asia/Tokyo"');
      default:
        return value;
    }
  }
}
