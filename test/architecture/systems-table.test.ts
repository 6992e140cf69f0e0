// docs/systems.md says which test shows which row. A table that is not held against the tests would soon tell of others.
import { dirname, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readFiles, readProjectFile, type SourceFile } from './source-tree.ts';
import { nodesOf } from './syntax.ts';

const TABLE = 'docs/systems.md';
const ROWS = Object.entries({ A: 11, B: 5, C: 9, D: 4 }).flatMap(([system, rows]) =>
  Array.from({ length: rows }, (_, index) => `${system}${index + 1}`),
);

interface Row {
  readonly id: string;
  /** The last cell: either a link to the file and the names of its tests, or why there is none. */
  readonly proof: string;
}

function rowsOf(document: string): Row[] {
  return document.split('\n').flatMap((line) => {
    const cells = line.split('|').map((cell) => cell.trim());
    const id = cells[1] ?? '';
    return /^[A-Z]\d+$/.test(id) ? [{ id, proof: cells.at(-2) ?? '' }] : [];
  });
}

/** The names of the tests in a file, as they are written: those of `each` still have their placeholders. */
function testNames(file: SourceFile): string[] {
  return [...nodesOf(file)].flatMap(({ type, callee, arguments: given }) => {
    const isTest =
      type === 'CallExpression' && ['it', 'test'].includes((callee as { name?: string }).name ?? '');
    const [name] = isTest ? (given as { value?: unknown }[]) : [];
    return typeof name?.value === 'string' ? [name.value] : [];
  });
}

/** What is wrong with the table, given the files of tests. */
function wrongRows(document: string, files: readonly SourceFile[]): string[] {
  const tests = new Map(files.map((file) => [file.path, testNames(file)]));
  const all = [...tests.values()].flat();
  const rows = rowsOf(document);
  const missing = ROWS.filter((id) => rows.filter((row) => row.id === id).length !== 1);
  return [
    ...missing.map((id) => `${id} is not in the table exactly once`),
    ...rows.flatMap(({ id, proof }) => {
      const tested = all.some((name) => name.startsWith(`${id} `));
      if (/^\*\*not yet\*\*: \w/.test(proof)) return tested ? [`${id} is "not yet", and tested`] : [];
      const path = proof.match(/\]\(([^)]+)\)/)?.[1];
      const known = tests.get(normalize(`${dirname(TABLE)}/${path}`)) ?? [];
      const named = [...proof.matchAll(/`([^`]+)`/g)].map(([, name]) => name as string);
      if (named.length === 0) return [`${id} names no test`];
      return named
        .filter((name) => !name.startsWith(`${id} `) || !known.includes(name))
        .map((name) => `${id}: there is no "${name}" in ${path}`);
    }),
  ];
}

test('every row of the systems is in the table, and every test that it names exists', () => {
  const files = readFiles(['test/systems'], /\.test\.ts$/);
  expect(files.flatMap(testNames).length).toBeGreaterThan(20);
  expect(wrongRows(readProjectFile(TABLE), files)).toEqual([]);
});

test('every other file that it links to exists', () => {
  for (const [, path] of readProjectFile(TABLE).matchAll(/\]\(\.\.\/([^)]+)\)/g))
    expect(readProjectFile(String(path)), path).not.toBe('');
});

describe('would be noticed', () => {
  const link = '[x](../test/systems/x.test.ts)';
  const file = { path: 'test/systems/x.test.ts', text: "it('A1 holds', () => {}); test(\"A2 it's so\", f);" };
  const table = (proofs: Record<string, string>) =>
    ROWS.map((id) => `| ${id} | what | how | ${proofs[id] ?? '**not yet**: later'} |`).join('\n');
  const good = { A1: `${link}: \`A1 holds\``, A2: `${link}: \`A2 it's so\`` };
  const wrong = (document: string) => wrongRows(document, [file]);

  test('nothing about a good table', () => expect(wrong(table(good))).toEqual([]));

  test.each([
    ['a row that is missing', table(good).replace('| B3 |', '| |'), ['B3 is not in the table exactly once']],
    ['a row twice', `${table(good)}\n| D4 | | | **not yet**: x |`, ['D4 is not in the table exactly once']],
    [
      'a renamed test',
      table({ ...good, A1: `${link}: \`A1 held\`` }),
      ['A1: there is no "A1 held" in ../test/systems/x.test.ts'],
    ],
    [
      'a test of another row',
      table({ ...good, A3: `${link}: \`A1 holds\`` }),
      ['A3: there is no "A1 holds" in ../test/systems/x.test.ts'],
    ],
    [
      'a file without it',
      table({ ...good, A1: '[y](../test/systems/y.test.ts): `A1 holds`' }),
      ['A1: there is no "A1 holds" in ../test/systems/y.test.ts'],
    ],
    ['a row that is tested by now', table({ A1: good.A1 }), ['A2 is "not yet", and tested']],
    ['a "not yet" without a reason', table({ ...good, A3: '**not yet**' }), ['A3 names no test']],
  ])('%s', (_, document, faults) => expect(wrong(document)).toEqual(faults));
});
