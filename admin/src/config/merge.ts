// Puts the changes of a draft on top of a newer version: three-way, value by value.
import { canonicalJson } from '../../../src/config/json.ts';
import { pathText } from '../../../src/config/problem.ts';

export interface Merged {
  readonly document: unknown;
  /** Where both changed the same value in different ways. The draft's is kept. */
  readonly conflicts: readonly string[];
}

interface Three {
  /** What the draft was begun from. Undefined: it did not exist. */
  readonly base: unknown;
  readonly draft: unknown;
  readonly newer: unknown;
}

export function mergeDocuments(documents: Three): Merged {
  const conflicts: string[] = [];
  const document = merge(documents, [], conflicts);
  return { document, conflicts };
}

function merge({ base, draft, newer }: Three, at: readonly string[], conflicts: string[]): unknown {
  if (isSame(draft, base) || isSame(draft, newer)) return newer;
  if (isSame(newer, base)) return draft;
  if (!isRecord(draft) || !isRecord(newer)) {
    conflicts.push(pathText(at));
    return draft;
  }
  const old = isRecord(base) ? base : {};
  const keys = [...new Set([...Object.keys(newer), ...Object.keys(draft)])];
  const merged = keys.map((key): [string, unknown] => {
    const three = { base: own(old, key), draft: own(draft, key), newer: own(newer, key) };
    return [key, merge(three, [...at, key], conflicts)];
  });
  return Object.fromEntries(merged.filter(([, value]) => value !== undefined));
}

type Fields = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const own = (record: Fields, key: string) => (Object.hasOwn(record, key) ? record[key] : undefined);

/** Undefined is not JSON: what does not exist is equal to itself alone. */
function isSame(a: unknown, b: unknown): boolean {
  if (a === undefined || b === undefined) return a === b;
  return canonicalJson(a) === canonicalJson(b);
}
