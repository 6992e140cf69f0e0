/** The project's own files as text, and what each file imports. Files are parsed, not executed. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { parseSync } from 'vite';

const ROOT = join(import.meta.dirname, '../..');

export interface SourceFile {
  /** Relative to the project's root, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

export function readFiles(folders: readonly string[], extension: RegExp): SourceFile[] {
  return folders.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && extension.test(entry.name))
      .map((entry) =>
        join(entry.parentPath, entry.name)
          .slice(ROOT.length + 1)
          .replaceAll('\\', '/'),
      )
      // bench/peers has its own node_modules after a run of the benchmark.
      .filter((path) => !path.includes('/node_modules/'))
      .sort()
      .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') })),
  );
}

export function readProjectFile(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

const parsedFiles = new WeakMap<SourceFile, ReturnType<typeof parseSync>>();

/** Parses a file once. Later calls return the same syntax nodes. */
export function parseFile(file: SourceFile) {
  const known = parsedFiles.get(file);
  if (known) return known;
  const parsed = parseSync(file.path, file.text);
  if (parsed.errors.length > 0) throw new Error(`${file.path}: ${parsed.errors[0]?.message}`);
  parsedFiles.set(file, parsed);
  return parsed;
}

/** The project's files that a file imports or re-exports, including types. Packages are not among them. */
export function importedFiles(file: SourceFile): string[] {
  return specifiers(file)
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => normalize(join(dirname(file.path), specifier)).replaceAll('\\', '/'));
}

function specifiers(file: SourceFile): string[] {
  const { staticImports, staticExports, dynamicImports } = parseFile(file).module;
  const dynamic = dynamicImports.map(({ moduleRequest: { start, end } }) =>
    file.text.slice(start + 1, end - 1),
  );
  const reExports = staticExports.flatMap(({ entries }) =>
    entries.flatMap(({ moduleRequest }) => (moduleRequest ? [moduleRequest.value] : [])),
  );
  return [...staticImports.map(({ moduleRequest }) => moduleRequest.value), ...reExports, ...dynamic];
}
