// Fetches the schema for the current token, and again when the token changes. GraphiQL would show a refusal in the result pane;
// here it is a state that the page explains.
import { getIntrospectionQuery, type IntrospectionQuery } from 'graphql';
import { useEffect, useState } from 'react';
import { sendGraphQL } from './graphql-request.ts';

export type SchemaState =
  | { readonly kind: 'loading' }
  | { readonly kind: 'ready'; readonly introspection: IntrospectionQuery }
  /** The server refused: only staff and servers may see the schema. */
  | { readonly kind: 'withheld' }
  | { readonly kind: 'unreachable' };

const QUERY = getIntrospectionQuery({ schemaDescription: true, inputValueDeprecation: true });
// A token that is typed or pasted in pieces causes one request, not one per keystroke.
const SETTLE_MS = 300;

/** `reload` fetches again with the same token. */
export function useSchema(token: string): { state: SchemaState; reload: () => void } {
  const [state, setState] = useState<SchemaState>({ kind: 'loading' });
  const [round, setRound] = useState(0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a reload changes only `round`
  useEffect(() => {
    const abort = new AbortController();
    setState({ kind: 'loading' });
    const timer = setTimeout(async () => {
      const next = await fetchSchema(token, abort.signal);
      if (!abort.signal.aborted) setState(next);
    }, SETTLE_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [token, round]);

  return { state, reload: () => setRound((current) => current + 1) };
}

async function fetchSchema(token: string, signal: AbortSignal): Promise<SchemaState> {
  try {
    const request = { query: QUERY, operationName: 'IntrospectionQuery' };
    const { body } = await sendGraphQL(request, { token, signal });
    const data = body?.data;
    if (typeof data === 'object' && data !== null && '__schema' in data) {
      return { kind: 'ready', introspection: data as unknown as IntrospectionQuery };
    }
    return body ? { kind: 'withheld' } : { kind: 'unreachable' };
  } catch {
    return { kind: 'unreachable' };
  }
}
