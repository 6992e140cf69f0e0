/**
 * Access token → Actor (RFC 9068, within the advice of RFC 8725). It says who is acting; what they may do is decided
 * elsewhere, for staff inside the transaction. It reads no clock, and never echoes a token.
 */
import type { Actor } from '../domain/actor.ts';
import { judgeSharedClaims } from './claims.ts';
import type { Genuine } from './genuine-cache.ts';
import type { TokenSettings } from './settings.ts';
import { type Invalid, type Unavailable, verifySignature } from './signature.ts';

export const MAX_TOKEN_LENGTH = 4_096;
const ACCESS_TOKEN = { noun: 'token', typ: 'at+jwt', maxLength: MAX_TOKEN_LENGTH } as const;

export type VerifiedToken = { readonly kind: 'actor'; readonly actor: Actor } | Invalid | Unavailable;

function isActorKind(value: unknown): value is Actor['kind'] {
  return value === 'player' || value === 'server' || value === 'staff';
}

/** `invalid`: this token will never do (UNAUTHENTICATED). `unavailable`: keys cannot be had now (retryable). */
export async function verifyAccessToken(
  token: string,
  settings: TokenSettings,
  now: Date,
): Promise<VerifiedToken> {
  const { issuer, audience, keys, genuine: cache } = settings;
  const known = cache.get(token);
  // The key is looked up at a hit too, so that withdrawing it ends the tokens that it signed.
  const stillKnown = known !== undefined && (await keys.find(known.keyId, now)) === known.key;
  const signed = stillKnown
    ? { kind: 'genuine' as const, genuine: known }
    : await verifySignature(token, { keys, now, expected: ACCESS_TOKEN });
  const verdict = signed.kind === 'genuine' ? judge(signed.genuine, { issuer, audience, now }) : signed;

  if (signed.kind === 'genuine' && verdict.kind === 'actor') {
    if (!stillKnown) cache.add(token, signed.genuine);
  } else if (known) {
    cache.forget(token);
  }
  return verdict;
}

function judge(
  { claims, key }: Genuine,
  expected: { readonly issuer: string; readonly audience: string; readonly now: Date },
): VerifiedToken {
  const shared = judgeSharedClaims(claims, { noun: 'token', ...expected });
  if (shared.kind === 'invalid') return shared;
  if (shared.expired) return { kind: 'invalid', why: `token: expired at ${shared.expiresAt.toISOString()}` };
  const { kind } = claims;
  if (!isActorKind(kind)) return { kind: 'invalid', why: 'token: its kind is not player, server or staff' };
  if (!key.signs.has(kind)) return { kind: 'invalid', why: `token: its key may not sign for kind "${kind}"` };
  return { kind: 'actor', actor: { kind, id: shared.subject } };
}
