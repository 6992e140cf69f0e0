/**
 * What is refused of a document before its fields are looked at: too large, too deep, or keys that JavaScript treats
 * as magic (zod would drop them in silence, and a reward with them).
 */
import { MAX_DOCUMENT_BYTES } from './bounds.ts';
import { canonicalJson } from './digest.ts';
import { type Problem, pathText } from './problem.ts';

const MAX_DEPTH = 16;

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
    return [{ path: pathText(path.slice(0, 4)), message: `must be nested at most ${MAX_DEPTH} deep` }];
  }
  return Object.entries(value).flatMap(([key, field]) => {
    const at = [...path, Array.isArray(value) ? Number(key) : key];
    if (key === '__proto__') return [{ path: pathText(at), message: 'is not a field of the balance config' }];
    return structureProblems(field, at);
  });
}
