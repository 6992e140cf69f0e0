// Reads what a token says about itself, so that a person notices the wrong token before using it. It checks no signature: only
// the server decides.

export interface TokenClaims {
  readonly kind: string | null;
  readonly subject: string | null;
  /** In milliseconds since 1970; null if the token has no expiry. */
  readonly expiresAtMs: number | null;
}

export function decodeTokenClaims(token: string): TokenClaims | null {
  const parts = token.split('.');
  const payload = parts[1];
  if (parts.length !== 3 || !payload) return null;
  try {
    const bytes = Uint8Array.from(atob(payload.replaceAll('-', '+').replaceAll('_', '/')), (char) =>
      char.charCodeAt(0),
    );
    const claims: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (typeof claims !== 'object' || claims === null || Array.isArray(claims)) return null;
    const { kind, sub, exp } = claims as Record<string, unknown>;
    return {
      kind: typeof kind === 'string' ? kind : null,
      subject: typeof sub === 'string' ? sub : null,
      expiresAtMs: typeof exp === 'number' ? exp * 1000 : null,
    };
  } catch {
    return null;
  }
}

/** "in 3 min", "2 h ago": precise enough to decide whether to fetch a new token. */
export function describeDistance(fromMs: number, toMs: number): string {
  const seconds = Math.round(Math.abs(toMs - fromMs) / 1000);
  const [amount, unit] =
    seconds < 90
      ? [seconds, 's']
      : seconds < 90 * 60
        ? [Math.round(seconds / 60), 'min']
        : seconds < 48 * 3600
          ? [Math.round(seconds / 3600), 'h']
          : [Math.round(seconds / 86_400), 'days'];
  return toMs >= fromMs ? `in ${amount} ${unit}` : `${amount} ${unit} ago`;
}
