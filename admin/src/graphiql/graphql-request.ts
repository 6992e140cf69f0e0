// Sends one GraphQL request to this Worker and measures it. It does not retry: on this page a person decides to run again.
import { Kind, parse } from 'graphql';

const ENDPOINT = '/graphql';
const TIMEOUT_MS = 30_000;

export interface GraphQLRequest {
  readonly query: string;
  readonly operationName?: string | null | undefined;
  readonly variables?: unknown;
}

export interface GraphQLReply {
  readonly status: number;
  readonly durationMs: number;
  /** From the response header, otherwise the ID that the request proposed. */
  readonly correlationId: string;
  /** The parsed body; null if it is not a JSON object. */
  readonly body: Record<string, unknown> | null;
  readonly text: string;
}

export async function sendGraphQL(
  request: GraphQLRequest,
  options: { token: string; signal?: AbortSignal },
): Promise<GraphQLReply> {
  const proposedId = crypto.randomUUID();
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  const startedAt = performance.now();
  const response = await fetch(ENDPOINT, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json, application/json',
      'x-correlation-id': proposedId,
      ...(options.token && { authorization: `Bearer ${options.token}` }),
    },
    body: JSON.stringify(request),
    credentials: 'omit',
    cache: 'no-store',
    signal: options.signal ? AbortSignal.any([options.signal, timeout]) : timeout,
  });
  const text = await response.text();
  return {
    status: response.status,
    durationMs: Math.round(performance.now() - startedAt),
    correlationId: response.headers.get('x-correlation-id') ?? proposedId,
    body: parseObject(text),
    text,
  };
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

/**
 * The offered name if the document has it, otherwise the only operation's; undefined leaves the choice to the server. Directly
 * after a change of tabs GraphiQL offers the name of the previous tab, because it reads a document with a delay.
 */
export function chooseOperationName(
  document: string,
  offered: string | null | undefined,
): string | undefined {
  const names = operationNames(document);
  if (offered && names.includes(offered)) return offered;
  return names.length === 1 ? names[0] : undefined;
}

function operationNames(document: string): (string | undefined)[] {
  try {
    return parse(document, { noLocation: true }).definitions.flatMap((definition) =>
      definition.kind === Kind.OPERATION_DEFINITION ? [definition.name?.value] : [],
    );
  } catch {
    // The server refuses a document that does not parse, with a better message.
    return [];
  }
}
