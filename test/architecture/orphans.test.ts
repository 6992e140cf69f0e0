// Code that nothing leads to is not code that works: it is code that nobody has run.
import { expect, test } from 'vitest';
import { importedFiles, readFiles, readProjectFile, type SourceFile } from './source-tree.ts';

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

/** The Worker, what is bundled in place of others' files, and whatever a script of package.json runs from cli/, dev/ or tools/. */
function entryPoints(packageJson: string, wranglerToml: string): string[] {
  const scripts: string[] = Object.values(JSON.parse(packageJson).scripts);
  return [
    ...(wranglerToml.match(/\bsrc\/[\w-]+\.ts\b/g) ?? []),
    ...scripts.flatMap((script) => script.match(/\b(?:cli|dev|tools)\/[\w-]+\.ts\b/g) ?? []),
  ];
}

test('every file of src is reached from the Worker or from a command', () => {
  const entries = entryPoints(readProjectFile('package.json'), readProjectFile('wrangler.toml'));
  expect(entries).toContain('src/worker.ts');
  expect(entries).toContain('cli/migrate.ts');
  expect(orphans(readFiles(['src', 'cli', 'dev', 'tools'], /\.ts$/), entries)).toEqual([]);
});

test('an orphan would be noticed, and two that know only each other', () => {
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
