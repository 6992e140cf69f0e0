/** CORS for browser games. Tokens are sent in a header and never in a cookie, so any origin may be allowed. */
import { CORRELATION_HEADER } from '../log/correlation.ts';

/** The headers that allow the request's origin; none where there is no origin or it is not allowed. */
export function corsHeaders(request: Request, allowedOrigins: string | undefined): Record<string, string> {
  const origin = request.headers.get('origin');
  if (origin === null) return {};
  const allowed = (allowedOrigins ?? '').split(',').map((entry) => entry.trim());
  if (!allowed.includes('*') && !allowed.includes(origin)) return {};
  return {
    'access-control-allow-origin': allowed.includes('*') ? '*' : origin,
    'access-control-expose-headers': `${CORRELATION_HEADER}, retry-after`,
    vary: 'origin',
  };
}

export function preflight(request: Request, allowedOrigins: string | undefined): Response {
  return new Response(null, {
    status: 204,
    headers: {
      ...corsHeaders(request, allowedOrigins),
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': `authorization, content-type, ${CORRELATION_HEADER}`,
      'access-control-max-age': '86400',
    },
  });
}
