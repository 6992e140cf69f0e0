// The tabs' variables: an opening tab's with a new idempotency key, and the key in the text of the variables editor.

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

// The key is found in the text, so that comments and layout stay. The value may contain escaped characters.
const KEY_PROPERTY = /("idempotencyKey"\s*:\s*)"(?:[^"\\]|\\.)*"/;

export function hasIdempotencyKey(variables: string): boolean {
  return KEY_PROPERTY.test(variables);
}

export function replaceIdempotencyKey(variables: string, key: string): string {
  return variables.replace(KEY_PROPERTY, (_match, property: string) => property + JSON.stringify(key));
}
