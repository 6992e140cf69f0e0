/**
 * Verifies a compact JWT for access tokens and tickets (RFC 8725). jose decodes it and checks its signature. This file
 * finds the issuer, pins the key and its algorithm, and checks the claims as the issuer's settings say.
 */
import type { JWTPayload, ProtectedHeaderParameters } from 'jose';
import { decodeProtectedHeader } from 'jose/decode/protected_header';
import { compactVerify } from 'jose/jws/compact/verify';
import { decodeJwt } from 'jose/jwt/decode';
import { PATTERNS } from '../domain/values.ts';
import { isKeyId, type VerificationKey } from './keys.ts';
import { type ClaimPath, type Issuer, type TokenSettings, typeOf } from './settings.ts';

/** The last second that a Date can hold. */
const MAX_SECONDS = 8_640_000_000_000;

export type Invalid = { readonly kind: 'invalid'; readonly why: string };
export type Unavailable = { readonly kind: 'unavailable'; readonly why: string };
/** Further ahead than a day the times are wrong, and waiting does not help. */
const MAX_EARLY_SECONDS = 86_400;

/** It will be accepted after `seconds`. */
export type Early = { readonly kind: 'early'; readonly why: string; readonly seconds: number };

/** What differs between access tokens and tickets. */
export interface JwtProfile {
  /** The first word of every reason. */
  readonly noun: 'token' | 'ticket';
  /** Null: what the issuer's settings say. */
  readonly types: readonly string[] | null;
  readonly maxLength: number;
}

export interface VerifiedJwt {
  readonly kind: 'verified';
  readonly issuer: Issuer;
  readonly keyId: string;
  readonly key: VerificationKey;
  readonly claims: Readonly<JWTPayload>;
  readonly subject: string;
  /** May be in the past: an expired ticket can still replay a claim, so the caller checks `isExpired`. */
  readonly expiresAt: Date;
  /** Null: it is valid already. The caller checks it last, because nothing else may be wrong with what is only early. */
  readonly early: Early | null;
}

/** The leeway is for the clocks of the issuer and the Worker, which may differ. */
export function isExpired(expiresAt: Date, now: Date, { leewaySeconds }: TokenSettings): boolean {
  return expiresAt.getTime() <= now.getTime() - leewaySeconds * 1000;
}

/** The value at a path in the claims; undefined: there is none. */
export function claimAt(claims: unknown, path: ClaimPath): unknown {
  return path.reduce(
    (value, name) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, name)
        ? (value as Record<string, unknown>)[name]
        : undefined,
    claims,
  );
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

/** The claims before the signature is verified. They choose the issuer whose keys then have to verify them. */
function readClaims(jwt: string): JWTPayload | null {
  try {
    return decodeJwt(jwt);
  } catch {
    return null;
  }
}

async function isGenuine(jwt: string, { cryptoKey, algorithms }: VerificationKey): Promise<boolean> {
  try {
    await compactVerify(jwt, cryptoKey, { algorithms: [...algorithms] });
    return true;
  } catch {
    return false;
  }
}

function isSeconds(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= MAX_SECONDS;
}

/** What is wrong with the claims, whatever the time is. */
function problemOf(claims: JWTPayload, issuer: Issuer): string | null {
  const { exp, nbf, iat } = claims;
  if (claims.iss !== issuer.issuer) return 'from another issuer';
  const audience = [claims[issuer.audienceClaim]].flat();
  if (!audience.some((one) => issuer.audiences.includes(one as string))) return 'for another audience';
  if (!isSeconds(exp)) return 'it has no valid expiry';
  if (nbf !== undefined && !isSeconds(nbf)) return 'its "nbf" is not a time';
  if (iat === undefined) return 'it does not say when it was issued';
  if (!isSeconds(iat)) return 'its "iat" is not a time';
  if (exp <= iat) return 'it expires before it was issued';
  if (nbf !== undefined && exp <= nbf) return 'not valid before its expiry';
  if (exp - iat > issuer.maxLifetimeSeconds)
    return `valid for more than ${issuer.maxLifetimeSeconds} seconds`;
  // IDs of servers and staff have the same alphabet as player IDs: plain ASCII, so that no two IDs look alike.
  const subject = claimAt(claims, issuer.subject);
  const isId = typeof subject === 'string' && PATTERNS.playerId.expression.test(subject);
  return isId ? null : 'its subject is not an ID';
}

function earlyOf({ nbf = 0, iat = 0 }: JWTPayload, { settings, now, profile }: Context): Early | null {
  const seconds = Math.ceil(Math.max(nbf, iat) - settings.leewaySeconds - now.getTime() / 1000);
  if (seconds <= 0) return null;
  const why = nbf > iat ? 'not valid before its "nbf"' : 'issued in the future';
  return { kind: 'early', why: `${profile.noun}: ${why}`, seconds };
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

  const claims = readClaims(jwt);
  const issuer = settings.issuers.find((each) => each.issuer === claims?.iss) ?? settings.issuers[0];
  if (!issuer) return { kind: 'unavailable', why: 'keys: the settings of tokens are wrong' };
  const key = await issuer.keys.find(keyId, now);
  if (key.kind === 'unavailable') return key;
  if (key.kind === 'unknown') return invalid('unknown key ID');
  if (key.kind === 'unusable') return invalid(`its key may not be used: ${key.why}`);
  if (!key.algorithms.includes(header.alg as string)) return invalid("its algorithm is not its key's");

  if (!(await isGenuine(jwt, key))) return invalid('its signature is not genuine');
  if (!claims) return invalid('its claims cannot be read');
  const types = profile.types ?? issuer.types;
  if (!types.includes(typeOf(header.typ) as string)) return invalid(`its type is not ${named(types)}`);
  const problem = problemOf(claims, issuer);
  if (problem) return invalid(problem);
  const subject = claimAt(claims, issuer.subject) as string;
  const expiresAt = new Date((claims.exp as number) * 1000);
  const early = earlyOf(claims, context);
  if (early && early.seconds > MAX_EARLY_SECONDS) return invalid('its times lie more than a day ahead');
  return {
    kind: 'verified',
    issuer,
    keyId,
    key,
    claims,
    subject,
    expiresAt,
    early,
  };
}

function named(types: readonly (string | null)[]): string {
  return types.map((typ) => (typ === null ? 'none' : `"${typ}"`)).join(' or ');
}
