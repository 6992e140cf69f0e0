// The tabs that a fresh page opens with, in the form that GraphiQL takes. admin/build/opening-tabs.ts makes their contents.
import tabs from 'virtual:opening-tabs';

export interface OpeningTab {
  /** The operation in the document. */
  readonly name: string;
  readonly document: string;
  /** The idempotency key of a mutation is empty: every page fills in keys of its own. Null: the operation has no variables. */
  readonly variables: Readonly<Record<string, unknown>> | null;
}

/** Each mutation has a new key. */
export function openingTabs(newKey: () => string): { query: string; variables: string | null }[] {
  return tabs.map(({ document, variables }) => ({
    query: document,
    variables: variables && printVariables(withKey(variables, newKey)),
  }));
}

export function withKey(
  variables: Readonly<Record<string, unknown>>,
  newKey: () => string,
): Record<string, unknown> {
  const input = variables.input as Record<string, unknown> | undefined;
  if (input?.idempotencyKey === undefined) return { ...variables };
  return { ...variables, input: { ...input, idempotencyKey: newKey() } };
}

export function printVariables(variables: Record<string, unknown>): string {
  return JSON.stringify(variables, null, 2);
}

/** The document that shows what a request did. */
export function traceDocument(): string {
  return tabs.find(({ name }) => name === 'trace')?.document ?? '';
}
