/** Talks to the Worker as a client does: GraphQL over HTTP, with tokens that it signs. Runs inside workerd. */
import { exports } from 'cloudflare:workers';
import { inject } from 'vitest';
import { createSigner, type TicketRequest } from '../../../dev/sign.ts';
import '../provided.ts';

const signer = createSigner(inject('signingKeys'));

export interface GraphqlError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions: {
    readonly code: string;
    readonly correlationId: string;
    readonly retryable: boolean;
    readonly field?: string;
  };
}

export interface Answer<T> {
  readonly status: number;
  readonly headers: Headers;
  readonly data: T;
  readonly errors?: readonly GraphqlError[];
}

export interface SendOptions {
  readonly token?: string | undefined;
  readonly headers?: Record<string, string>;
  /** Instead of the Worker of this test file: a client that hangs up, an isolate with other services. */
  readonly door?: Door;
}

export type Door = (url: string, init: RequestInit) => Promise<Response>;

let made = 0;
/** An ID that no other test uses. All tests share one Postgres. */
export function fresh(prefix: string): string {
  made += 1;
  return `${prefix}-${crypto.randomUUID()}-${made}`;
}

export const freshKey = () => fresh('key');

export async function playerToken(id: string, expiresInSeconds = 600): Promise<string> {
  return (await signer).signToken({ kind: 'player', id, expiresInSeconds });
}

export async function serverToken(id = 'arena-1', scope?: unknown): Promise<string> {
  return (await signer).signToken({ kind: 'server', id, expiresInSeconds: 600, scope });
}

/** The ID of the key that signs tokens. */
export const TOKEN_KEY_ID = inject('signingKeys').tokens.kid as string;

export async function staffToken(id: string): Promise<string> {
  return (await signer).signToken({ kind: 'staff', id, expiresInSeconds: 600 });
}

export async function ticket(
  request: Omit<TicketRequest, 'expiresInSeconds'> & { expiresInSeconds?: number },
): Promise<string> {
  return (await signer).signTicket({ expiresInSeconds: 300, ...request });
}

/** The Worker of this test file. */
export const worker: Door = (url, init) => exports.default.fetch(url, init);

export function post(
  body: BodyInit,
  headers: Record<string, string> = {},
  door: Door = worker,
): Promise<Response> {
  return door('http://onceward.test/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
}

/** Sends a document of the test's own; `T` is the type of its data. */
export async function send<T = unknown>(
  query: string,
  variables: object = {},
  { token, headers, door }: SendOptions = {},
): Promise<Answer<T>> {
  const authorization = token !== undefined && { authorization: `Bearer ${token}` };
  const response = await post(JSON.stringify({ query, variables }), { ...authorization, ...headers }, door);
  const { data, errors } = (await response.json()) as { data: T; errors?: GraphqlError[] };
  return { status: response.status, headers: response.headers, data, ...(errors && { errors }) };
}
