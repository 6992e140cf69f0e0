/** The whole document with changes, described. */
import { describeChanges, type Sentence } from '../../admin/src/config/words/describe.ts';
import { valueAt } from '../../admin/src/config/words/text.ts';
import { NOON } from './compared.ts';
import type { Json, Path } from './example.ts';
import { wholeDocument } from './whole-document.ts';

export function whole(...values: readonly [path: Path, value: unknown][]): Json {
  const document = wholeDocument();
  for (const [path, value] of values) set(document, path, value);
  return document;
}

/** `undefined` removes it. */
export function set(document: Json, path: Path, value: unknown): void {
  const parent = valueAt(document, path.slice(0, -1)) as Record<string | number, unknown>;
  const last = path.at(-1) as string | number;
  if (value !== undefined) parent[last] = value;
  else if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else delete parent[last];
}

export const described = (next: Json, current: Json = wholeDocument()) =>
  describeChanges({ current, next, now: NOON });
export const textsOf = (sentences: readonly Sentence[]) => sentences.map(({ text }) => text);
