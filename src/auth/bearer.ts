/** Reads the bearer token from the Authorization header (RFC 6750), the only place where a token is accepted. */

export type Bearer =
  | { readonly kind: 'none' }
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'malformed'; readonly why: string };

/** The scheme is case-insensitive (RFC 9110). Two headers arrive joined by a comma, which no token contains. */
const BEARER = /^Bearer +([A-Za-z0-9._~+/-]+=*)$/i;

/** `authorization` is null when the header is missing. A header that is present but wrong is never `none`. */
export function readBearer(authorization: string | null): Bearer {
  if (authorization === null) return { kind: 'none' };
  const token = BEARER.exec(authorization)?.[1];
  if (token === undefined) {
    return { kind: 'malformed', why: 'authorization: one "Bearer <token>" is expected' };
  }
  return { kind: 'token', token };
}
