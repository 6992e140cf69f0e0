// A file is a thought: short enough to read in one go, and its header says what it is for.
import { describe, expect, test } from 'vitest';
import { readFiles, type SourceFile } from './source-tree.ts';

const MAX_LINES = 300;
const FOLDERS = [
  'src',
  'cli',
  'dev',
  'tools',
  'test',
  'bench',
  'simulation',
  'drizzle/functions',
  'admin/src',
];

/** Generated files are as long as what they are generated from. */
const isGenerated = ({ text }: SourceFile) => /^\/\*\* Generated /.test(text);

function tooLong(files: readonly SourceFile[]): string[] {
  return files
    .filter((file) => !isGenerated(file))
    .flatMap(({ path, text }) => {
      const lines = text.split('\n').length - 1;
      return lines > MAX_LINES ? [`${path} has ${lines} lines`] : [];
    });
}

/** The names of its tests are a test file's header; a declaration file declares for another. */
function withoutHeader(files: readonly SourceFile[]): string[] {
  return files
    .filter(({ path }) => !/\.(test|d)\.ts$/.test(path))
    .filter(({ path, text }) => !(path.endsWith('.sql') ? /^--/ : /^\/[/*]/).test(text))
    .map(({ path }) => path);
}

test(`no file has more than ${MAX_LINES} lines`, () => {
  const files = readFiles(FOLDERS, /\.(tsx?|sql|css|js)$/);
  expect(files.length).toBeGreaterThan(100);
  expect(tooLong(files)).toEqual([]);
});

test('every file begins by saying what it is for', () => {
  expect(withoutHeader(readFiles(FOLDERS, /\.(tsx?|sql)$/))).toEqual([]);
});

describe('would be noticed', () => {
  test('a file of one line too many', () => {
    const file = (lines: number) => ({ path: `src/${lines}.ts`, text: 'x\n'.repeat(lines) });
    expect(tooLong([file(MAX_LINES), file(MAX_LINES + 1)])).toEqual(['src/301.ts has 301 lines']);
  });

  test('a file without a header', () => {
    const bare = [
      { path: 'src/bare.ts', text: "import { z } from 'zod';\n// Too late.\n" },
      { path: 'drizzle/functions/bare.sql', text: 'CREATE FUNCTION f();\n' },
    ];
    const fine = [
      { path: 'src/fine.ts', text: '/** Says it. */\n' },
      { path: 'dev/fine.ts', text: '// Says it.\n' },
      { path: 'drizzle/functions/fine.sql', text: '-- Says it.\n' },
      { path: 'src/fine.test.ts', text: "import { test } from 'vitest';\n" },
    ];
    expect(withoutHeader([...bare, ...fine])).toEqual(['src/bare.ts', 'drizzle/functions/bare.sql']);
  });
});
