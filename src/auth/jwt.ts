/**
 * Verifies a compact JWT for access tokens and tickets (RFC 8725). jose checks the signature, type, issuer, audience
 * and times. This file pins the key and its algorithm before that, and adds the checks that jose has no option for.
 */
import type { JWTPayload, ProtectedHeaderParameters } from 'jose';
import { decodeProtectedHeader } from 'jose/decode/protected_header';
import { JWTClaimValidationFailed, JWTExpired, JWTInvalid } from 'jose/errors';
import { jwtVerify } from 'jose/jwt/verify';
import { PATTERNS } from '../domain/values.ts';
import { isKeyId, type VerificationKey } from './keys.ts';
import type { TokenSettings } from './settings.ts';

/** How far the clocks of the issuer and the Worker may differ. */
const CLOCK_TOLERANCE_SECONDS = 5;
/** The last second that a Date can hold. */
const MAX_SECONDS = 8_640_000_000_000;

export type Invalid = { readonly kind: 'invalid'; readonly why: string };
export type Unavailable = { readonly kind: 'unavailable'; readonly why: string };

/** What differs between access tokens and tickets. */
export interface JwtProfile {
  /** The first word of every reason. */
  readonly noun: 'token' | 'ticket';
  readonly typ: string;
  readonly maxLength: number;
  readonly requiredClaims: readonly string[];
}

export interface VerifiedJwt {
  readonly kind: 'verified';
  readonly keyId: string;
  readonly key: VerificationKey;
  readonly claims: Readonly<JWTPayload>;
  readonly subject: string;
  /** May be in the past: an expired ticket can still replay a claim, so the caller checks `isExpired`. */
  readonly expiresAt: Date;
}

export function isExpired(expiresAt: Date, now: Date): boolean {
  return expiresAt.getTime() <= now.getTime() - CLOCK_TOLERANCE_SECONDS * 1000;
}

/** Stricter than decoders, which skip blanks. An empty signature (`alg: none`) does not match. */
const COMPACT_JWS = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;

/** Header members that hold or link to keys (jwk, jku, x5c, x5u) are never used: only the JWKS is trusted. */
function readHeader(jwt: string): ProtectedHeaderParameters | null {
  try {
    return decodeProtectedHeader(jwt);
  } catch {
    return null;
  }
}

/** The payload of an authentic JWT, which may have expired, or the reason why the JWT is not accepted. */
async function readPayload(
  jwt: string,
  key: VerificationKey,
  { settings: { issuer, audience }, now, profile }: Context,
): Promise<JWTPayload | string> {
  try {
    const { payload } = await jwtVerify(jwt, key.cryptoKey, {
      algorithms: [...key.algorithms],
      typ: profile.typ,
      issuer,
      audience,
      requiredClaims: [...profile.requiredClaims],
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      currentDate: now,
    });
    return payload;
  } catch (error) {
    // jose checks the expiry last, so an expired payload has passed every other check (test/auth/tickets.test.ts).
    if (error instanceof JWTExpired) return error.payload;
    if (error instanceof JWTClaimValidationFailed) return claimFailure(error, profile.typ);
    if (error instanceof JWTInvalid) return 'its claims cannot be read';
    return 'its signature is not genuine';
  }
}

function claimFailure({ claim, reason }: JWTClaimValidationFailed, typ: string): string {
  if (claim === 'typ') return `its type is not "${typ}"`;
  if (claim === 'iss') return 'from another issuer';
  if (claim === 'aud') return 'for another audience';
  if (claim === 'exp') return 'it has no valid expiry';
  if (claim === 'iat' && reason === 'missing') return 'it does not say when it was issued';
  return reason === 'invalid' ? `its "${claim}" is not a time` : `not valid before its "${claim}"`;
}

function isSeconds(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= MAX_SECONDS;
}

/** What jose lets pass: times outside the range of Date, and an issue date in the future or after the expiry. */
function problemOf({ sub, exp, nbf, iat }: JWTPayload, now: Date): string | null {
  if (!isSeconds(exp)) return 'it has no valid expiry';
  if (nbf !== undefined && !isSeconds(nbf)) return 'its "nbf" is not a time';
  if (iat !== undefined) {
    if (!isSeconds(iat)) return 'its "iat" is not a time';
    if (iat > now.getTime() / 1000 + CLOCK_TOLERANCE_SECONDS) return 'issued in the future';
    if (exp <= iat) return 'it expires before it was issued';
  }
  // IDs of servers and staff have the same alphabet as player IDs: plain ASCII, so that no two IDs look alike.
  if (typeof sub !== 'string' || !PATTERNS.playerId.expression.test(sub)) return 'its subject is not an ID';
  return null;
}

interface Context {
  readonly settings: TokenSettings;
  readonly now: Date;
  readonly profile: JwtProfile;
}

/** `invalid`: the JWT will never be accepted. `unavailable`: the keys cannot be read now, so a retry may succeed. */
export async function verifyJwt(jwt: string, context: Context): Promise<VerifiedJwt | Invalid | Unavailable> {
  const { settings, now, profile } = context;
  const invalid = (why: string): Invalid => ({ kind: 'invalid', why: `${profile.noun}: ${why}` });

  if (jwt.length > profile.maxLength) return invalid(`longer than ${profile.maxLength} characters`);
  if (!COMPACT_JWS.test(jwt)) return invalid('not a signed JWT');
  const header = readHeader(jwt);
  if (!header) return invalid('its header cannot be read');
  // No extension is supported, so none can be critical (RFC 7515, 4.1.11). jose would accept "b64".
  if (header.crit !== undefined) return invalid('it requires an extension that is not supported');
  const keyId = header.kid;
  if (!isKeyId(keyId)) return invalid('it names no key ID');

  const key = await settings.keys.find(keyId, now);
  if (key.kind === 'unavailable') return key;
  if (key.kind === 'unknown') return invalid('unknown key ID');
  if (key.kind === 'unusable') return invalid(`its key may not be used: ${key.why}`);
  if (!key.algorithms.includes(header.alg as string)) return invalid("its algorithm is not its key's");

  const claims = await readPayload(jwt, key, context);
  if (typeof claims === 'string') return invalid(claims);
  const problem = problemOf(claims, now);
  if (problem) return invalid(problem);
  return {
    kind: 'verified',
    keyId,
    key,
    claims,
    subject: claims.sub as string,
    expiresAt: new Date((claims.exp as number) * 1000),
  };
}
