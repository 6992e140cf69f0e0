/**
 * Claim ticket → what a game server vouches for: this player, this claim, these facts. Whether the claim type exists
 * and what the facts are worth is the config's business. Tickets are not cached: each is used once or twice.
 */

import type { Facts } from '../domain/rules.ts';
import { PATTERNS } from '../domain/values.ts';
import { judgeSharedClaims } from './claims.ts';
import type { TokenSettings } from './settings.ts';
import { type Invalid, type Unavailable, verifySignature } from './signature.ts';
import { readFacts } from './ticket-facts.ts';

export const MAX_TICKET_LENGTH = 8_192;
const MAX_TICKET_LIFETIME_SECONDS = 24 * 3_600;

const CLAIM_TICKET = { noun: 'ticket', typ: 'onceward-ticket+jwt', maxLength: MAX_TICKET_LENGTH } as const;

export interface Ticket {
  readonly playerId: string;
  readonly type: string;
  readonly key: string;
  readonly facts: Facts;
  readonly expiresAt: Date;
  /** An expired ticket pays nothing, but lets a known idempotency key replay (the contract's rules of a key). */
  readonly expired: boolean;
}

export type VerifiedTicket = { readonly kind: 'ticket'; readonly ticket: Ticket } | Invalid | Unavailable;

function invalid(why: string): Invalid {
  return { kind: 'invalid', why: `ticket: ${why}` };
}

export async function verifyTicket(jws: string, settings: TokenSettings, now: Date): Promise<VerifiedTicket> {
  const { issuer, audience, keys } = settings;
  const signed = await verifySignature(jws, { keys, now, expected: CLAIM_TICKET });
  if (signed.kind !== 'genuine') return signed;
  const { claims, key: signingKey } = signed.genuine;
  if (!signingKey.signs.has('ticket')) return invalid('its key may not sign tickets');

  const shared = judgeSharedClaims(claims, { noun: 'ticket', issuer, audience, now });
  if (shared.kind === 'invalid') return shared;
  if (shared.issuedAtSeconds === null) return invalid('it does not say when it was issued');
  if (shared.expiresAtSeconds - shared.issuedAtSeconds > MAX_TICKET_LIFETIME_SECONDS) {
    return invalid('valid for more than 24 hours');
  }
  const { type, key } = claims;
  if (typeof type !== 'string' || !PATTERNS.claimType.expression.test(type))
    return invalid('its claim type is not valid');
  if (typeof key !== 'string' || !PATTERNS.claimKey.expression.test(key))
    return invalid('its claim key is not valid');
  const read = readFacts(claims.facts);
  if (read.kind === 'invalid') return invalid(read.why);

  const { subject: playerId, expiresAt, expired } = shared;
  return { kind: 'ticket', ticket: { playerId, type, key, facts: read.facts, expiresAt, expired } };
}
