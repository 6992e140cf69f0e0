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

const STARTING_UP = '57P03';

/** Keeps values as Postgres wrote them. Parsing and printing them again would cost time and could change them. */
const asText = { getTypeParser: () => (text: string) => text };

/** How the sessions of a connection string are counted. Neon: 20 idle ones for each endpoint, and no queue. */
export type SessionLimits = {
  /** Beyond so many, a request waits. */
  maxConnections: number;
  /** False: no request waits, whatever `maxConnections` says. Postgres refuses what exceeds its own limit (53300). */
  queues: boolean;
  /** So many sessions are kept. Others end with their request. */
  maxIdle: number;
};

/** What Neon's proxy keeps. */
export const NEON_MAX_IDLE = 20;

export class SessionPool {
  readonly #config: pg.ClientConfig;
  readonly #limits: Readonly<SessionLimits>;
  readonly #idle: pg.Client[] = [];
  readonly #waiting: (() => void)[] = [];
  #open = 0;
  #closing: (() => void) | undefined;

  /** The limits may change at any time. */
  constructor(connectionString: string, limits: Readonly<SessionLimits>) {
    this.#config = {
      ...parseConnectionString(connectionString),
      types: asText as unknown as pg.CustomTypesConfig,
    };
    this.#limits = limits;
  }

  async acquire(): Promise<pg.Client> {
    for (;;) {
      // The most recently used session has the warmest caches.
      const client = this.#idle.pop();
      if (client) return client;
      if (!this.#limits.queues || this.#open < this.#limits.maxConnections) break;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    const connecting = this.#connect().catch((error: pg.DatabaseError) => {
      // Like Neon, one more try while the server starts.
      if (error.code !== STARTING_UP) throw error;
      return this.#connect();
    });
    return await connecting.catch((error: Error) => {
      throw new ConnectFailed(error.message, { cause: error });
    });
  }

  async #connect(): Promise<pg.Client> {
    this.#open++;
    const client = new pg.Client(this.#config);
    // A restarting server closes idle connections; the pool drops them.
    client.on('error', () => this.#drop(client));
    client.once('end', () => this.#closed(client));
    await client.connect();
    return client;
  }

  /** Do not await this: like on Neon, the session is reset in the background and the caller gets its response first. */
  async release(client: pg.Client): Promise<void> {
    if (this.#idle.length >= this.#limits.maxIdle) return this.discard(client);
    try {
      // Neon always sends ROLLBACK. Outside a transaction it would only log a warning.
      const outside = client.getTransactionStatus() === 'I';
      await client.query(outside ? RESET : `ROLLBACK;${RESET}`);
      // The pool may have been closed, or filled, while the session was reset.
      if (this.#closing || this.#idle.length >= this.#limits.maxIdle) return this.discard(client);
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
    // Like Neon, nothing after the question mark counts: no `options` and no `application_name`.
    ssl: false,
  };
}
