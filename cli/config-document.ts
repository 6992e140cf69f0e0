/** Reads balance documents from files. Validating and comparing them is the job of src/config. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

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
