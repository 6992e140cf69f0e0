// What the browser tests are pointed at: a running Worker with the admin page, and a player who may claim. Whoever
// starts the Worker provides these values; the tests read them here and nowhere else.
import { inject } from 'vitest';

export interface ClaimableTicket {
  readonly type: string;
  readonly key: string;
  /** Signed for the player of `playerToken`, and not redeemed yet. */
  readonly ticket: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    /** Origin of the Worker, without a slash at its end. */
    adminUrl: string;
    playerToken: string;
    playerTicket: ClaimableTicket;
    /** A token of a member of staff or a game server: one that may see the schema. */
    staffToken: string;
  }
}

export interface Target {
  readonly adminUrl: string;
  readonly playerToken: string;
  readonly playerTicket: ClaimableTicket;
  readonly staffToken: string;
}

export function browserTarget(): Target {
  const target = {
    adminUrl: inject('adminUrl'),
    playerToken: inject('playerToken'),
    playerTicket: inject('playerTicket'),
    staffToken: inject('staffToken'),
  };
  const missing = Object.entries(target).flatMap(([name, value]) => (value === undefined ? [name] : []));
  if (missing.length > 0) throw new Error(`The test project does not provide: ${missing.join(', ')}`);
  return target;
}
