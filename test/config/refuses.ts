/** Rows of documents that must be refused: the example with one value changed, and what has to be said about it. */
import { expect } from 'vitest';
import { type CompileResult, compileBalanceConfig } from '../../src/config/compile.ts';
import type { Problem } from '../../src/config/problem.ts';
import { exampleWith, type Path } from './example.ts';

/** Where, the value put there (undefined: removed), the path told if another, and what the message must say. */
export type Case = [path: Path, value: unknown, told: string | null, says: RegExp];

export function refuses(path: Path, value: unknown, told: string | null, says: RegExp): void {
  const result = compileBalanceConfig(exampleWith(path, value), { version: 1, sha256: '' });
  const problems = problemsOf(result);
  const at = problems.filter((problem) => problem.path === (told ?? path.join('.')));
  expect(at.map(({ message }) => message)).toContainEqual(expect.stringMatching(says));
  expect(problems.map(({ message }) => message).join()).not.toMatch(/Invalid input/);
}

export function problemsOf(result: CompileResult): readonly Problem[] {
  return result.kind === 'invalid' ? result.problems : [];
}
