/**
 * Derives idempotency keys from events. A server that crashes and handles its event again makes the same key, so it needs no
 * storage of its own.
 */

/**
 * The key of an event: `keyFor('match', matchId, playerId)`. The parts are text or integers, and their order counts. Every different
 * list of parts has another key: they are written with their lengths before they are hashed, so `('ab', 'c')` is not `('a', 'bc')`.
 */
export async function keyFor(...parts: readonly (string | number)[]): Promise<string> {
  if (parts.length === 0) throw new TypeError('keyFor needs at least one part');
  const written = parts.map((part) => {
    if (typeof part === 'number' && !Number.isSafeInteger(part))
      throw new TypeError(`keyFor takes text and integers, not ${part}`);
    const text = String(part);
    return `${typeof part === 'number' ? 'n' : 's'}${text.length}:${text}`;
  });
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(written.join('')));
  // 160 bits: two events out of 2^60 still share none.
  return `ev-${base64Url(new Uint8Array(digest).subarray(0, 20))}`;
}

function base64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}
