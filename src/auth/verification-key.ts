/**
 * One member of a JWKS turned into a key that can verify, or into the reason why it may not. The key decides which
 * algorithm is used; a token's header can only agree. Symmetric and private keys are never taken.
 */
import type { CryptoKey, JWK } from 'jose';

/** What a key may sign: access tokens of an actor kind, or claim tickets. */
const SIGNED_KINDS = ['player', 'server', 'staff', 'ticket'] as const;
export type SignedKind = (typeof SIGNED_KINDS)[number];

/** The JWK member that narrows what a key may sign, so that the login service's key cannot make staff tokens. */
const KINDS_MEMBER = 'onceward:kinds';

const MIN_RSA_BITS = 2048;

export interface VerificationKey {
  readonly kind: 'key';
  /** The `alg` header values that this key verifies: one algorithm, under each of its registered names. */
  readonly algorithms: readonly string[];
  readonly signs: ReadonlySet<SignedKind>;
  readonly cryptoKey: CryptoKey;
}

export interface RefusedKey {
  readonly kind: 'refused';
  readonly why: string;
}

interface KeyShape {
  readonly names: readonly string[];
  readonly params: { readonly name: string; readonly namedCurve?: string; readonly hash?: string };
  /** The only members that reach WebCrypto: a certificate chain or a key URL inside the JWK is never looked at. */
  readonly members: readonly string[];
}

const ED25519: KeyShape = { names: ['EdDSA', 'Ed25519'], params: { name: 'Ed25519' }, members: ['crv', 'x'] };
const ES256: KeyShape = {
  names: ['ES256'],
  params: { name: 'ECDSA', namedCurve: 'P-256' },
  members: ['crv', 'x', 'y'],
};
const RS256: KeyShape = {
  names: ['RS256'],
  params: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
  members: ['n', 'e'],
};
const PS256: KeyShape = {
  names: ['PS256'],
  params: { name: 'RSA-PSS', hash: 'SHA-256' },
  members: ['n', 'e'],
};

/** An RSA key without `alg` is taken as RS256: large login services publish theirs that way. */
function shapeOf(jwk: Readonly<Record<string, unknown>>): KeyShape | null {
  if (jwk.kty === 'OKP' && jwk.crv === 'Ed25519') return ED25519;
  if (jwk.kty === 'EC' && jwk.crv === 'P-256') return ES256;
  if (jwk.kty === 'RSA') return jwk.alg === 'PS256' ? PS256 : RS256;
  return null;
}

/** Null when the member is there but is not a list of known kinds: a typing error must not widen what a key may do. */
function kindsOf(value: unknown): ReadonlySet<SignedKind> | null {
  if (value === undefined) return new Set(SIGNED_KINDS);
  if (!Array.isArray(value)) return null;
  const known: readonly unknown[] = SIGNED_KINDS;
  return value.every((kind) => known.includes(kind)) ? new Set(value as SignedKind[]) : null;
}

function refused(why: string): RefusedKey {
  return { kind: 'refused', why };
}

export async function importVerificationKey(
  jwk: Readonly<Record<string, unknown>>,
): Promise<VerificationKey | RefusedKey> {
  if (jwk.kty === 'oct') return refused('symmetric keys are not accepted');
  if ('d' in jwk) return refused('it is a private key');
  if (jwk.use !== undefined && jwk.use !== 'sig') return refused('it is not for signatures');
  if (jwk.key_ops !== undefined && !(Array.isArray(jwk.key_ops) && jwk.key_ops.includes('verify'))) {
    return refused('it is not for verifying');
  }
  const shape = shapeOf(jwk);
  if (!shape) return refused('its key type is not accepted');
  if (jwk.alg !== undefined && !shape.names.includes(jwk.alg as string)) {
    return refused('its algorithm is not accepted');
  }
  const signs = kindsOf(jwk[KINDS_MEMBER]);
  if (!signs) return refused(`its "${KINDS_MEMBER}" is not a list of known kinds`);

  const material: Record<string, unknown> = { kty: jwk.kty };
  for (const member of shape.members) material[member] = jwk[member];
  let cryptoKey: CryptoKey;
  try {
    cryptoKey = await crypto.subtle.importKey('jwk', material as JWK & { kty: string }, shape.params, false, [
      'verify',
    ]);
  } catch {
    return refused('it cannot be read');
  }
  if (shape === RS256 || shape === PS256) {
    const { modulusLength = 0 } = cryptoKey.algorithm as { modulusLength?: number };
    if (modulusLength < MIN_RSA_BITS) return refused(`its RSA modulus is below ${MIN_RSA_BITS} bits`);
  }
  const algorithms = jwk.alg === undefined ? shape.names : [jwk.alg as string];
  return { kind: 'key', algorithms, signs, cryptoKey };
}
