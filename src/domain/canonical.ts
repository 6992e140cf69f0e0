/**
 * Canonical JSON (members sorted by name, absent and null members left out) and SHA-256, for the fingerprints of inputs and for
 * derived claim keys. node:crypto's hash is synchronous and a pure function of its argument.
 */
import { hash } from 'node:crypto';

export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [name: string]: Json | undefined };

export function canonicalJson(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    const members = Object.entries(value as Record<string, Json | undefined>)
      .filter((member): member is [string, Json] => member[1] !== undefined && member[1] !== null)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`);
    return `{${members.join(',')}}`;
  }
  return JSON.stringify(value);
}

/** The input without absent and null members: what is stored with a claim. */
export function withoutAbsent(input: { readonly [name: string]: Json | undefined }): Record<string, Json> {
  return Object.fromEntries(
    Object.entries(input).filter(
      (member): member is [string, Json] => member[1] !== undefined && member[1] !== null,
    ),
  );
}

/** The longest claim key. */
const MAX_KEY_LENGTH = 255;

/** The key, or its digest if it is too long. */
export function boundedKey(key: string): string {
  return key.length <= MAX_KEY_LENGTH ? key : `sha256:${sha256(key)}`;
}

/** One key for several texts. The length before each of them keeps apart what a separator could not. */
export function derivedKey(...texts: readonly string[]): string {
  return boundedKey(texts.map((text) => `${text.length}:${text}`).join(''));
}

/** The texts of a derived key, or the key as it is: a digest, or a key that was not derived. */
export function textsOfKey(key: string): readonly string[] {
  const texts: string[] = [];
  for (let rest = key; rest !== ''; ) {
    const [prefix = '', length = ''] = /^(\d{1,3}):/.exec(rest) ?? [];
    const text = rest.slice(prefix.length, prefix.length + Number(length));
    if (text === '' || text.length < Number(length)) return [key];
    texts.push(text);
    rest = rest.slice(prefix.length + text.length);
  }
  return texts;
}

/** SHA-256 in hex. The text must be well-formed (see `isStorableText`): a lone surrogate would hash like another. */
export function sha256(text: string): string {
  return hash('sha256', text, 'hex');
}
