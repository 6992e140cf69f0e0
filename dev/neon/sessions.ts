/** A pool of database sessions for one connection string, reset between requests the way Neon's proxy resets them. */
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { ConnectFailed, RequestRejected } from './protocol.ts';

/**
 * The statements that Neon's proxy sends between two requests: DISCARD ALL without DISCARD PLANS. No session state leaks,
 * but PL/pgSQL functions keep their cached plans.
 */
const RESET = [
  'CLOSE ALL',
  'SET SESSION AUTHORIZATION DEFAULT',
  'RESET ALL',
  'DEALLOCATE ALL',
  'UNLISTEN *',
  'SELECT pg_advisory_unlock_all()',
  'DISCARD TEMP',
  'DISCARD SEQUENCES',
].join(';');

/** Keeps values as Postgres wrote them. Parsing and printing them again would cost time and could change them. */
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

  /** Waits when the limit is reached. Neon would open more connections than a local server has. */
  async acquire(): Promise<pg.Client> {
    for (;;) {
      // The most recently used session has the warmest caches.
      const client = this.#idle.pop();
      if (client) return client;
      if (this.#open < this.#limit) break;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#open++;
    const client = new pg.Client(this.#config);
    // A restarting server closes idle connections; the pool drops them.
    client.on('error', () => this.#drop(client));
    client.once('end', () => this.#closed(client));
    try {
      await client.connect();
    } catch (error) {
      throw new ConnectFailed((error as Error).message, { cause: error });
    }
    return client;
  }

  /** Do not await this: like on Neon, the session is reset in the background and the caller gets its response first. */
  async release(client: pg.Client): Promise<void> {
    try {
      // Neon always sends ROLLBACK. Outside a transaction it would only log a warning.
      const outside = client.getTransactionStatus() === 'I';
      await client.query(outside ? RESET : `ROLLBACK;${RESET}`);
      // The pool may have been closed while the session was reset.
      if (this.#closing) return this.discard(client);
      this.#idle.push(client);
      this.#waiting.shift()?.();
    } catch {
      this.discard(client);
    }
  }

  /** Closes a session whose state is unknown. */
  discard(client: pg.Client): void {
    void client.end().catch(() => {});
  }

  /** Resolves when all sessions have ended, at the latest after five seconds. Busy sessions end with their request. */
  async close(): Promise<void> {
    const ended = new Promise<void>((resolve) => {
      this.#closing = resolve;
    });
    for (const client of this.#idle.splice(0)) this.discard(client);
    if (this.#open > 0) await Promise.race([ended, sleep(5_000, undefined, { ref: false })]);
  }

  #drop(client: pg.Client): void {
    const index = this.#idle.indexOf(client);
    if (index >= 0) this.#idle.splice(index, 1);
  }

  #closed(client: pg.Client): void {
    this.#drop(client);
    this.#open--;
    if (this.#open === 0) this.#closing?.();
    this.#waiting.shift()?.();
  }

  /** Cancels the running query of `client`. The wire protocol requires a separate connection for this. */
  cancel(client: pg.Client): void {
    // The driver sets these when it connects, but its published types do not include them.
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
  const reject = (message: string) => new RequestRejected(400, message);
  if (!URL.canParse(text)) throw reject('invalid connection string');
  const url = new URL(text);
  if (url.protocol !== 'postgres:' && url.protocol !== 'postgresql:') throw reject('incorrect scheme');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  // Tests must never send their writes or passwords to a real database.
  if (host !== 'localhost' && host !== '::1' && !/^127(\.\d{1,3}){3}$/.test(host)) {
    throw reject(`this local endpoint only talks to Postgres on this machine, not to "${host}"`);
  }
  const database = decodeURIComponent(url.pathname.slice(1));
  if (!database) throw reject('missing database name');
  if (!url.username) throw reject('missing username');
  if (!url.password) throw reject('missing authentication credentials: required password');
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
