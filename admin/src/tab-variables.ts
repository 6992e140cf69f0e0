// A tab that the page opens with, and its variables: with a new idempotency key for a mutation, as the text that the editor shows.

export interface OpeningTab {
  /** The operation in the document. */
  readonly name: string;
  readonly document: string;
  /** The idempotency key of a mutation is empty: every page fills in keys of its own. Null: the operation has no variables. */
  readonly variables: Readonly<Record<string, unknown>> | null;
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
