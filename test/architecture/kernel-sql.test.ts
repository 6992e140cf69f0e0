// The kernel's SQL is read more often than it is written: no function is longer than a screen, no line wider than a diff.
import { expect, test } from 'vitest';
import { readFiles, type SourceFile } from './source-tree.ts';

const MAX_FUNCTION_LINES = 70;
const MAX_COLUMNS = 100;

/** From `CREATE FUNCTION` to the end of its body: a line `END $$;` or, of an SQL function, the next `;` at the end of a line. */
const FUNCTION = /^CREATE (?:OR REPLACE )?FUNCTION (\S+?)\([\s\S]*?(?:AS \$\$[\s\S]*?\$\$;|;$)/gm;

function functionLengths({ text }: SourceFile): { name: string; lines: number }[] {
  return [...text.matchAll(FUNCTION)].map(([body, name]) => ({
    name: name as string,
    lines: body.split('\n').length,
  }));
}

function wideLines({ path, text }: SourceFile): string[] {
  return text
    .split('\n')
    .flatMap((line, index) => (line.length > MAX_COLUMNS ? [`${path}:${index + 1} has ${line.length}`] : []));
}

const kernel = readFiles(['drizzle/kernel'], /\.sql$/);

test(`no function of the kernel has more than ${MAX_FUNCTION_LINES} lines`, () => {
  const functions = kernel.flatMap(functionLengths);
  expect(functions.length).toBeGreaterThan(40);
  expect(functions.filter(({ lines }) => lines > MAX_FUNCTION_LINES)).toEqual([]);
});

test(`no line of the kernel has more than ${MAX_COLUMNS} columns`, () => {
  expect(kernel.flatMap(wideLines)).toEqual([]);
});

test('a function is measured to the end of its body', () => {
  const path = 'drizzle/kernel/example.sql';
  const text = [
    'CREATE OR REPLACE FUNCTION onceward.first() RETURNS integer LANGUAGE plpgsql AS $$',
    'BEGIN',
    '  RETURN 1;',
    'END $$;',
    '',
    'CREATE OR REPLACE FUNCTION onceward.second() RETURNS integer',
    'RETURN 1;',
    '',
    'SELECT 1;',
  ].join('\n');
  expect(functionLengths({ path, text })).toEqual([
    { name: 'onceward.first', lines: 4 },
    { name: 'onceward.second', lines: 2 },
  ]);
});
