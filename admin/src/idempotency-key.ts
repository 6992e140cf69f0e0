// Finds and replaces the idempotency key in the text of the variables editor. It works on text, not on parsed JSON, so
// that comments and layout stay; making a key is left to the caller.

// A string value after the property's name; the value may hold escaped characters.
const KEY_PROPERTY = /("idempotencyKey"\s*:\s*)"(?:[^"\\]|\\.)*"/;

export function hasIdempotencyKey(variables: string): boolean {
  return KEY_PROPERTY.test(variables);
}

export function replaceIdempotencyKey(variables: string, key: string): string {
  return variables.replace(KEY_PROPERTY, (_match, property: string) => property + JSON.stringify(key));
}
