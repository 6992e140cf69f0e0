/**
 * The example document for tests: a game that changes less often than config/balance.example.json, of which it is a part
 * (example-economy.test.ts). Each call returns a copy that a test may change.
 */
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { type CompileResult, compileBalanceConfig } from '../../src/config/compile.ts';
import { canonicalJson, sha256Hex } from '../../src/config/json.ts';
import type { Problem } from '../../src/config/problem.ts';
import type { PublishedConfig } from '../../src/config/published.ts';
import type { BalanceRules } from '../../src/domain/rules.ts';

const TEXT = readFileSync(new URL('../support/game.json', import.meta.url), 'utf8');

/** A digest for tests that do not compare it. */
export const SHA = 'a'.repeat(64);
export const ID = { version: 1, sha256: SHA };

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type Path = readonly (string | number)[];

export function exampleDocument(): Json {
  return JSON.parse(TEXT);
}

/** The example with the value at `path` replaced. `undefined` removes it. */
export function exampleWith(path: Path, value: unknown): Json {
  return exampleWithAll([path, value]);
}

/** The example with several values replaced. */
export function exampleWithAll(...values: readonly [path: Path, value: unknown][]): Json {
  const document = exampleDocument();
  for (const [path, value] of values) {
    let parent = document as Record<string | number, unknown>;
    for (const step of path.slice(0, -1)) parent = parent[step] as Record<string | number, unknown>;
    const last = path.at(-1) as string | number;
    if (value === undefined) delete parent[last];
    else parent[last] = value;
  }
  return document;
}

export function rulesOf(document: unknown): BalanceRules {
  const result = compileBalanceConfig(document, ID);
  if (result.kind === 'rules') return result.rules;
  throw new Error(JSON.stringify(result.problems));
}

export function problemsOf(result: CompileResult): readonly Problem[] {
  return result.kind === 'invalid' ? result.problems : [];
}

export async function published(version: number, document: unknown): Promise<PublishedConfig> {
  return { version, sha256: await sha256Hex(canonicalJson(document)), document };
}

/** A value in the example, by path, that makes it invalid (undefined: removed). Null: the problem has the same path. */
export type Invalid = [path: Path, value: unknown, reportedPath: string | null, message: RegExp];

export function expectProblem(...[path, value, reportedPath, message]: Invalid): void {
  const problems = problemsOf(compileBalanceConfig(exampleWith(path, value), ID));
  const at = problems.filter((problem) => problem.path === (reportedPath ?? path.join('.')));
  expect(at.map((problem) => problem.message)).toContainEqual(expect.stringMatching(message));
  expect(problems.map((problem) => problem.message).join()).not.toMatch(/Invalid input/);
}
