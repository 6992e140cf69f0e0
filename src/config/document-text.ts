/** A balance document from its text. JSON.parse would silently drop the first of two equal keys. */
import type { Problem } from './problem.ts';

export type ParsedText =
  | { readonly kind: 'document'; readonly document: unknown }
  | { readonly kind: 'invalid'; readonly problems: readonly Problem[] };

export function parseDocumentText(text: string): ParsedText {
  let document: unknown;
  try {
    document = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    return invalid(`is not JSON: ${(error as Error).message}`);
  }
  const repeated = findRepeatedKey(text);
  if (repeated === null) return { kind: 'document', document };
  const { key, line } = repeated;
  return invalid(`line ${line}: the key "${key}" occurs twice in one object. Remove one of them.`);
}

function invalid(message: string): ParsedText {
  return { kind: 'invalid', problems: [{ path: '', message }] };
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
