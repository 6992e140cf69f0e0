/**
 * Reads the Authorization header (RFC 6750). It does not look into the token, and knows no other place for one:
 * never a query parameter, a body field or a cookie.
 */

export type Bearer =
  | { readonly kind: 'none' }
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'malformed'; readonly why: string };

/** The scheme ignores case (RFC 9110). Two headers arrive joined by a comma, which no token contains. */
const BEARER = /^Bearer +([A-Za-z0-9._~+/-]+=*)$/i;

/** `authorization`: the header's value, null when there is none. A header that is there but wrong is never "none". */
export function readBearer(authorization: string | null): Bearer {
  if (authorization === null) return { kind: 'none' };
  const token = BEARER.exec(authorization)?.[1];
  if (token === undefined) {
    return { kind: 'malformed', why: 'authorization: one "Bearer <token>" is expected' };
  }
  return { kind: 'token', token };
}
