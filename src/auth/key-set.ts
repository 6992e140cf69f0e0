/**
 * A JWKS document as keys by ID. A key that may not be used stays in the set with its reason, so that a token which
 * names it is told why; a key without an ID is left out, since no token can name it.
 */
import { importVerificationKey, type RefusedKey, type VerificationKey } from './verification-key.ts';

const MAX_KEYS = 64;
const MAX_KEY_ID_LENGTH = 256;

export type KeySet = ReadonlyMap<string, VerificationKey | RefusedKey>;

export function isKeyId(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= MAX_KEY_ID_LENGTH;
}

/** Null when the document is not a JWKS at all. An empty one is valid: it says that no key is trusted. */
function keysOf(text: string): readonly unknown[] | null {
  try {
    const document: unknown = JSON.parse(text);
    const keys = (document as { keys?: unknown } | null)?.keys;
    return Array.isArray(keys) && keys.length <= MAX_KEYS ? keys : null;
  } catch {
    return null;
  }
}

export async function parseKeySet(text: string): Promise<KeySet | null> {
  const keys = keysOf(text);
  if (!keys) return null;
  const set = new Map<string, VerificationKey | RefusedKey>();
  for (const jwk of keys) {
    const keyId: unknown = (jwk as { kid?: unknown } | null)?.kid;
    if (!isKeyId(keyId)) continue;
    // Two keys under one ID could differ in what they may sign, and the order of a list must not decide that.
    const key: VerificationKey | RefusedKey = set.has(keyId)
      ? { kind: 'refused', why: 'its key ID is used twice' }
      : await importVerificationKey(jwk as Record<string, unknown>);
    set.set(keyId, key);
  }
  return set;
}
