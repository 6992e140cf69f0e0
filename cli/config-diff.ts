/** What changed between two balance documents, leaf by leaf, for people who read it before and after they publish. */
import { pathText } from '../src/config/problem.ts';

export interface Change {
  readonly path: string;
  /** JSON text of the value; null: there was none, or is none any more. */
  readonly before: string | null;
  readonly after: string | null;
}

/** Changes in the order of their paths. A list is compared place by place. */
export function diffDocuments(before: unknown, after: unknown): Change[] {
  const old = leaves(before);
  const fresh = leaves(after);
  return [...new Set([...old.keys(), ...fresh.keys()])]
    .sort()
    .map((path) => ({ path, before: old.get(path) ?? null, after: fresh.get(path) ?? null }))
    .filter((change) => change.before !== change.after);
}

export function changeText({ path, before, after }: Change): string {
  if (before === null) return `+ ${path}: ${after}`;
  if (after === null) return `- ${path}: ${before}`;
  return `~ ${path}: ${before} → ${after}`;
}

function leaves(document: unknown): Map<string, string> {
  const found = new Map<string, string>();
  const walk = (value: unknown, path: readonly PropertyKey[]) => {
    const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
    // An empty object or list is a leaf too: a claim type's facts may become none.
    if (entries.length === 0) found.set(pathText(path), JSON.stringify(value));
    for (const [key, field] of entries) walk(field, [...path, Array.isArray(value) ? Number(key) : key]);
  };
  if (document !== undefined && document !== null) walk(document, []);
  return found;
}
