// The target of the browser tests: a running Worker with the admin page, and a player who may claim.
// test/support/browser-setup.ts provides the values.
import { inject } from 'vitest';
import type { StaffRole } from '../../src/domain/actor.ts';

export interface ClaimableTicket {
  readonly type: string;
  readonly key: string;
  /** Signed for the player of `playerToken`, and not claimed yet. */
  readonly ticket: string;
}

/** A player of the tests of the outbox. */
export interface OutboxPlayer {
  readonly id: string;
  readonly token: string;
  readonly expiredToken: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    /** The origin of the Worker, without a trailing slash. */
    adminUrl: string;
    playerToken: string;
    playerTicket: ClaimableTicket;
    /** Of an admin: a token that may see the schema. */
    staffToken: string;
    outboxPlayers: readonly OutboxPlayer[];
    /** By role. */
    staffTokens: Readonly<Record<StaffRole, string>>;
    /** Of a staff member who is not registered. */
    strangerToken: string;
    serverToken: string;
    /** Of a game server that one test alone uses, and disables. */
    spareServerToken: string;
    /** Where the console signs in, with a slash at its end. */
    issuer: string;
    /** For settings that the owner of a service has. */
    ownerDatabaseUrl: string;
  }
}

export interface Target {
  readonly adminUrl: string;
  readonly playerToken: string;
  readonly playerTicket: ClaimableTicket;
  readonly staffToken: string;
  readonly outboxPlayers: readonly OutboxPlayer[];
  readonly staffTokens: Readonly<Record<StaffRole, string>>;
  readonly strangerToken: string;
  readonly serverToken: string;
  readonly spareServerToken: string;
  readonly issuer: string;
  readonly ownerDatabaseUrl: string;
}

export function browserTarget(): Target {
  const target = {
    adminUrl: inject('adminUrl'),
    playerToken: inject('playerToken'),
    playerTicket: inject('playerTicket'),
    staffToken: inject('staffToken'),
    outboxPlayers: inject('outboxPlayers'),
    staffTokens: inject('staffTokens'),
    strangerToken: inject('strangerToken'),
    serverToken: inject('serverToken'),
    spareServerToken: inject('spareServerToken'),
    issuer: inject('issuer'),
    ownerDatabaseUrl: inject('ownerDatabaseUrl'),
  };
  const missing = Object.entries(target).flatMap(([name, value]) => (value === undefined ? [name] : []));
  if (missing.length > 0) throw new Error(`The test project does not provide: ${missing.join(', ')}`);
  return target;
}
