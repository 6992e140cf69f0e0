// Finds and replaces the idempotency key in the text of the variables editor. It works on text, so comments and layout stay.

// The value may hold escaped characters.
const KEY_PROPERTY = /("idempotencyKey"\s*:\s*)"(?:[^"\\]|\\.)*"/;

export function hasIdempotencyKey(variables: string): boolean {
  return KEY_PROPERTY.test(variables);
}

export function replaceIdempotencyKey(variables: string, key: string): string {
  return variables.replace(KEY_PROPERTY, (_match, property: string) => property + JSON.stringify(key));
}
