/**
 * Balance documents as operators handle them: reading one from a file and comparing it with the current one. Validating
 * a document is the job of src/config.
 */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Problem, pathText } from '../src/config/problem.ts';
import type { BalanceDocument } from '../src/config/schema.ts';

/** A relative path is resolved from where npm was called, not from the folder in which npm runs the script. */
export async function readConfigFile(path: string): Promise<unknown> {
  const text = await readFile(resolve(process.env.INIT_CWD ?? '.', path), 'utf8').catch((error) => {
    throw new Error(`Cannot read ${path}: ${error.code === 'ENOENT' ? 'no such file' : error.message}`);
  });
  return parseConfigText(text, path);
}

/** Parses JSON, and rejects a key that occurs twice in one object: JSON.parse would silently drop the first. */
export function parseConfigText(text: string, name: string): unknown {
  let document: unknown;
  try {
    document = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new Error(`${name} is not JSON: ${(error as Error).message}`);
  }
  const repeated = findRepeatedKey(text);
  if (repeated)
    throw new Error(
      `${name}, line ${repeated.line}: the key "${repeated.key}" occurs twice in one object. Remove one of them.`,
    );
  return document;
}

/** The text is valid JSON, so scanning its tokens is enough. */
function findRepeatedKey(text: string): { key: string; line: number } | null {
  const open: (Set<string> | null)[] = [];
  for (const token of text.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?|[{}[\]]/g)) {
    if (token[0] === '{') open.push(new Set());
    else if (token[0] === '[') open.push(null);
    else if (token[0] === '}' || token[0] === ']') open.pop();
    else if (token[1] !== undefined) {
      const key = JSON.parse(token[0].slice(0, -token[1].length)) as string;
      const keys = open.at(-1);
      if (keys?.has(key)) return { key, line: text.slice(0, token.index).split('\n').length };
      keys?.add(key);
    }
  }
  return null;
}

export interface Change {
  readonly path: string;
  /** The value as JSON text. Null: the path does not exist in this document. */
  readonly before: string | null;
  readonly after: string | null;
}

/** The values that differ, sorted by path. Lists are compared index by index. */
export function diffDocuments(before: unknown, after: unknown): Change[] {
  const oldValues = leaves(before);
  const newValues = leaves(after);
  return [...new Set([...oldValues.keys(), ...newValues.keys()])]
    .sort()
    .map((path) => ({ path, before: oldValues.get(path) ?? null, after: newValues.get(path) ?? null }))
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
    // An empty object or list is a value of its own, so that removing the last entry shows up as a change.
    if (entries.length === 0) found.set(pathText(path), JSON.stringify(value));
    for (const [key, field] of entries) walk(field, [...path, Array.isArray(value) ? Number(key) : key]);
  };
  if (document !== undefined && document !== null) walk(document, []);
  return found;
}

type Roles = Pick<BalanceDocument, 'levels' | 'statPoints' | 'tiers'>;

/**
 * The settings that name a resource in which balances exist. Health, regenerating resources and guarantee counters are not
 * among them: they start with a value of their own, so another resource may take their place.
 */
function rolesOf({ levels, statPoints, tiers }: Roles): Record<string, string> {
  return {
    'levels.resource': levels.resource,
    'levels.paidResource': levels.paidResource,
    'statPoints.resource': statPoints.resource,
    'statPoints.stats.energy.resource': statPoints.stats.energy.resource,
    'statPoints.stats.stamina.resource': statPoints.stats.stamina.resource,
    'statPoints.stats.health.resource': statPoints.stats.health.resource,
    'tiers.resource': tiers.resource,
  };
}

/**
 * Rejects a document that names another resource for one of these settings. With a new resource for paid levels, for
 * example, every level would be paid again. Both documents must be valid.
 */
export function changedRoles(current: unknown, next: unknown): Problem[] {
  const before = rolesOf(current as Roles);
  return Object.entries(rolesOf(next as Roles)).flatMap(([path, resource]) =>
    before[path] === resource
      ? []
      : [
          {
            path,
            message: `must stay "${before[path]}": players have balances in it, and every balance of "${resource}" is 0`,
          },
        ],
  );
}
