/**
 * The claims that access tokens and tickets share: who issued it, for whom, and when it holds. Pure: `now` is passed
 * in. An expired one is not yet a refusal here, since a ticket may still replay what it once claimed.
 */
import { PATTERNS } from '../domain/values.ts';
import type { ExpectedJws, Invalid } from './signature.ts';

/** How far the clocks of issuer and Worker may differ. */
const CLOCK_TOLERANCE_SECONDS = 5;
/** The last second that a Date can hold. */
const MAX_SECONDS = 8_640_000_000_000;

export interface SharedClaims {
  readonly kind: 'claims';
  readonly subject: string;
  readonly expiresAt: Date;
  readonly expired: boolean;
  /** Seconds since 1970; null when the issuer did not say. */
  readonly issuedAtSeconds: number | null;
  readonly expiresAtSeconds: number;
}

function isSeconds(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= MAX_SECONDS;
}

function isFor(audience: unknown, expected: string): boolean {
  return audience === expected || (Array.isArray(audience) && audience.includes(expected));
}

export function judgeSharedClaims(
  claims: Readonly<Record<string, unknown>>,
  expected: {
    readonly noun: ExpectedJws['noun'];
    readonly issuer: string;
    readonly audience: string;
    readonly now: Date;
  },
): SharedClaims | Invalid {
  const invalid = (why: string): Invalid => ({ kind: 'invalid', why: `${expected.noun}: ${why}` });
  const nowSeconds = expected.now.getTime() / 1000;
  const latest = nowSeconds + CLOCK_TOLERANCE_SECONDS;
  const { iss, aud, sub, exp, nbf, iat } = claims;

  if (iss !== expected.issuer) return invalid('from another issuer');
  if (!isFor(aud, expected.audience)) return invalid('for another audience');
  if (!isSeconds(exp)) return invalid('it has no valid expiry');
  if (nbf !== undefined && !isSeconds(nbf)) return invalid('its "nbf" is not a time');
  if (iat !== undefined && !isSeconds(iat)) return invalid('its "iat" is not a time');
  if (nbf !== undefined && nbf > latest)
    return invalid(`not valid before ${new Date(nbf * 1000).toISOString()}`);
  if (iat !== undefined && iat > latest) return invalid('issued in the future');
  if (iat !== undefined && exp <= iat) return invalid('it expires before it was issued');
  // Servers and staff are named by the same alphabet as players: plain ASCII, so that no two IDs look alike.
  if (typeof sub !== 'string' || !PATTERNS.playerId.expression.test(sub))
    return invalid('its subject is not an ID');

  return {
    kind: 'claims',
    subject: sub,
    expiresAt: new Date(exp * 1000),
    expired: exp <= nowSeconds - CLOCK_TOLERANCE_SECONDS,
    issuedAtSeconds: iat ?? null,
    expiresAtSeconds: exp,
  };
}
