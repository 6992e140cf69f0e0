/**
 * Reads a balance document from a file. Refuses a field that is written twice, which JSON allows and which loses the
 * first of the two in silence. Validates nothing else.
 */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

/** Paths are meant from where the person typed, not from where npm runs the script. */
export async function readConfigFile(path: string): Promise<unknown> {
  const text = await readFile(resolve(process.env.INIT_CWD ?? '.', path), 'utf8').catch((error) => {
    throw new Error(
      `Cannot read ${path}: ${error.code === 'ENOENT' ? 'there is no such file' : error.message}`,
    );
  });
  return parseConfigText(text, path);
}

export function parseConfigText(text: string, name: string): unknown {
  let document: unknown;
  try {
    document = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new Error(`${name} is not JSON: ${(error as Error).message}`);
  }
  const twice = findRepeatedKey(text);
  if (twice)
    throw new Error(`${name}, line ${twice.line}: "${twice.key}" is written twice in one object; keep one`);
  return document;
}

/** The text has parsed as JSON, so that tokens are all it takes to follow it. */
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
