/** What a request brings along, and the services of its isolate. There are no ambient singletons. */
import type { TokenSettings } from '../auth/settings.ts';
import type { ConfigLoader } from '../config/load.ts';
import type { Actor } from '../domain/actor.ts';
import type { Database } from '../ledger/database.ts';
import { graphqlErrors } from '../telemetry/graphql-errors.ts';

/** Made once for each isolate. Nothing in here knows anything about a player. */
export interface Services {
  readonly database: Database;
  readonly config: ConfigLoader;
  readonly tokens: TokenSettings;
}

/** Made for each request. */
export interface RequestContext {
  readonly services: Services;
  /** Null: no token was sent. */
  readonly actor: Actor | null;
  readonly correlationId: string;
  /** When the request arrived: the only clock that the rules see. */
  readonly now: Date;
  /** Keeps the Worker alive for a promise, even when the client is gone. */
  readonly waitUntil: (promise: Promise<unknown>) => void;
}

/** Whom a player acts for; null for anybody else. */
export function ownId({ actor }: RequestContext): string | null {
  return actor?.kind === 'player' ? actor.id : null;
}

export function requireActor({ actor }: RequestContext): Actor {
  if (!actor) throw graphqlErrors.unauthenticated();
  return actor;
}
