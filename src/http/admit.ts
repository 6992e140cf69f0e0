/**
 * What the GraphQL endpoint accepts over HTTP: POST of application/json with a bounded body, from browsers of the allowed origins.
 * Yoga's own body limit pipes every body through a stream and costs about half of Yoga's CPU time.
 */
import type { GraphQLParams } from 'graphql-yoga';
import type { Actor } from '../domain/actor.ts';
import { CORRELATION_HEADER } from '../log/correlation.ts';
import { graphqlErrors } from '../schema/errors.ts';

const KIB = 1024;
/** The kernel accepts inputs of the same sizes. */
export const MAX_BODY_BYTES = {
  /** Several times the size of the largest mutation with a ticket. */
  player: 64 * KIB,
  anonymous: 64 * KIB,
  server: 1024 * KIB,
  staff: 1024 * KIB,
} as const;

/** Throws where the request is refused, whatever its token. */
export function checkHeaders({ method, headers }: Request): void {
  if (method !== 'POST')
    throw graphqlErrors.refusedRequest(405, 'Send GraphQL requests as POST', { allow: 'POST, OPTIONS' });
  const mediaType = headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (mediaType !== 'application/json')
    throw graphqlErrors.refusedRequest(415, 'Send GraphQL requests as application/json');
}

/** The JSON of the body. Yoga checks that it is a GraphQL request. */
export async function readBody(request: Request, actor: Actor | null): Promise<GraphQLParams> {
  const most = MAX_BODY_BYTES[actor?.kind ?? 'anonymous'];
  const declared = request.headers.get('content-length');
  // Not piped through a stream, if its length is known.
  const source =
    declared === null ? await readCapped(request, most) : Number(declared) <= most ? request : null;
  if (source === null) throw graphqlErrors.refusedRequest(413, `A request may have at most ${most} bytes`);
  const body = await source.json().catch(notJson);
  if (isHashAlone(body)) throw graphqlErrors.persistedQuery();
  return body as GraphQLParams;
}

function notJson(): never {
  throw graphqlErrors.refusedRequest(400, 'The body is not valid JSON');
}

/** Null: longer than `most`. It reads at most that and one more chunk. */
async function readCapped(request: Request, most: number): Promise<Response | null> {
  let length = 0;
  const counted = request.body?.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        length += chunk.byteLength;
        if (length > most) controller.terminate();
        else controller.enqueue(chunk);
      },
    }),
  );
  const body = await new Response(counted ?? null).arrayBuffer().catch(notJson);
  return length > most ? null : new Response(body);
}

/** A persisted query: the hash of a document instead of the document. */
function isHashAlone(body: unknown): boolean {
  const { query, extensions } = (body ?? {}) as {
    query?: unknown;
    extensions?: { persistedQuery?: unknown };
  };
  return !query && Boolean(extensions?.persistedQuery);
}

/** The headers that allow the request's origin; none where there is no origin or it is not allowed. */
export function corsHeaders(request: Request, allowedOrigins: string | undefined): Record<string, string> {
  const origin = request.headers.get('origin');
  if (origin === null) return {};
  const allowed = (allowedOrigins ?? '').split(',').map((entry) => entry.trim());
  if (!allowed.includes('*') && !allowed.includes(origin)) return {};
  return {
    // Any origin may be allowed: tokens are sent in a header and never in a cookie.
    'access-control-allow-origin': allowed.includes('*') ? '*' : origin,
    'access-control-expose-headers': `${CORRELATION_HEADER}, retry-after, etag`,
    vary: 'origin',
  };
}

/** Tracing libraries add headers of their own to every request. A header that nothing reads does no harm. */
export function preflight(request: Request, allowedOrigins: string | undefined, methods: string): Response {
  const requested = request.headers.get('access-control-request-headers') ?? '';
  const names = requested.split(',', MAX_REQUESTED).map((name) => name.trim().toLowerCase());
  const headers = new Set([...USED_HEADERS, ...names.filter((name) => HEADER_NAME.test(name))]);
  return new Response(null, {
    status: 204,
    headers: {
      ...corsHeaders(request, allowedOrigins),
      'access-control-allow-methods': methods,
      'access-control-allow-headers': [...headers].join(', '),
      'access-control-max-age': '86400',
      vary: 'origin, access-control-request-headers',
    },
  });
}

const USED_HEADERS = ['authorization', 'content-type', CORRELATION_HEADER];
/** The name of a header (RFC 9110), bounded. */
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9a-z-]{1,64}$/;
const MAX_REQUESTED = 32;
