/**
 * A mutant is a planted bug: text replacements in a copy of the kernel or the Worker. A patch names its text and not its file, so
 * moved code does not break it. A patch whose text is missing or ambiguous is stale, which is an error.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface Patch {
  /** `kernel`: the SQL functions; `worker`: the Worker's sources. */
  readonly in: 'kernel' | 'worker';
  readonly find: string;
  readonly replace: string;
  /** Replaces every occurrence. Left out: there must be exactly one. */
  readonly everywhere?: boolean;
}

export interface Mutant {
  readonly name: string;
  /** What is wrong, in one phrase. */
  readonly bug: string;
  readonly patches: readonly Patch[];
  /**
   * `batches`: no request to the API can show it; `lanes`: only one through lanes; `campaign`, `ranking`, `undo`, `erasure` and
   * `merge`: only one of these. Left out: direct requests must find it.
   */
  readonly reach?: 'batches' | 'lanes' | 'campaign' | 'ranking' | 'undo' | 'erasure' | 'merge';
  /** Run by the owner after the kernel is installed, to change constraints, indexes or settings. */
  readonly sql?: string;
}

const ROOT = join(import.meta.dirname, '../..');
const FOLDERS = { kernel: 'drizzle/kernel', worker: 'src' } as const;

export interface PatchedFile {
  /** Relative to the root of the checkout. */
  readonly path: string;
  readonly text: string;
}

export type Patched =
  | { readonly kind: 'patched'; readonly files: readonly PatchedFile[] }
  | { readonly kind: 'stale'; readonly why: readonly string[] };

async function readSources(folder: Patch['in']): Promise<Map<string, string>> {
  const names = await readdir(join(ROOT, FOLDERS[folder]), { recursive: true });
  const paths = names.filter((name) => /\.(sql|ts)$/.test(name)).map((name) => join(FOLDERS[folder], name));
  return new Map(
    await Promise.all(paths.map(async (path) => [path, await readFile(join(ROOT, path), 'utf8')] as const)),
  );
}

/** The changed files of a mutant. Nothing is written to disk. */
export async function patched({ name, patches }: Mutant): Promise<Patched> {
  const why: string[] = [];
  const changed = new Map<string, string>();
  for (const { in: folder, find, replace, everywhere = false } of patches) {
    const found = [...(await readSources(folder))]
      .map(([path, text]) => ({ path, text: changed.get(path) ?? text }))
      .filter(({ text }) => text.includes(find));
    const count = found.reduce((sum, { text }) => sum + text.split(find).length - 1, 0);
    if (count === 0 || (count > 1 && !everywhere))
      why.push(`${name}: found ${count} times in the ${folder}: ${find}`);
    for (const { path, text } of found)
      changed.set(
        path,
        text.replaceAll(find, () => replace),
      );
  }
  if (why.length > 0) return { kind: 'stale', why };
  return { kind: 'patched', files: [...changed].map(([path, text]) => ({ path, text })) };
}

/** All mutants in planted/, by name. */
export async function loadMutants(): Promise<Mutant[]> {
  const folder = join(import.meta.dirname, 'planted');
  const files = (await readdir(folder)).filter((file) => file.endsWith('.ts')).sort();
  const loaded = await Promise.all(files.map((file) => import(join(folder, file))));
  return loaded.map(({ default: mutant }) => mutant as Mutant);
}
