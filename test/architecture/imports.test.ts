// Imports point one way, never form a cycle, and lead to every file of src.
import { describe, expect, test } from 'vitest';
import { importedFiles, readFiles, readProjectFile, type SourceFile } from './source-tree.ts';

/** In src, a folder may import from itself and from the layers below its own. */
const LAYERS = [
  ['worker'],
  ['http', 'scheduled'],
  ['resolvers', 'campaigns', 'events'],
  ['schema'],
  ['auth', 'config', 'ledger', 'log'],
  ['domain'],
];
/** What a folder outside of src may import besides itself. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  cli: ['src'],
  // It serves the example game, and signs and calls as a game server does.
  dev: ['src', 'cli', 'packages', 'examples'],
  tools: ['src'],
};

function layerOf(folder: string): number {
  return LAYERS.findIndex((folders) => folders.includes(folder));
}

/** `src/auth/jwt.ts` → auth, `src/worker.ts` → worker. */
function srcFolderOf(path: string): string {
  return path.split('/')[1]?.replace(/\.ts$/, '') ?? '';
}

function problemOf(from: string, to: string): string | null {
  const [fromRoot = '', toRoot = ''] = [from, to].map((path) => path.split('/')[0]);
  if (fromRoot !== toRoot) return ALLOWED[fromRoot]?.includes(toRoot) ? null : `leaves ${fromRoot}`;
  if (fromRoot !== 'src') return null;
  const [folder, target] = [srcFolderOf(from), srcFolderOf(to)];
  if (folder === target || (target === 'env' && folder !== 'domain')) return null;
  if (layerOf(folder) === -1) return `${folder} has no layer in this test`;
  return layerOf(target) > layerOf(folder) ? null : `${folder} may not import from ${target}`;
}

function wrongImports(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) =>
    importedFiles(file).flatMap((to) => {
      const problem = problemOf(file.path, to);
      return problem ? [`${file.path} imports ${to}: ${problem}`] : [];
    }),
  );
}

test('every import in src points to its own folder or to a lower layer, and cli, dev and tools stay apart', () => {
  const files = readFiles(['src', 'cli', 'dev', 'tools'], /\.ts$/);
  expect(files.flatMap(importedFiles).length).toBeGreaterThan(files.length);
  expect(wrongImports(files)).toEqual([]);
});

describe('a wrong direction is found', () => {
  test.each([
    [
      'src/domain/rules.ts',
      "import { sql } from '../ledger/tables.ts';",
      'domain may not import from ledger',
    ],
    ['src/domain/rules.ts', "import type { Env } from '../env.ts';", 'domain may not import from env'],
    ['src/ledger/page.ts', "export { load } from '../config/load.ts';", 'ledger may not import from config'],
    [
      'src/auth/jwks.ts',
      "const { run } = await import('../resolvers/run.ts');",
      'auth may not import from resolvers',
    ],
    ['src/schema/player.ts', "import '../resolvers/claim.ts';", 'schema may not import from resolvers'],
    ['src/worker.ts', "import { signer } from '../dev/sign.ts';", 'leaves src'],
    ['cli/migrate.ts', "import { startPostgres } from '../dev/postgres.ts';", 'leaves cli'],
    [
      'src/newroom/thing.ts',
      "import { rules } from '../domain/rules.ts';",
      'newroom has no layer in this test',
    ],
  ])('in %s: %s', (path, text, problem) => {
    expect(wrongImports([{ path, text }])).toEqual([expect.stringContaining(problem)]);
  });

  test.each([
    ['src/domain/rules.ts', "import { createHash } from 'node:crypto';\nimport { z } from 'zod';"],
    [
      'src/config/load.ts',
      "import type { Env } from '../env.ts';\nimport { rules } from '../domain/rules.ts';",
    ],
    ['src/worker.ts', "import { log } from './log/log.ts';"],
    ['dev/database.ts', "import { migrate } from '../cli/migrate.ts';"],
  ])('but not in %s: %s', (path, text) => {
    expect(wrongImports([{ path, text }])).toEqual([]);
  });
});

