/**
 * What the GraphQL endpoint accepts over HTTP: POST of application/json with a bounded body. It is checked before Yoga, whose own
 * body limit pipes every body through a stream and costs about half of Yoga's CPU time.
 */

/** Several times the size of the largest mutation with a ticket. */
export const MAX_BODY_BYTES = 64 * 1024;

export type Admission =
  | { readonly kind: 'admitted'; readonly request: Request }
  | {
      readonly kind: 'refused';
      readonly status: number;
      readonly message: string;
      readonly headers?: Record<string, string>;
    };

export async function admit(request: Request): Promise<Admission> {
  if (request.method !== 'POST') {
    return {
      kind: 'refused',
      status: 405,
      message: 'Send GraphQL requests as POST',
      headers: { allow: 'POST, OPTIONS' },
    };
  }
  const mediaType = request.headers.get('content-type')?.split(';')[0]?.trim();
  if (mediaType !== 'application/json') {
    return { kind: 'refused', status: 415, message: 'Send GraphQL requests as application/json' };
  }
  const declared = request.headers.get('content-length');
  if (declared !== null)
    return Number(declared) <= MAX_BODY_BYTES ? { kind: 'admitted', request } : TOO_LARGE;
  const body = await readCapped(request);
  return body === null ? TOO_LARGE : { kind: 'admitted', request: new Request(request, { body }) };
}

const TOO_LARGE: Admission = {
  kind: 'refused',
  status: 413,
  message: `A request may have at most ${MAX_BODY_BYTES} bytes`,
};

/** Null: longer than the limit. It reads at most the limit and one more chunk. */
async function readCapped(request: Request): Promise<ArrayBuffer | null> {
  let length = 0;
  const counted = request.body?.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        length += chunk.byteLength;
        if (length > MAX_BODY_BYTES) controller.terminate();
        else controller.enqueue(chunk);
      },
    }),
  );
  const body = await new Response(counted ?? null).arrayBuffer();
  return length > MAX_BODY_BYTES ? null : body;
}
