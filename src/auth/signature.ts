/**
 * The signature of a compact JWS: header checked, key found, signature verified, claims parsed. Access tokens and
 * tickets both come through here and differ in their type. What the claims say is judged elsewhere (claims.ts).
 */
import { decodeProtectedHeader } from 'jose/decode/protected_header';
import { compactVerify } from 'jose/jws/compact/verify';
import type { Genuine } from './genuine-cache.ts';
import type { KeySource } from './jwks.ts';
import { isKeyId } from './key-set.ts';

export type Invalid = { readonly kind: 'invalid'; readonly why: string };
export type Unavailable = { readonly kind: 'unavailable'; readonly why: string };

export interface ExpectedJws {
  /** Begins every reason that is given. */
  readonly noun: 'token' | 'ticket';
  readonly typ: string;
  readonly maxLength: number;
}

/** Stricter than the decoders, which skip blanks. An empty signature (`none`) fails here. */
const COMPACT_JWS = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

interface Header {
  readonly alg?: unknown;
  readonly kid?: unknown;
  readonly typ?: unknown;
  readonly crit?: unknown;
}

/** Headers that carry or point to keys (jwk, jku, x5c, x5u) are never read: trust comes from the JWKS alone. */
function readHeader(jws: string): Header | null {
  try {
    return decodeProtectedHeader(jws);
  } catch {
    return null;
  }
}

/** RFC 7515: the `application/` prefix may be left out, and media types ignore case. */
function isType(value: unknown, typ: string): boolean {
  if (typeof value !== 'string') return false;
  const lower = value.toLowerCase();
  return lower === typ || lower === `application/${typ}`;
}

function parseClaims(payload: Uint8Array): Record<string, unknown> | null {
  try {
    const claims: unknown = JSON.parse(utf8.decode(payload));
    return typeof claims === 'object' && claims !== null && !Array.isArray(claims)
      ? (claims as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

export async function verifySignature(
  jws: string,
  { keys, now, expected }: { readonly keys: KeySource; readonly now: Date; readonly expected: ExpectedJws },
): Promise<{ readonly kind: 'genuine'; readonly genuine: Genuine } | Invalid | Unavailable> {
  const invalid = (why: string): Invalid => ({ kind: 'invalid', why: `${expected.noun}: ${why}` });

  if (jws.length > expected.maxLength) return invalid(`longer than ${expected.maxLength} characters`);
  if (!COMPACT_JWS.test(jws)) return invalid('not a signed JWT');
  const header = readHeader(jws);
  if (!header) return invalid('its header cannot be read');
  if (!isType(header.typ, expected.typ)) return invalid(`its type is not "${expected.typ}"`);
  // No extension is understood here, so none can be critical (RFC 7515, 4.1.11).
  if (header.crit !== undefined) return invalid('it demands an extension that is not understood');
  if (!isKeyId(header.kid)) return invalid('it names no key ID');

  const key = await keys.find(header.kid, now);
  if (key.kind === 'unavailable') return key;
  if (key.kind === 'unknown') return invalid('unknown key ID');
  if (key.kind === 'refused') return invalid(`its key may not be used: ${key.why}`);
  if (!key.algorithms.includes(header.alg as string)) return invalid("its algorithm is not its key's");

  let payload: Uint8Array;
  try {
    ({ payload } = await compactVerify(jws, key.cryptoKey, { algorithms: [...key.algorithms] }));
  } catch {
    return invalid('its signature is not genuine');
  }
  const claims = parseClaims(payload);
  if (!claims) return invalid('its claims cannot be read');
  return { kind: 'genuine', genuine: { keyId: header.kid, key, claims } };
}
