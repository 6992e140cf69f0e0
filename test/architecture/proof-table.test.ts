// The tables in docs/notes/proof.md name the tests that prove their rows. The names must exist, or the tables would be wrong
// after a rename.
import { dirname, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readFiles, readProjectFile, type SourceFile } from './source-tree.ts';
import { nodesOf } from './syntax.ts';

const DOCUMENT = 'docs/notes/proof.md';

/** Names of tests and of their cases are string literals, so every name in a row must be a literal of its file. */
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
    if (names.length === 0) return [`the row names no test of ${path}`];
    return names
      .filter((name) => !literals.get(path)?.has(name))
      .map((name) => `there is no "${name}" in ${path}`);
  });
}

test('every test that a table of the proof record names exists', () => {
  const document = readProjectFile(DOCUMENT);
  expect(proofsOf(document).length).toBeGreaterThan(19);
  expect(wrongProofs(document, readFiles(['test'], /\.test\.ts$/))).toEqual([]);
});

describe('the check of the proof record', () => {
  const file = {
    path: 'test/x.test.ts',
    text: "it('holds', () => {}); it.each([['a case', 1]])('%s holds', f);",
  };
  test.each([
    ['accepts existing names', '| x | [x](../../test/x.test.ts): `holds`, `a case`, `%s holds` |', []],
    [
      'finds a renamed test',
      '| x | [x](../../test/x.test.ts): `held` |',
      ['there is no "held" in test/x.test.ts'],
    ],
    [
      'finds a missing file',
      '| x | [y](../../test/y.test.ts): `holds` |',
      ['there is no "holds" in test/y.test.ts'],
    ],
    [
      'finds a row that names no test',
      '| x | [x](../../test/x.test.ts) |',
      ['the row names no test of test/x.test.ts'],
    ],
  ])('%s', (_, row, wrong) => expect(wrongProofs(row, [file])).toEqual(wrong));
});
