/** The context of a request: who acts, when, and the services of the isolate. */
import type { TokenSettings } from '../auth/settings.ts';
import type { ConfigLoader } from '../config/load.ts';
import type { Actor } from '../domain/actor.ts';
import type { Database } from '../ledger/database.ts';

/** Created once per isolate. Holds no state of any player. */
export interface Services {
  readonly database: Database;
  readonly config: ConfigLoader;
  readonly tokens: TokenSettings;
}

/** Created per request. */
export interface RequestContext {
  readonly services: Services;
  /** Null: no token was sent. */
  readonly actor: Actor | null;
  readonly correlationId: string;
  /** When the request arrived: the only clock that the rules see. */
  readonly now: Date;
  /** Keeps the Worker alive for a promise, even when the client has disconnected. */
  readonly waitUntil: (promise: Promise<unknown>) => void;
}
