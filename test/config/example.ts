/** The example document for tests, to be changed at will: each call gives a copy of its own. */
import { readFileSync } from 'node:fs';
import { compileBalanceConfig } from '../../src/config/compile.ts';
import { canonicalJson, sha256Hex } from '../../src/config/digest.ts';
import type { PublishedConfig } from '../../src/config/published.ts';
import type { BalanceRules } from '../../src/domain/rules.ts';

const TEXT = readFileSync(new URL('../../config/balance.example.json', import.meta.url), 'utf8');

/** Stands for a digest where none is compared. */
export const SHA = 'a'.repeat(64);

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type Path = readonly (string | number)[];

export function exampleDocument(): Json {
  return JSON.parse(TEXT);
}

/** The example with the value at `path` replaced; `undefined` removes it. */
export function exampleWith(path: Path, value: unknown): Json {
  const document = exampleDocument();
  let parent = document as Record<string | number, unknown>;
  for (const step of path.slice(0, -1)) parent = parent[step] as Record<string | number, unknown>;
  const last = path.at(-1) as string | number;
  if (value === undefined) delete parent[last];
  else parent[last] = value;
  return document;
}

export function rulesOf(document: unknown, version = 1): BalanceRules {
  const result = compileBalanceConfig(document, { version, sha256: SHA });
  if (result.kind === 'rules') return result.rules;
  throw new Error(JSON.stringify(result.problems));
}

export async function published(version: number, document: unknown): Promise<PublishedConfig> {
  return { version, sha256: await sha256Hex(canonicalJson(document)), document };
}
