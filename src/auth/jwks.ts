/**
 * Where verification keys come from: a JWKS given inline, or one behind a URL that is read again when it is old or
 * lacks a key. It shares values among requests, never a promise: in workerd a request that waits for another
 * request's fetch hangs once that one is aborted.
 */
import { FETCH_TIMEOUT_MS, type Fetch, fetchJwks, isAllowedJwksUrl } from './fetch-jwks.ts';
import { type KeySet, parseKeySet } from './key-set.ts';
import type { RefusedKey, VerificationKey } from './verification-key.ts';

/** How long a fetched set is trusted without a look at its source: the delay until a withdrawn key stops working. */
const TTL_MS = 10 * 60_000;
/** The pause between two fetches while a set is held: made-up key IDs must not turn into a flood of fetches. */
const COOL_DOWN_MS = 30_000;
/** The same while there is no set, and so nothing to answer with. */
const COLD_COOL_DOWN_MS = 1_000;
/** How long an outage of the source is bridged: whoever can block it must not keep a withdrawn key alive for ever. */
const MAX_AGE_MS = 24 * 3_600_000;

export type KeyLookup =
  | VerificationKey
  | RefusedKey
  | { readonly kind: 'unknown' }
  | { readonly kind: 'unavailable'; readonly why: string };

export interface KeySource {
  /** The key of this ID. `unknown` is certain; `unavailable` means that a later try may find it. */
  find(keyId: string, now: Date): Promise<KeyLookup>;
}

/** A source that cannot work as configured; it says so at every request instead of stopping the Worker. */
export function unavailableKeys(why: string): KeySource {
  return { find: async () => ({ kind: 'unavailable', why: `keys: ${why}` }) };
}

export function inlineKeys(jwks: string): KeySource {
  let set: KeySet | null | undefined;
  return {
    async find(keyId) {
      if (set === undefined) set = await parseKeySet(jwks);
      if (set === null) return { kind: 'unavailable', why: 'keys: JWKS is not a JSON Web Key Set' };
      return set.get(keyId) ?? { kind: 'unknown' };
    },
  };
}

interface Attempt {
  readonly at: number;
  /** `running` may also mean abandoned: a request that is aborted never comes back to say how it ended. */
  state: 'running' | 'ok' | 'failed';
  why: string;
}

/** Clocks also go back; a time stamp from the future must not stop refreshing. */
function msBetween(a: number, b: number): number {
  return Math.abs(a - b);
}

export function remoteKeys(
  url: string,
  {
    fetch: fetchFn = (u, init) => fetch(u, init),
    timeoutMs = FETCH_TIMEOUT_MS,
  }: { fetch?: Fetch; timeoutMs?: number } = {},
): KeySource {
  if (!isAllowedJwksUrl(url)) return unavailableKeys('JWKS_URL must be an https URL without credentials');
  let good: { readonly text: string; readonly set: KeySet; readonly loadedAt: number } | null = null;
  let attempt: Attempt | null = null;

  function mayFetch(at: number): boolean {
    if (!attempt) return true;
    const sinceLast = msBetween(at, attempt.at);
    if (good) return sinceLast >= COOL_DOWN_MS;
    // Without a set every request fetches for itself: there is nothing that it could share but a promise.
    return attempt.state === 'running' || sinceLast >= COLD_COOL_DOWN_MS;
  }

  async function refresh(at: number): Promise<void> {
    const current: Attempt = { at, state: 'running', why: 'the JWKS is being read' };
    attempt = current;
    const reply = await fetchJwks(url, { fetch: fetchFn, timeoutMs });
    // An unchanged document keeps its imported keys, and with them what was verified by them (genuine-cache.ts).
    const unchanged = reply.kind === 'text' && good?.text === reply.text ? good.set : null;
    const set = reply.kind === 'text' ? (unchanged ?? (await parseKeySet(reply.text))) : null;
    if (reply.kind === 'text' && set) {
      good = { text: reply.text, set, loadedAt: at };
      current.state = 'ok';
    } else {
      current.state = 'failed';
      current.why =
        reply.kind === 'failed' ? reply.why : 'the JWKS URL did not answer with a JSON Web Key Set';
    }
  }

  return {
    async find(keyId, now) {
      const at = now.getTime();
      const wanted = !good || msBetween(at, good.loadedAt) >= TTL_MS || !good.set.has(keyId);
      if (wanted && mayFetch(at)) await refresh(at);
      if (good && msBetween(at, good.loadedAt) < MAX_AGE_MS) {
        const key = good.set.get(keyId);
        if (key) return key;
        // Only a set that was read since may say that a key does not exist.
        if (attempt?.state === 'ok') return { kind: 'unknown' };
      }
      return { kind: 'unavailable', why: `keys: ${attempt?.why ?? 'the JWKS was not read'}` };
    },
  };
}
