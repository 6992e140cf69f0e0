/**
 * The identity of a balance document: SHA-256 over canonical JSON. Key order and spacing don't count, since Postgres
 * keeps the document as jsonb, which reorders keys. Array order does.
 */
import { sortedEntries } from './sorted-entries.ts';

/** JSON with object keys sorted and no spaces. The value must have come from JSON (no cycles, no undefined). */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const fields = sortedEntries({ ...value })
    .filter(([, field]) => field !== undefined)
    .map(([key, field]) => `${JSON.stringify(key)}:${canonicalJson(field)}`);
  return `{${fields.join(',')}}`;
}

/** Lower-case hex of the SHA-256 of the text's UTF-8. */
export async function sha256Hex(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
