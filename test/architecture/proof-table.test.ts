// docs/proof.md says which test answers which check of a scanner. A table that is not held against the tests would soon tell
// of others.
import { dirname, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readFiles, readProjectFile, type SourceFile } from './source-tree.ts';
import { nodesOf } from './syntax.ts';

const DOCUMENT = 'docs/proof.md';

/** Names of tests and of their cases are string literals, so every name that a row gives must be one of its file's. */
function literalsOf(file: SourceFile): Set<string> {
  return new Set(
    [...nodesOf(file)].flatMap(({ type, value }) =>
      type === 'Literal' && typeof value === 'string' ? [value] : [],
    ),
  );
}

interface Proof {
  readonly path: string;
  readonly names: readonly string[];
}

/** The links to test files within tables, each with the names that follow it. */
function proofsOf(document: string): Proof[] {
  const rows = document.split('\n').filter((line) => line.startsWith('|'));
  return rows.flatMap((row) =>
    [...row.matchAll(/\]\((\S+\.test\.ts)\)((?:[:,;]? *`[^`]+`)*)/g)].map(([, path, names]) => ({
      path: normalize(`${dirname(DOCUMENT)}/${path}`).replaceAll('\\', '/'),
      names: [...String(names).matchAll(/`([^`]+)`/g)].map(([, name]) => String(name)),
    })),
  );
}

function wrongProofs(document: string, files: readonly SourceFile[]): string[] {
  const literals = new Map(files.map((file) => [file.path, literalsOf(file)]));
  return proofsOf(document).flatMap(({ path, names }) => {
    if (names.length === 0) return [`no test of ${path} is named`];
    return names
      .filter((name) => !literals.get(path)?.has(name))
      .map((name) => `there is no "${name}" in ${path}`);
  });
}

test('every test that a table of docs/proof.md names exists', () => {
  const document = readProjectFile(DOCUMENT);
  expect(proofsOf(document).length).toBeGreaterThan(19);
  expect(wrongProofs(document, readFiles(['test'], /\.test\.ts$/))).toEqual([]);
});

describe('would be noticed', () => {
  const file = {
    path: 'test/x.test.ts',
    text: "it('holds', () => {}); it.each([['a case', 1]])('%s holds', f);",
  };
  test.each([
    ['nothing of a good row', '| x | [x](../test/x.test.ts): `holds`, `a case`, `%s holds` |', []],
    ['a renamed test', '| x | [x](../test/x.test.ts): `held` |', ['there is no "held" in test/x.test.ts']],
    [
      'a file that is gone',
      '| x | [y](../test/y.test.ts): `holds` |',
      ['there is no "holds" in test/y.test.ts'],
    ],
    ['a file without a test', '| x | [x](../test/x.test.ts) |', ['no test of test/x.test.ts is named']],
  ])('%s', (_, row, wrong) => expect(wrongProofs(row, [file])).toEqual(wrong));
});
