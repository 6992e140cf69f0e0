/**
 * A balance document as JSON, before its fields are read: canonical text, digest, and limits on size and nesting. Key
 * order and spacing do not affect the digest, because Postgres stores the document as jsonb, which reorders keys.
 */
import { MAX_DOCUMENT_BYTES } from './bounds.ts';
import { type Problem, pathText } from './problem.ts';

const MAX_DEPTH = 16;

/**
 * The entries of an object, sorted by key. Postgres and KV return the fields of one document in different orders, and
 * nothing that depends on order (which outcome a roll selects, the order of postings) may differ between the two.
 */
export function sortedEntries<T>(record: Readonly<Record<string, T>>): [string, T][] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** JSON with sorted keys and no spaces. The value must be acyclic. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const record = value as Readonly<Record<string, unknown>>;
  // One text that grows: for a large document, half the time of joining lists.
  let fields = '';
  for (const key of Object.keys(record).sort()) {
    if (record[key] === undefined) continue;
    fields += `${fields && ','}${JSON.stringify(key)}:${canonicalJson(record[key])}`;
  }
  return `{${fields}}`;
}

/** SHA-256 of the text in UTF-8, as lower-case hex. */
export async function sha256Hex(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Reports a document that is too large, nested too deeply, or has a `__proto__` key (zod would drop it silently). */
export function jsonProblems(document: unknown): Problem[] {
  const problems = structureProblems(document, []);
  if (problems.length > 0) return problems;
  const bytes = new TextEncoder().encode(canonicalJson(document)).length;
  if (bytes <= MAX_DOCUMENT_BYTES) return [];
  return [
    { path: '', message: `must be at most ${MAX_DOCUMENT_BYTES} bytes as JSON without spaces, not ${bytes}` },
  ];
}

function structureProblems(value: unknown, path: readonly PropertyKey[]): Problem[] {
  if (typeof value !== 'object' || value === null) return [];
  if (path.length >= MAX_DEPTH) {
    return [{ path: pathText(path.slice(0, 4)), message: `must be nested at most ${MAX_DEPTH} levels deep` }];
  }
  return Object.entries(value).flatMap(([key, field]) => {
    const at = [...path, Array.isArray(value) ? Number(key) : key];
    if (key === '__proto__') return [{ path: pathText(at), message: 'is not a field of the balance config' }];
    return structureProblems(field, at);
  });
}
