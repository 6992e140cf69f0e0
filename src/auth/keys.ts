/**
 * The public keys that verify tokens and tickets. jose fetches, validates and imports a JWKS; this file decides which
 * of its keys are accepted and what each may sign, and when a JWKS behind a URL is read again.
 */
import type { CryptoKey, FetchImplementation, JSONWebKeySet, JWK } from 'jose';
import { createLocalJWKSet } from 'jose/jwks/local';
import { createRemoteJWKSet, customFetch } from 'jose/jwks/remote';

/** What a key may sign: access tokens of an actor kind, or claim tickets. */
export const SIGNED_KINDS = ['player', 'server', 'staff', 'ticket'] as const;
export type SignedKind = (typeof SIGNED_KINDS)[number];

/** A JWK member that limits what the key may sign, so that the key of the login service cannot sign staff tokens. */
const KINDS_MEMBER = 'onceward:kinds';

const MAX_KEYS = 64;
const MAX_KEY_ID_LENGTH = 256;
const MIN_RSA_BITS = 2048;
export const MAX_JWKS_BYTES = 128 * 1024;

const FETCH_TIMEOUT_MS = 5_000;
/** How long a fetched set is used before it is read again: the delay until a withdrawn key stops working. */
const MAX_FRESH_MS = 10 * 60_000;
/** How long a set is used while its URL fails. Bounded, because blocking the URL must not keep a withdrawn key valid. */
const MAX_STALE_MS = 24 * 3_600_000;
/** The pause between two reads while a set is held, so that made-up key IDs cannot cause a flood of reads. */
const COOLDOWN_MS = 30_000;
/** The pause between two reads while no set is held. */
const COLD_COOLDOWN_MS = 1_000;
/** How often a request that waits for the read of another one looks for its result. */
const POLL_MS = 50;

export interface VerificationKey {
  readonly kind: 'key';
  /** The `alg` header values that this key verifies: one algorithm, under each of its registered names. */
  readonly algorithms: readonly string[];
  readonly signs: ReadonlySet<SignedKind>;
  readonly cryptoKey: CryptoKey;
}

export interface UnusableKey {
  readonly kind: 'unusable';
  readonly why: string;
}

export type KeyLookup =
  | VerificationKey
  | UnusableKey
  | { readonly kind: 'unknown' }
  | { readonly kind: 'unavailable'; readonly why: string };

export interface KeySource {
  /** Finds a key by its ID. `unknown` is certain; `unavailable` means that a later attempt may find the key. */
  find(keyId: string, now: Date): Promise<KeyLookup>;
}

/** By key ID. An unusable key stays in the set with its reason. A key without an ID is left out: no token can name it. */
type KeySet = ReadonlyMap<string, VerificationKey | UnusableKey>;

export function isKeyId(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= MAX_KEY_ID_LENGTH;
}

/** The key decides the algorithm. An RSA key without `alg` is RS256: large login services publish theirs that way. */
function algorithmsOf({ kty, crv, alg }: JWK): readonly string[] | null {
  if (kty === 'OKP' && crv === 'Ed25519') return ['EdDSA', 'Ed25519'];
  if (kty === 'EC' && crv === 'P-256') return ['ES256'];
  if (kty === 'RSA') return alg === 'PS256' ? ['PS256'] : ['RS256'];
  return null;
}

/**
 * `kinds`: what the keys of an issuer may sign; undefined: what each key says, and players where it says nothing. Null when the
 * member is not a list of known kinds: a typing error must not widen what a key may sign.
 */
function kindsOf(value: unknown, kinds: readonly SignedKind[] | undefined): ReadonlySet<SignedKind> | null {
  if (value === undefined) return new Set(kinds ?? ['player']);
  const known: readonly unknown[] = SIGNED_KINDS;
  if (!Array.isArray(value) || !value.every((kind) => known.includes(kind))) return null;
  return new Set((value as SignedKind[]).filter((kind) => !kinds || kinds.includes(kind)));
}

function unusable(why: string): UnusableKey {
  return { kind: 'unusable', why };
}

async function importKey(
  jwk: JWK,
  jwks: ReturnType<typeof createLocalJWKSet>,
  kinds: readonly SignedKind[] | undefined,
): Promise<VerificationKey | UnusableKey> {
  if (jwk.kty === 'oct') return unusable('symmetric keys are not accepted');
  if ('d' in jwk) return unusable('it is a private key');
  if (jwk.use !== undefined && jwk.use !== 'sig') return unusable('it is not for signatures');
  if (jwk.key_ops !== undefined && !(Array.isArray(jwk.key_ops) && jwk.key_ops.includes('verify'))) {
    return unusable('it is not for verifying');
  }
  const names = algorithmsOf(jwk);
  if (!names) return unusable('its key type is not accepted');
  if (jwk.alg !== undefined && !names.includes(jwk.alg)) return unusable('its algorithm is not accepted');
  const signs = kindsOf((jwk as Record<string, unknown>)[KINDS_MEMBER], kinds);
  if (!signs) return unusable(`its "${KINDS_MEMBER}" is not a list of known kinds`);

  const algorithms = jwk.alg === undefined ? names : [jwk.alg];
  let cryptoKey: CryptoKey;
  try {
    cryptoKey = await jwks({ alg: algorithms[0] as string, kid: jwk.kid as string });
  } catch {
    return unusable('it cannot be read');
  }
  const { modulusLength } = cryptoKey.algorithm as { modulusLength?: number };
  if (modulusLength !== undefined && modulusLength < MIN_RSA_BITS) {
    return unusable(`its RSA modulus is below ${MIN_RSA_BITS} bits`);
  }
  return { kind: 'key', algorithms, signs, cryptoKey };
}

