// Database connections, pooled for each connection string and cleaned between requests as Neon's proxy cleans them.
// It knows nothing of HTTP.

import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { ConnectFailed, RequestRefused } from './errors.ts';

/**
 * What Neon's proxy sends between two requests. It is DISCARD ALL without DISCARD PLANS: nothing of a session leaks,
 * yet PL/pgSQL keeps its plans, without which each call of a function would plan its statements anew.
 */
const reset = [
  'CLOSE ALL',
  'SET SESSION AUTHORIZATION DEFAULT',
  'RESET ALL',
  'DEALLOCATE ALL',
  'UNLISTEN *',
  'SELECT pg_advisory_unlock_all()',
  'DISCARD TEMP',
  'DISCARD SEQUENCES',
].join(';');

/** Values stay as Postgres wrote them: parsing and printing them again would cost time and could change them. */
const asText = { getTypeParser: () => (text: string) => text };

export class SessionPool {
  readonly #config: pg.ClientConfig;
  readonly #limit: number;
  readonly #idle: pg.Client[] = [];
  readonly #waiting: (() => void)[] = [];
  #open = 0;
  #closing: (() => void) | undefined;

  constructor(connectionString: string, limit: number) {
    this.#config = {
      ...parseConnectionString(connectionString),
      types: asText as unknown as pg.CustomTypesConfig,
    };
    this.#limit = limit;
  }

  /** Waits when the limit is reached: Neon would open more, but a small local server would run out of them. */
  async acquire(): Promise<pg.Client> {
    for (;;) {
      // The one used last is the one whose caches are warm.
      const client = this.#idle.pop();
      if (client) return client;
      if (this.#open < this.#limit) break;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#open++;
    const client = new pg.Client(this.#config);
    // A server that restarts closes idle connections; they are just forgotten.
    client.on('error', () => this.#forget(client));
    client.once('end', () => this.#closed(client));
    try {
      await client.connect();
    } catch (error) {
      throw new ConnectFailed((error as Error).message, { cause: error });
    }
    return client;
  }

  /** Call without waiting: the session is cleaned in the background, as Neon does, so that no caller waits for it. */
  async release(client: pg.Client): Promise<void> {
    try {
      // Neon always sends ROLLBACK; outside a transaction it does nothing but fill the server's log with warnings.
      const outside = client.getTransactionStatus() === 'I';
      await client.query(outside ? reset : `ROLLBACK;${reset}`);
      // Asked for only now, as the pool may have been closed in the meantime.
      if (this.#closing) return this.discard(client);
      this.#idle.push(client);
      this.#waiting.shift()?.();
    } catch {
      this.discard(client);
    }
  }

  /** For a session whose state is in doubt. */
  discard(client: pg.Client): void {
    void client.end().catch(() => {});
  }

  /** Resolves when every session has ended (those at work end with their request), or after five seconds. */
  async close(): Promise<void> {
    const ended = new Promise<void>((resolve) => {
      this.#closing = resolve;
    });
    for (const client of this.#idle.splice(0)) this.discard(client);
    if (this.#open > 0) await Promise.race([ended, sleep(5_000, undefined, { ref: false })]);
  }

  #forget(client: pg.Client): void {
    const index = this.#idle.indexOf(client);
    if (index >= 0) this.#idle.splice(index, 1);
  }

  #closed(client: pg.Client): void {
    this.#forget(client);
    this.#open--;
    if (this.#open === 0) this.#closing?.();
    this.#waiting.shift()?.();
  }

  /** Asks the server to stop what `client` is doing, over a connection of its own, as the wire protocol wants it. */
  cancel(client: pg.Client): void {
    // Known since the connection was made, but missing from the driver's published types.
    const { processID, secretKey } = client as unknown as { processID: number; secretKey: number };
    const message = Buffer.alloc(16);
    message.writeInt32BE(16, 0);
    message.writeInt32BE(80877102, 4);
    message.writeInt32BE(processID, 8);
    message.writeInt32BE(secretKey, 12);
    const socket = connect({ host: this.#config.host ?? '127.0.0.1', port: this.#config.port ?? 5432 });
    socket.on('error', () => {});
    socket.end(message);
  }
}

function parseConnectionString(text: string): pg.ClientConfig {
  if (!URL.canParse(text)) throw new RequestRefused(400, 'invalid connection string');
  const url = new URL(text);
  const refuse = (message: string) => new RequestRefused(400, message);
  if (url.protocol !== 'postgres:' && url.protocol !== 'postgresql:') throw refuse('incorrect scheme');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  // A stand-in for tests must never carry their writes, or their passwords, to a real database.
  if (host !== 'localhost' && host !== '::1' && !/^127(\.\d{1,3}){3}$/.test(host)) {
    throw refuse(`this local endpoint only talks to Postgres on this machine, not to "${host}"`);
  }
  const database = decodeURIComponent(url.pathname.slice(1));
  if (!database) throw refuse('missing database name');
  if (!url.username) throw refuse('missing username');
  if (!url.password) throw refuse('missing authentication credentials: required password');
  return {
    host,
    port: Number(url.port || 5432),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database,
    application_name: url.searchParams.get('application_name') ?? undefined,
    options: url.searchParams.get('options') ?? undefined,
    ssl: false,
  };
}
