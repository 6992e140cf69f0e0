// Documents that can be verified are: example requests are valid, and the tests that tables name exist.
import { dirname, normalize } from 'node:path';
import { buildSchema, parse, validate } from 'graphql';
import { describe, expect, test } from 'vitest';
import { readFiles, readProjectFile, type SourceFile } from './source-tree.ts';
import { nodesOf } from './syntax.ts';

const schema = buildSchema(readProjectFile('schema.graphql'));

interface Example {
  readonly path: string;
  readonly document: string;
}

function examplesOf({ path, text }: SourceFile): Example[] {
  return [...text.matchAll(/```graphql\n(.*?)```/gs)].map(([, document]) => ({
    path,
    document: String(document),
  }));
}

function errorsOf({ document }: Example): string[] {
  return validate(schema, parse(document)).map(({ message }) => message);
}

describe('GraphQL examples', () => {
  const readme = { path: 'README.md', text: readProjectFile('README.md') };
  const examples = [readme, ...readFiles(['docs'], /\.md$/)].flatMap(examplesOf);

  test('exist', () => expect(examples.length).toBeGreaterThan(3));

  test.each(examples)('of $path are valid, example %#', (example) => expect(errorsOf(example)).toEqual([]));

  test('with a field that does not exist are found', () => {
    const [old] = examplesOf({ path: 'x.md', text: 'So:\n```graphql\nquery { me { hitPoints } }\n```\n' });
    expect(errorsOf(old as Example)).toEqual([expect.stringContaining('hitPoints')]);
  });
});

const PROOF = 'docs/notes/proof.md';

/** The names of tests and of their cases are string literals. */
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

/** The links to test files within tables, each with the test names that follow it. */
function proofsOf(document: string, page = PROOF): Proof[] {
  const rows = document.split('\n').filter((line) => line.startsWith('|'));
  return rows.flatMap((row) =>
    [...row.matchAll(/\]\((\S+\.test\.ts)\)((?:[:,;]? *`[^`]+`)*)/g)].map(([, path, names]) => ({
      path: normalize(`${dirname(page)}/${path}`).replaceAll('\\', '/'),
      names: [...String(names).matchAll(/`([^`]+)`/g)].map(([, name]) => String(name)),
    })),
  );
}

function wrongProofs(document: string, files: readonly SourceFile[], page = PROOF): string[] {
  const proofs = proofsOf(document, page);
  const named = files.filter((file) => proofs.some(({ path }) => path === file.path));
  const literals = new Map(named.map((file) => [file.path, literalsOf(file)]));
  return proofs.flatMap(({ path, names }) => {
    if (names.length === 0) return [`the row names no test of ${path}`];
    return names
      .filter((name) => !literals.get(path)?.has(name))
      .map((name) => `there is no "${name}" in ${path}`);
  });
}

