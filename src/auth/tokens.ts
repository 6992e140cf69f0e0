/**
 * Verifies an access token (RFC 9068, or as the issuer's settings say) and returns the actor that it names. What the
 * actor may do is decided elsewhere. No reason contains any part of the token.
 */
import type { Actor } from '../domain/actor.ts';
import { SCOPE_CLAIM, type ServerScope, serverScopeOf } from '../domain/server-scope.ts';
import {
  claimAt,
  type Early,
  type Invalid,
  isExpired,
  type JwtProfile,
  type Unavailable,
  type VerifiedJwt,
  verifyJwt,
} from './jwt.ts';
import type { TokenSettings } from './settings.ts';

export const MAX_TOKEN_LENGTH = 4_096;
const ACCESS_TOKEN: JwtProfile = { noun: 'token', types: null, maxLength: MAX_TOKEN_LENGTH };

export type VerifiedToken = { readonly kind: 'actor'; readonly actor: Actor } | Invalid | Early | Unavailable;

function isActorKind(value: unknown): value is Actor['kind'] {
  return value === 'player' || value === 'server' || value === 'staff';
}

/** A claim that is null counts as absent. */
function kindOf({ claims, issuer: { kind, otherwise } }: VerifiedJwt): unknown {
  return (kind && claimAt(claims, kind)) ?? otherwise;
}

/** As the balance config writes them, or an IANA time zone. Anything else says nothing. */
const ATTRIBUTE = /^[A-Za-z0-9_.:/+-]{1,64}$/;

/** What the token says of its player, where the issuer's settings say. */
function attributesOf({ claims, issuer }: VerifiedJwt): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const [name, path] of Object.entries(issuer.attributes)) {
    const value = claimAt(claims, path);
    if (typeof value === 'string' && ATTRIBUTE.test(value)) attributes[name] = value;
  }
  return attributes;
}

/** Null: it is malformed, or of somebody who is no game server. Ignored, it would allow more than its signer meant. */
function scopeOf(
  { claims }: VerifiedJwt,
  kind: Actor['kind'],
  { serverScope }: TokenSettings,
): ServerScope | null {
  const isGiven = Object.hasOwn(claims, SCOPE_CLAIM);
  if (kind !== 'server') return isGiven ? null : serverScope;
  return isGiven ? serverScopeOf(claims[SCOPE_CLAIM]) : serverScope;
}

/** A token that was verified before needs no second signature check, but its key must still be in the JWKS. */
async function findCached(token: string, settings: TokenSettings, now: Date): Promise<Actor | null> {
  const cached = settings.verifiedTokens.get(token);
  if (!cached) return null;
  const isSameKey = (await cached.keys.find(cached.keyId, now)) === cached.key;
  if (isSameKey && !isExpired(cached.expiresAt, now, settings)) return cached.actor;
  settings.verifiedTokens.delete(token);
  return null;
}

/**
 * `invalid`: the token will never be accepted (UNAUTHENTICATED). `early`: it will be, later. `unavailable`: the keys
 * cannot be read (retryable).
 */
export async function verifyAccessToken(
  token: string,
  settings: TokenSettings,
  now: Date,
): Promise<VerifiedToken> {
  const cached = await findCached(token, settings, now);
  if (cached) return { kind: 'actor', actor: cached };

  const jwt = await verifyJwt(token, { settings, now, profile: ACCESS_TOKEN });
  if (jwt.kind !== 'verified') return jwt;
  const { keyId, key, expiresAt } = jwt;
  const kind = kindOf(jwt);
  if (isExpired(expiresAt, now, settings)) return invalid(`expired at ${expiresAt.toISOString()}`);
  if (!isActorKind(kind)) return invalid('its kind is not player, server or staff');
  if (!key.signs.has(kind)) return invalid(`its key may not sign for kind "${kind}"`);
  const scope = scopeOf(jwt, kind, settings);
  if (!scope) return invalid('its scope is malformed, or not one of a game server');
  if (jwt.early) return jwt.early;

  const attributes = kind === 'player' ? attributesOf(jwt) : {};
  const actor: Actor = {
    kind,
    id: jwt.subject,
    ...(Object.keys(attributes).length > 0 && { attributes }),
    ...(kind === 'server' && { token: { keyId, scope } }),
  };
  settings.verifiedTokens.add(token, { actor, expiresAt, keys: jwt.issuer.keys, keyId, key });
  return { kind: 'actor', actor };
}

function invalid(why: string): Invalid {
  return { kind: 'invalid', why: `token: ${why}` };
}
