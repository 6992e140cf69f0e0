/** Reads balance documents from files. Validating and comparing them is the job of src/config. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseDocumentText } from '../src/config/document-text.ts';

export async function readConfigFile(path: string): Promise<unknown> {
  return parseConfigText(await readConfigText(path), path);
}

/** A relative path is resolved from where npm was called, not from the folder in which npm runs the script. */
export function readConfigText(path: string): Promise<string> {
  return readFile(resolve(process.env.INIT_CWD ?? '.', path), 'utf8').catch((error) => {
    throw new Error(`Cannot read ${path}: ${error.code === 'ENOENT' ? 'no such file' : error.message}`);
  });
}

/** Parses JSON, and throws for a key that occurs twice in one object. */
export function parseConfigText(text: string, name: string): unknown {
  const parsed = parseDocumentText(text);
  if (parsed.kind === 'document') return parsed.document;
  const message = parsed.problems[0]?.message ?? '';
  throw new Error(message.startsWith('line') ? `${name}, ${message}` : `${name} ${message}`);
}