describe('the tables of the records', () => {
  test('of what was found from outside name tests that exist', () => {
    const document = readProjectFile('docs/notes/found.md');
    expect(proofsOf(document).length).toBeGreaterThan(60);
    expect(wrongProofs(document, readFiles(['test'], /\.test\.ts$/))).toEqual([]);
  });

  test('of the proof name tests that exist', () => {
    const document = readProjectFile(PROOF);
    expect(proofsOf(document).length).toBeGreaterThan(19);
    expect(wrongProofs(document, readFiles(['test'], /\.test\.ts$/))).toEqual([]);
  });

  test('of the runbook name a test for each situation, but for a move to another region', () => {
    const page = 'docs/runbook.md';
    const document = readProjectFile(page);
    const situations = [...document.matchAll(/^## (\d+)\. /gm)].map(([, number]) => Number(number));
    expect(situations).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    for (const number of situations) {
      const row = document.split('\n').find((line) => line.startsWith(`| ${number} |`)) ?? '';
      if (number !== 8) expect(proofsOf(row, page), `situation ${number}`).not.toEqual([]);
    }
    expect(wrongProofs(document, readFiles(['test'], /\.test\.ts$/), page)).toEqual([]);
  });

  const file = {
    path: 'test/x.test.ts',
    text: "it('holds', () => {}); it.each([['a case', 1]])('%s holds', f);",
  };
  test.each([
    ['nothing in a correct row', '| x | [x](../../test/x.test.ts): `holds`, `a case`, `%s holds` |', []],
    ['a renamed test', '| x | [x](../../test/x.test.ts): `held` |', ['there is no "held" in test/x.test.ts']],
    [
      'a file that does not exist',
      '| x | [y](../../test/y.test.ts): `holds` |',
      ['there is no "holds" in test/y.test.ts'],
    ],
    [
      'a file without a test name',
      '| x | [x](../../test/x.test.ts) |',
      ['the row names no test of test/x.test.ts'],
    ],
  ])('are checked for errors, which finds %s', (_, row, wrong) =>
    expect(wrongProofs(row, [file])).toEqual(wrong));
});

const SYSTEMS = 'docs/systems.md';
const ROWS = [
  ...Object.entries({ A: 11, B: 5, C: 9, D: 4, E: 26 }).flatMap(([system, rows]) =>
    Array.from({ length: rows }, (_, index) => `${system}${index + 1}`),
  ),
  // Grants and rankings have a row each.
].filter((id) => id !== 'E12');

interface Row {
  readonly id: string;
  /** The last cell: a link to a test file with the names of its tests, or the reason why there is none. */
  readonly proof: string;
}

function rowsOf(document: string): Row[] {
  return document.split('\n').flatMap((line) => {
    const cells = line.split('|').map((cell) => cell.trim());
    const id = cells[1] ?? '';
    return /^[A-Z]\d+$/.test(id) ? [{ id, proof: cells.at(-2) ?? '' }] : [];
  });
}

/** The names of the tests in a file as they are written. Those of `each` contain placeholders. */
function testNames(file: SourceFile): string[] {
  return [...nodesOf(file)].flatMap(({ type, callee, arguments: given }) => {
    const isTest =
      type === 'CallExpression' && ['it', 'test'].includes((callee as { name?: string }).name ?? '');
    const [name] = isTest ? (given as { value?: unknown }[]) : [];
    return typeof name?.value === 'string' ? [name.value] : [];
  });
}

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
      const known = tests.get(normalize(`${dirname(SYSTEMS)}/${path}`)) ?? [];
      const named = [...proof.matchAll(/`([^`]+)`/g)].map(([, name]) => name as string);
      if (named.length === 0) return [`${id} names no test`];
      return named
        .filter((name) => !name.startsWith(`${id} `) || !known.includes(name))
        .map((name) => `${id}: there is no "${name}" in ${path}`);
    }),
  ];
}

describe('the table of docs/systems.md', () => {
  test('has every row of the systems, and the tests that it names exist', () => {
    const files = readFiles(['test/systems', 'test/dev', 'test/browser'], /\.test\.ts$/);
    expect(files.flatMap(testNames).length).toBeGreaterThan(20);
    expect(wrongRows(readProjectFile(SYSTEMS), files)).toEqual([]);
  });

  test('links only to files that exist', () => {
    for (const [, path] of readProjectFile(SYSTEMS).matchAll(/\]\(\.\.\/([^)]+)\)/g))
      expect(readProjectFile(String(path)), path).not.toBe('');
  });

  const link = '[x](../test/systems/x.test.ts)';
  const file = { path: 'test/systems/x.test.ts', text: "it('A1 holds', () => {}); test(\"A2 it's so\", f);" };
  const table = (proofs: Record<string, string>) =>
    ROWS.map((id) => `| ${id} | what | how | ${proofs[id] ?? '**not yet**: later'} |`).join('\n');
  const good = { A1: `${link}: \`A1 holds\``, A2: `${link}: \`A2 it's so\`` };

  test.each([
    ['nothing in a correct table', table(good), []],
    ['a missing row', table(good).replace('| B3 |', '| |'), ['B3 is not in the table exactly once']],
    [
      'a duplicate row',
      `${table(good)}\n| D4 | | | **not yet**: x |`,
      ['D4 is not in the table exactly once'],
    ],
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
      'a file that does not contain the test',
      table({ ...good, A1: '[y](../test/systems/y.test.ts): `A1 holds`' }),
      ['A1: there is no "A1 holds" in ../test/systems/y.test.ts'],
    ],
    ['a "not yet" row that is tested', table({ A1: good.A1 }), ['A2 is "not yet", and tested']],
    ['a "not yet" without a reason', table({ ...good, A3: '**not yet**' }), ['A3 names no test']],
  ])('is checked for errors, which finds %s', (_, document, errors) =>
    expect(wrongRows(document, [file])).toEqual(errors));
});