/** The shortest cycle through each file, each cycle once. */
function cycles(files: readonly SourceFile[]): string[] {
  const imports = new Map(files.map((file) => [file.path, importedFiles(file)]));
  const reported = new Set<string>();
  return files.flatMap(({ path }) => {
    if (reported.has(path)) return [];
    const cycle = shortestPath(path, imports);
    for (const each of cycle) reported.add(each);
    return cycle.length > 0 ? [cycle.join(' → ')] : [];
  });
}

/** From a file back to itself. Empty if there is no such path. */
function shortestPath(start: string, imports: ReadonlyMap<string, readonly string[]>): string[] {
  const importedBy = new Map<string, string>();
  const waiting = [start];
  for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
    for (const to of imports.get(path) ?? []) {
      if (importedBy.has(to)) continue;
      importedBy.set(to, path);
      waiting.push(to);
    }
  }
  const cycle: string[] = [];
  for (let at = importedBy.get(start); at !== undefined; at = importedBy.get(at)) {
    cycle.unshift(at);
    if (at === start) return [...cycle, start];
  }
  return [];
}

test('no imports form a cycle', () => {
  const folders = ['src', 'cli', 'dev', 'tools', 'simulation', 'bench', 'admin/src', 'test/support'];
  expect(cycles(readFiles(folders, /\.tsx?$/))).toEqual([]);
});

test('a cycle is found, also one of types only', () => {
  const files = [
    { path: 'src/a.ts', text: "import { b } from './b.ts';" },
    { path: 'src/b.ts', text: "import type { C } from './c.ts'; import './d.ts';" },
    { path: 'src/c.ts', text: "export * from './a.ts';" },
    { path: 'src/d.ts', text: '' },
  ];
  expect(cycles(files)).toEqual(['src/a.ts → src/b.ts → src/c.ts → src/a.ts']);
  expect(cycles(files.slice(1))).toEqual([]);
});

function orphans(files: readonly SourceFile[], entries: readonly string[]): string[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const reached = new Set<string>();
  const waiting = [...entries];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const file = byPath.get(path);
    if (!file || reached.has(path)) continue;
    reached.add(path);
    waiting.push(...importedFiles(file));
  }
  return files.map(({ path }) => path).filter((path) => path.startsWith('src/') && !reached.has(path));
}

/** The Worker, and the files of cli, dev and tools that package.json runs. */
function entryPoints(packageJson: string, wranglerToml: string): string[] {
  const scripts: string[] = Object.values(JSON.parse(packageJson).scripts);
  return [
    ...(wranglerToml.match(/\bsrc\/[\w-]+\.ts\b/g) ?? []),
    ...scripts.flatMap((script) => script.match(/\b(?:cli|dev|tools)\/[\w-]+\.ts\b/g) ?? []),
  ];
}

test('every file of src is imported by the Worker or by a command', () => {
  const entries = entryPoints(readProjectFile('package.json'), readProjectFile('wrangler.toml'));
  expect(entries).toContain('src/worker.ts');
  expect(entries).toContain('cli/migrate.ts');
  expect(orphans(readFiles(['src', 'cli', 'dev', 'tools'], /\.ts$/), entries)).toEqual([]);
});

test('a file that nothing imports is found, and so are two that only import each other', () => {
  const files = [
    { path: 'src/worker.ts', text: "import type { A } from './a.ts';" },
    { path: 'src/a.ts', text: "export * from './b.ts';" },
    { path: 'src/b.ts', text: '' },
    { path: 'src/command-only.ts', text: '' },
    { path: 'src/lost.ts', text: "import './a.ts'; import './lost-too.ts';" },
    { path: 'src/lost-too.ts', text: "import './lost.ts';" },
    { path: 'dev/command.ts', text: "await import('../src/command-only.ts');" },
  ];
  const scripts = '{ "scripts": { "command": "node dev/command.ts --now" } }';
  const entries = entryPoints(scripts, 'main = "src/worker.ts"');
  expect(orphans(files, entries)).toEqual(['src/lost.ts', 'src/lost-too.ts']);
});
