/**
 * One bounded HTTP read of a JWKS: https (or loopback), no redirects, a time-out and a cap on the bytes read.
 * It does not retry, cache or parse.
 */

export const MAX_JWKS_BYTES = 128 * 1024;
export const FETCH_TIMEOUT_MS = 5_000;

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;
type FetchedJwks =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'failed'; readonly why: string };

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Keys fetched in the clear could be anyone's; only what never leaves the machine may do without TLS. */
export function isAllowedJwksUrl(text: string): boolean {
  const url = URL.parse(text);
  if (!url || url.username || url.password) return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.has(url.hostname));
}

/** Null when there is more than the cap: Content-Length may lie, so the bytes themselves are counted. */
async function readCapped(response: Response): Promise<string | null> {
  if (!response.body) return '';
  const decoder = new TextDecoder();
  const reader = response.body.getReader();
  let text = '';
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    bytes += value.byteLength;
    if (bytes > MAX_JWKS_BYTES) {
      await reader.cancel();
      return null;
    }
    text += decoder.decode(value, { stream: true });
  }
}

export async function fetchJwks(
  url: string,
  options: { readonly fetch: Fetch; readonly timeoutMs: number },
): Promise<FetchedJwks> {
  try {
    const response = await options.fetch(url, {
      headers: { accept: 'application/jwk-set+json, application/json' },
      redirect: 'manual',
      signal: AbortSignal.timeout(options.timeoutMs),
    });
    if (response.status !== 200) {
      await response.body?.cancel();
      return { kind: 'failed', why: `the JWKS URL answered ${response.status}` };
    }
    const text = await readCapped(response);
    if (text === null) return { kind: 'failed', why: `the JWKS is larger than ${MAX_JWKS_BYTES} bytes` };
    return { kind: 'text', text };
  } catch (error) {
    const timedOut = error instanceof Error && error.name === 'TimeoutError';
    return {
      kind: 'failed',
      why: timedOut ? 'the JWKS URL did not answer in time' : 'the JWKS URL cannot be reached',
    };
  }
}