/** Throws when the document is not a JWKS. An empty set is valid: no key is trusted. */
async function importKeySet(document: JSONWebKeySet, kinds?: readonly SignedKind[]): Promise<KeySet> {
  const jwks = createLocalJWKSet(document);
  if (document.keys.length > MAX_KEYS) throw new Error(`the JWKS has more than ${MAX_KEYS} keys`);
  const set = new Map<string, VerificationKey | UnusableKey>();
  for (const jwk of document.keys) {
    if (!isKeyId(jwk.kid)) continue;
    // Two keys with one ID could differ in what they may sign, and the order of a list must not decide that.
    const isDuplicate = set.has(jwk.kid);
    set.set(jwk.kid, isDuplicate ? unusable('its key ID is used twice') : await importKey(jwk, jwks, kinds));
  }
  return set;
}

/** `kinds`: as in `kindsOf`. */
export function inlineKeys(jwks: string, kinds?: readonly SignedKind[]): KeySource {
  let set: KeySet | null = null;
  return {
    async find(keyId) {
      try {
        set ??= await importKeySet(JSON.parse(jwks), kinds);
      } catch {
        return { kind: 'unavailable', why: 'keys: JWKS is not a JSON Web Key Set' };
      }
      return set.get(keyId) ?? { kind: 'unknown' };
    },
  };
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Keys that were fetched without TLS could be an attacker's. Loopback traffic never leaves the machine. */
export function isKeysUrl(text: string): boolean {
  const url = URL.parse(text);
  if (!url || url.username || url.password) return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.has(url.hostname));
}

/** Counts the bytes that arrive, because Content-Length may be wrong. */
async function readCapped(response: Response): Promise<Response> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > MAX_JWKS_BYTES) throw new Error(`the JWKS is larger than ${MAX_JWKS_BYTES} bytes`);
    chunks.push(chunk);
  }
  return new Response(new Blob(chunks), { status: response.status });
}

interface FetchOptions {
  readonly fetch: FetchImplementation;
  readonly timeoutMs: number;
}

/**
 * Reads a JWKS once, without following redirects. Each read has its own jose set: a shared one keeps a pending fetch
 * for all its callers, has no pause after a failed read, and stops serving its keys when a refresh fails.
 */
async function fetchJwks(url: string, { fetch, timeoutMs }: FetchOptions): Promise<JSONWebKeySet> {
  const remote = createRemoteJWKSet(new URL(url), {
    timeoutDuration: timeoutMs,
    [customFetch]: async (href, init) => readCapped(await fetch(href, init)),
  });
  await remote.reload();
  return remote.jwks() as JSONWebKeySet;
}

interface ReadAttempt {
  readonly at: number;
  /** `running` may also mean abandoned: when a request is aborted, the outcome of its read is never recorded. */
  state: 'running' | 'ok' | 'failed';
  why: string;
}

/** Absolute, because a clock may be set back, and a time in the future must not stop refreshing. */
function msBetween(a: number, b: number): number {
  return Math.abs(a - b);
}

/**
 * Keys behind a URL, read again when they are old or lack a key. Requests share the set that was read, never the
 * promise of a read: in workerd, a request that waits for the fetch of another request hangs when that one is aborted.
 */
export function remoteKeys(
  url: string,
  {
    fetch: fetchFn = (href, init) => fetch(href, init),
    timeoutMs = FETCH_TIMEOUT_MS,
    kinds,
  }: Partial<FetchOptions & { readonly kinds: readonly SignedKind[] }> = {},
): KeySource {
  let held: { readonly text: string; readonly set: KeySet; readonly readAt: number } | null = null;
  let attempt: ReadAttempt | null = null;

  const mayRead = (at: number) =>
    !attempt || msBetween(at, attempt.at) >= (held ? COOLDOWN_MS : COLD_COOLDOWN_MS);

  async function read(at: number): Promise<void> {
    const current: ReadAttempt = { at, state: 'running', why: 'the JWKS is being read' };
    attempt = current;
    try {
      const jwks = await fetchJwks(url, { fetch: fetchFn, timeoutMs });
      const text = JSON.stringify(jwks);
      // An unchanged document keeps its imported keys, and with them the cached tokens (verified-token-cache.ts).
      const set = held?.text === text ? held.set : await importKeySet(jwks, kinds);
      held = { text, set, readAt: at };
      current.state = 'ok';
    } catch (error) {
      current.state = 'failed';
      current.why = `JWKS_URL cannot be read: ${error instanceof Error ? error.message : error}`;
    }
  }

  /** Waits while another request reads the first set. That request may be aborted, so the wait ends by itself. */
  async function waitForOther(): Promise<void> {
    for (let waitedMs = 0; waitedMs < timeoutMs; waitedMs += POLL_MS) {
      if (held || attempt?.state !== 'running') return;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  return {
    async find(keyId, now) {
      const at = now.getTime();
      const isDue = !held || msBetween(at, held.readAt) >= MAX_FRESH_MS || !held.set.has(keyId);
      if (isDue && mayRead(at)) await read(at);
      else if (!held) await waitForOther();
      if (held && msBetween(at, held.readAt) < MAX_STALE_MS) {
        const key = held.set.get(keyId);
        if (key) return key;
        // Only a set that was read successfully just now proves that a key does not exist.
        if (attempt?.state === 'ok') return { kind: 'unknown' };
      }
      return { kind: 'unavailable', why: `keys: ${attempt?.why ?? 'the JWKS was not read'}` };
    },
  };
}
