/**
 * Verifies a claim ticket: a game server's statement that a player earned a claim, with its facts. Whether the claim
 * type exists and takes these facts is checked against the balance config elsewhere. Tickets are not cached, because
 * each is used once or twice.
 */
import { parseFacts } from '../domain/facts.ts';
import type { Facts } from '../domain/rules.ts';
import { PATTERNS } from '../domain/values.ts';
import { type Early, type Invalid, isExpired, type JwtProfile, type Unavailable, verifyJwt } from './jwt.ts';
import { TICKET_TYPE, type TokenSettings } from './settings.ts';

export const MAX_TICKET_LENGTH = 8_192;
const MAX_TICKET_LIFETIME_SECONDS = 24 * 3_600;

const CLAIM_TICKET: JwtProfile = { noun: 'ticket', types: [TICKET_TYPE], maxLength: MAX_TICKET_LENGTH };

export interface Ticket {
  readonly playerId: string;
  readonly type: string;
  readonly key: string;
  readonly facts: Facts;
  readonly expiresAt: Date;
  /** An expired ticket grants nothing, but a request with a known idempotency key can still be replayed with it. */
  readonly expired: boolean;
}

export type VerifiedTicket =
  | { readonly kind: 'ticket'; readonly ticket: Ticket }
  | Invalid
  | Early
  | Unavailable;

function invalid(why: string): Invalid {
  return { kind: 'invalid', why: `ticket: ${why}` };
}

export async function verifyTicket(jws: string, settings: TokenSettings, now: Date): Promise<VerifiedTicket> {
  const jwt = await verifyJwt(jws, { settings, now, profile: CLAIM_TICKET });
  if (jwt.kind !== 'verified') return jwt;
  if (!jwt.key.signs.has('ticket')) return invalid('its key may not sign tickets');
  const { type, key, facts, exp, iat } = jwt.claims;
  if ((exp as number) - (iat as number) > MAX_TICKET_LIFETIME_SECONDS) {
    return invalid('valid for more than 24 hours');
  }
  if (typeof type !== 'string' || !PATTERNS.claimType.expression.test(type))
    return invalid('its claim type is not valid');
  if (typeof key !== 'string' || !PATTERNS.claimKey.expression.test(key))
    return invalid('its claim key is not valid');
  const parsed = parseFacts(facts);
  if (parsed.kind === 'invalid') return invalid(parsed.why);
  if (jwt.early) return jwt.early;

  const { subject: playerId, expiresAt } = jwt;
  const expired = isExpired(expiresAt, now, settings);
  return { kind: 'ticket', ticket: { playerId, type, key, facts: parsed.facts, expiresAt, expired } };
}
